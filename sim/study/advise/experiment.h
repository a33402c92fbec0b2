// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <optional>
#include <vector>

#include "run/report.h"
#include "scenario/scenario.h"

// What is done to a connection on purpose, to see how much it bears and when its ends notice.
// Chance is left out: lines lose nothing and have no jitter, so that one run tells.
namespace stayalive {

// When an undisturbed connection speaks once it has settled.
struct Rhythm {
  TimePoint beat;    // one of the instants at which it begins to speak after a pause
  Duration cycle{};  // until the next; zero when it is silent
};
// interval: of its keepalives; zero when it sends none.
Rhythm find_rhythm(const Scenario& scenario, std::size_t connection, Duration interval);

// How the client's line may fail without ending the connection, beginning just before a beat.
struct Endurance {
  bool any = false;        // whether it survives at least a second
  Duration outage{};       // the longest outage it survives, to the second
  bool endless = false;    // the longest that was tried, kLongestOutage, is survived, too
  std::uint64_t lost = 0;  // keepalives in a row that are lost in it
};
inline constexpr Duration kLongestOutage = 24h;
Endurance find_endurance(const Scenario& scenario, std::size_t connection, const Rhythm& rhythm);

// When an end notices something, at worst over several instants of the cycle.
struct Notice {
  bool always = true;     // false: there is an instant after which it never notices
  Duration worst{};       // of those at which it does
  Duration blackhole{};   // the longest time in which an end believed in a dead connection
  bool recovers = false;  // the connection works again in the end, each time
};
struct Detection {
  std::array<Notice, 2> crash;  // by Role: the other end's host crashes
  bool has_box = false;
  std::array<Notice, 2> forgotten;  // by Role: a box forgets everything; the worst of all boxes
};
// How long the runs go on after what happened, ten cycles more: longer than that is never.
inline constexpr Duration kLongestWait = 4h;
Detection find_detection(const Scenario& scenario, std::size_t connection, const Rhythm& rhythm);

// The scenario without losses, jitter, events and expectations.
Scenario without_chance(const Scenario& scenario);

}  // namespace stayalive
