// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "document/tree.h"
#include "study/advise/experiment.h"

namespace stayalive {

// When an end notices: "20m1s", or "not within 4h".
std::string notice_text(const Notice& notice);
// How long a connection is dead after a box has forgotten it: "1m, then works", "20m1s", "4h
// or longer".
std::string blackhole_text(const Detection& detection);
// Both as data, in the shape of docs/result.md.
Tree detection_tree(const Detection& detection);

}  // namespace stayalive
