// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "base/state_walk.h"
#include "base/time.h"

namespace stayalive {

// Who closed a connection of a session, or why it was lost.
enum class SocketEnd : std::uint8_t {
  None,         // none was closed yet
  IdleLimit,    // the pool, after idle_limit
  Lifetime,     // after its lifetime
  MaxIdle,      // because there were enough unused ones
  CheckFailed,  // because it did not answer the pool's question
  Overdue,      // the client, because an answer did not come in time
  Client,       // the client's protocol
  Server,       // the other end, in order
  Reset,        // a RST
  GaveUp,       // its kernel, or its protocol, after it had waited for the other end
};
constexpr const char* name(SocketEnd end) {
  constexpr const char* kNames[] = {"none",    "idle-limit", "lifetime", "max-idle", "check-failed",
                                    "overdue", "client",     "server",   "reset",    "gave-up"};
  return kNames[static_cast<std::size_t>(end)];
}

// What one place of a session has come to: the connections that it had, one after the other.
struct PlaceFigures {
  std::uint64_t opened = 0;    // connections that came to be
  std::uint64_t carried = 0;   // requests written
  std::uint64_t answered = 0;  // of these
  std::uint64_t failed = 0;    // of these, given up
  std::uint64_t repeated = 0;  // of these, given to another connection
  std::uint64_t flights = 0;   // times that requests were written while none was under way
  std::uint64_t checks = 0;    // questions whether a connection still works
  TimePoint opened_at{};       // the newest
  bool open = false;
  SocketEnd ended_by = SocketEnd::None;  // the last that is no more
  TimePoint ended_at{};
  std::string said{};  // by its program, when it ended

  // Of several places; of times and ends nothing.
  PlaceFigures& operator+=(const PlaceFigures& its) {
    opened += its.opened;
    carried += its.carried;
    answered += its.answered;
    failed += its.failed;
    repeated += its.repeated;
    flights += its.flights;
    checks += its.checks;
    return *this;
  }

  // lifetime: for so long it matters when a connection was opened.
  void walk(StateWalk& walk, Duration lifetime) {
    for (std::uint64_t* count :
         {&opened, &carried, &answered, &failed, &repeated, &flights, &checks})
      walk.counter(*count);
    walk.past(opened_at, lifetime);
    walk.still(open, ended_by);
    walk.past(ended_at);
  }
};

// How the pages loaded.  A load begins when the first request is due and ends with the last answer.
struct PageFigures {
  std::uint64_t begun = 0;
  std::uint64_t loaded = 0;  // every answer has come
  std::uint64_t failed = 0;  // a request has failed, and nothing is under way any more
  std::uint64_t missed = 0;  // not begun, since the one before was not over
  Duration first_load{};
  Duration longest_load{};
  Duration all_loads{};  // of those that were loaded

  void walk(StateWalk& walk) {
    for (std::uint64_t* count : {&begun, &loaded, &failed, &missed}) walk.counter(*count);
    walk.still(first_load, longest_load);
    auto sum = static_cast<std::uint64_t>(all_loads.count());
    walk.counter(sum);
    all_loads = Duration{static_cast<std::int64_t>(sum)};
  }
};

// What all of them together have come to.
struct SessionFigures {
  std::uint64_t refused = 0;         // attempts to open a connection in vain
  std::uint64_t most_open = 0;       // at once
  std::uint64_t waited = 0;          // requests that waited for a connection
  Duration longest_wait{};           // of those that got one
  std::uint64_t failed_waiting = 0;  // that got none
  std::uint64_t checks_failed = 0;   // without an answer in time
  PageFigures pages;

  void walk(StateWalk& walk) {
    for (std::uint64_t* count : {&refused, &waited, &failed_waiting, &checks_failed})
      walk.counter(*count);
    walk.still(most_open, longest_wait);
    pages.walk(walk);
  }
};

}  // namespace stayalive
