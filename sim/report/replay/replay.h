// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "document/document.h"
#include "net/capture/capture_reader.h"
#include "study/replay/replay.h"

namespace stayalive {

struct ReplayStory {
  std::string capture;  // as the user named it
  const ReplayResult* result = nullptr;
  CaptureLeftOut left_out;
  bool all = false;  // people see every flow, not only the first of those that matter most
};

// A replay as a document: how many flows there are and what became of them, a row for each, and
// what there is to say of those that would have died, and of what the capture itself shows.
// The result has to outlive it.
Document describe_replay(const ReplayStory& story);

}  // namespace stayalive
