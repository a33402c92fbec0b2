// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>

#include "base/state_walk.h"
#include "strategy/channel.h"
#include "strategy/http/http2_rules.h"

namespace stayalive {

// The PINGs of one end of an HTTP/2 connection (gRPC proposal A8; ReadIdleTimeout of Go): one when
// nothing was received for an interval, and the end of the connection when nothing comes then.  An
// end that sends none while no stream is open makes up for it with the next stream.
class Http2Pings {
 public:
  explicit Http2Pings(const Http2PingRules& rules) : rules_(rules), interval_(rules.interval) {}

  void open(TimePoint now);
  void close();
  // Something came from the peer.
  void hear(TimePoint now, Channel& channel);
  void stream_opened(TimePoint now);
  // The peer finds them too many: from the next connection on they are half as many.
  void slow_down() { interval_ = std::min(interval_ * 2, Duration{24h}); }

  TimePoint next_deadline() const { return std::min(next_, give_up_); }
  // Does what is due; false when the peer is dead.
  bool expire(TimePoint now, bool streams, Channel& channel);
  Duration timeout() const { return rules_.timeout; }
  void walk(StateWalk& walk);

 private:
  TimePoint after(TimePoint now) const {
    return interval_ == Duration::zero() ? kNever : later(now, interval_);
  }

  Http2PingRules rules_;
  Duration interval_;
  TimePoint next_ = kNever;
  TimePoint give_up_ = kNever;  // an answer is waited for until then
  TimePoint asked_;
  bool open_ = false;
  bool dormant_ = false;  // one was due while no stream was open
};

}  // namespace stayalive
