// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <vector>

#include "app/proxy/proxy_rules.h"
#include "base/state_walk.h"
#include "base/time.h"
#include "base/timed_machine.h"
#include "net/side.h"

namespace stayalive {

// The timers of one relayed connection, as the proxy's rules say: a TimedMachine.  A byte or a
// segment at the very instant of a deadline comes too late: whoever tells of one at `now` has
// called expire(now) before.  The side of a connection is that of the proxy which it is on:
// Internal towards the client.
class ProxyTimers {
 public:
  // rules must outlive it.
  explicit ProxyTimers(const ProxyRules& rules) : rules_(&rules) {}

  // The connection on this side stands.  The client's is the first: then all begins.
  void opened(Side side, TimePoint now);
  // A SYN was sent to the server.
  void connecting(TimePoint now) { connecting_at_ = now; }
  // What is relayed from now on is a tunnel: bytes that the proxy does not look into.
  void begin_tunnel(TimePoint now);
  // Bytes were read from this side and written to the other.
  void passed(Side from, TimePoint now);
  // A segment without news came on this side; it counts where the rules say so.
  void heard(Side side, TimePoint now);
  // Nothing more will be read from this side: its peer has closed, or its timer has run out.
  void end_reading(Side side) { reading_[index(side)] = false; }
  // The proxy is through with the connection.
  void stop() { over_ = true; }

  // The earliest of these, and which it is: of several at one instant the one that does most.
  TimePoint next_deadline() const { return next().at; }
  ProxyTimer next_timer() const { return next().timer; }
  // Adds what has run out, in order.  Afterwards the timer of a side that ran out with a half-close
  // is off; after any other all are.
  void expire(TimePoint now, std::vector<ProxyTimer>& ran_out);
  bool in_tunnel() const { return tunnel_; }
  // When bytes last counted for this timer; kNever when it does not run.
  TimePoint since(ProxyTimer timer) const;

  void walk(StateWalk& walk);

 private:
  struct Due {
    TimePoint at = kNever;
    ProxyTimer timer = ProxyTimer::None;
  };
  Due next() const;
  TimePoint deadline(ProxyTimer timer) const;

  const ProxyRules* rules_;
  std::array<TimePoint, 2> active_at_{kNever, kNever};  // by Side: bytes on its connection
  std::array<bool, 2> reading_{true, true};             // by Side
  TimePoint passed_at_ = kNever;                        // bytes in either direction
  TimePoint opened_at_ = kNever;                        // the client's connection
  TimePoint connecting_at_ = kNever;                    // while the server has not answered
  bool tunnel_ = false;
  bool over_ = false;
};
static_assert(TimedMachine<ProxyTimers, std::vector<ProxyTimer>>);

}  // namespace stayalive
