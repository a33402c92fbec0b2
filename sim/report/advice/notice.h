// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
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
// When this end notices a crash at the latest where every timer of its kernel is late by an eighth,
// the most that one of 64 ms or longer is (stack/timer/timer_slip.h); empty where it does not.
std::optional<Duration> latest_crash_notice(const Detection& detection, Role role);
// Both as data, in the shape of docs/result.md.
Tree detection_tree(const Detection& detection);

}  // namespace stayalive
