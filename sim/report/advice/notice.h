// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "document/tree.h"
#include "run/rehearsal/detection.h"

namespace stayalive {

// When an end notices at the latest, rounded up: "20m1s", or "not within 4h".
std::string notice_text(const Notice& notice);
// When the client and the server notice that the other's host has crashed: "20m1s | not within
// 4h"; "-" where it is not known.
std::string crash_text(const Detection& detection);
// How long a connection is dead after a box has forgotten it: "1m, then works", "20m1s", "4h or
// longer"; "-" where it is not known.
std::string blackhole_text(const Detection& detection);
// A bound in few digits, rounded up.
std::string brief_bound(Duration span);
// Both as data, in the shape of docs/result.md.
Tree detection_tree(const Detection& detection);

}  // namespace stayalive
