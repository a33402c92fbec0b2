// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/outcome.h"
#include "base/time.h"
#include "base/units.h"
#include "strategy/message.h"

// What a scenario expects of a connection: plain data.
namespace stayalive {

// What something is compared with: a count, a share of a whole, or a span.
using Amount = std::variant<std::uint64_t, Ratio, Duration>;

// Both limits included; at least one is there.
struct Limits {
  std::optional<Amount> least{};
  std::optional<Amount> most{};
};

// What can be counted or measured of a connection.
enum class Metric : std::uint8_t {
  Delivered,  // application messages, of those whose fate is known
  Lost,
  Late,
  Unsent,
  Answered,  // of those that ask for an answer
  Errors,    // of those, answered by a proxy with an error; then with each of kErrorStatuses
  Error502,
  Error503,
  Error504,
  Error520,
  Error524,
  Failed,        // likewise: given up by their program, which goes on
  Repeated,      // times that a request was sent again on another connection
  Duplicate,     // times that the other end read one again
  Blackhole,     // time in which an end believed in a dead connection
  NoticedAfter,  // time from what broke it until an end learned of it
  Keepalives,    // sent
  Packets,       // sent
  Bytes,         // of the packets
  Opened,        // TCP connections, one after the other or side by side
  PageLoad,      // from the first request to the last answer, of the slowest page
  LongestWait,   // of a request for a connection of a pool
  Accepted,      // at a server that serves several connections: accepted by it
  AcceptWait,    // the longest wait in its accept queue
  Waited,        // accepted after a wait
  LeftWaiting,   // gone before they were accepted
  TurnedAway,    // accepted and closed at once
  ClosedIdle,    // closed to make room
  DroppedSyns,   // by its full accept queue
  KeptOut,       // connections that never came to be for that reason
  MostServed,    // of all that call there, at once
  MostWaiting,   // likewise, in its accept queue
  Failover,      // from a line's end until packets take another way, at most
  WayReturn,     // from a line's return until packets take it again, at most
  WayChanges,    // of the ways on the path, by either end
  FalseAlarms,   // of these, away from a way that was whole
  ClosestCall,   // the life that was left of a flow when it was refreshed, where that was least
  CloseGiveUp,   // the time that was left until an end would have given up, where that was least
  // Of copies of the scenario in which something is done to the connection on purpose:
  LostKeepalives,  // in a row that it survives
  Outage,          // of its client's line that it survives
  CrashNoticed,    // time from a crash of one end's host until the other learned of it
};

// Whether copies have to be played to know it.
constexpr bool is_rehearsed(Metric metric) { return metric >= Metric::LostKeepalives; }

// What is claimed of one metric.
struct Claim {
  Metric metric = Metric::Delivered;
  Limits limits;
  std::optional<Role> side{};  // who wrote the messages; whose blackhole, keepalives and so on it
                               // is; of both together when empty
  std::optional<TimePoint> since{};  // of NoticedAfter: instead of what broke it
};

// What has become of the connection, claims about numbers, or both.  All of it must be so.
struct ExpectSpec {
  std::size_t connection = 0;
  std::optional<Role> side{};        // both must be alive, or either must have died, when empty
  bool held = false;                 // it held, as held() of run/held says
  std::optional<Outcome> outcome{};  // otherwise, where there is one: what has become of it
  std::optional<TimePoint> at{};     // at the end when empty
  std::optional<Duration> within{};  // it must have become so within this span of `at`
  std::optional<Limits> share{};     // of a population: how many; all when empty
  std::string blame{};               // name of what must be to blame; empty: whatever
  std::vector<Claim> claims{};
  std::string pointer{};   // where it stands in the document, for messages
  std::uint32_t line = 0;  // and in its text, both from 1; 0 when unknown
  std::uint32_t column = 0;

  bool expects_outcome() const { return held || outcome.has_value(); }
};

}  // namespace stayalive
