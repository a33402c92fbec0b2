// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stop_token>
#include <vector>

#include "scenario/scenario.h"

namespace stayalive {

// One cycle of an undisturbed connection that has settled: its round-trip estimates have converged,
// so that what happens in this cycle happens in every later one.  Where nothing repeats itself
// exactly, as with random timers, a stretch of a few intervals stands for it.
struct Rhythm {
  bool lives = true;    // false: the connection ends before; the rest says nothing then
  TimePoint beat;       // one of the instants at which a packet follows the longest pause
  Duration cycle{};     // from one to the next; zero when it is silent
  bool repeats = true;  // exactly; false: the cycle is the keepalive's interval or about that
  // In the cycle or the stretch, in as many cycles as there are phases of clocks that show in no
  // packet, and around what happens seldom, such as the other end's slower probes; in order and
  // each once:
  std::vector<TimePoint> instants;    // at which anything happens to the connection
  std::vector<TimePoint> crossings;   // at which a packet enters the client's line
  std::vector<TimePoint> keepalives;  // of those: keepalives of the client, or of the server where
                                      // only that sends any
  TimePoint until;                    // the end of the cycle or the stretch
  // When what happens seldom begins, after the cycle; in order.
  std::vector<TimePoint> rare;
  Duration grain{};  // how far apart the phases of somebody's hidden clock are that were looked at;
                     // zero: all of them were, or there is none
};
// scenario: its losses, jitter and events are left out.  interval: of the keepalives; zero when
// there are none.  seldom: looks for what happens seldom, too, which takes longer.
// stop: ends the look soon; what is found then means nothing.
Rhythm find_rhythm(const Scenario& scenario, std::size_t connection, Duration interval,
                   bool seldom = false, const std::stop_token& stop = {});

// The instants from `from` until `until` at which the connection's keepalives enter the client's
// line, or would have, when it is cut from then on for good.  Of the client, or of the server where
// `rhythm` has the server's.
std::vector<TimePoint> keepalives_into_a_cut(const Scenario& scenario, std::size_t connection,
                                             TimePoint from, TimePoint until);

// The scenario without events and expectations.
Scenario without_events(const Scenario& scenario);
// The same without losses and jitter of lines, too.
Scenario without_chance(const Scenario& scenario);

// The position of the line next to the connection's client.  It is put there when the path has
// none.
std::size_t client_line(Scenario& scenario, std::size_t connection);

}  // namespace stayalive
