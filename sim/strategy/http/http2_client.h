// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>

#include "strategy/http/http2_pings.h"
#include "strategy/http/http_rules.h"
#include "strategy/strategy.h"

namespace stayalive {

// The client of an HTTP/2 connection: each request is a stream, as many at once as the server
// allows.  After GOAWAY it writes no more, hands back what the server has not served, and closes
// when the rest is answered.
class Http2Client final : public Strategy {
 public:
  Http2Client(const HttpRules& rules, const Http2Rules& http2)
      : rules_(rules), http2_(http2), pings_(http2.client_pings) {}

  void on_opening(TimePoint) override;
  void on_open(TimePoint now, Channel& channel) override;
  void on_writing(TimePoint now, Message& request, Channel& channel) override;
  void on_message(TimePoint now, const Message& message, bool, Channel& channel) override;
  void on_closed(TimePoint, SocketError, Channel&) override { stop(); }
  void say_goodbye(TimePoint, Channel& channel) override;
  TimePoint next_deadline() const override {
    return std::min({close_at_, idle_until_, pings_.next_deadline()});
  }
  void expire(TimePoint now, Channel& channel) override;
  void walk(StateWalk& walk) override;

 private:
  struct Stream {
    std::uint32_t number = 0;  // from 1
    std::uint32_t item = 0;    // its request
  };
  void answered(TimePoint now, const Message& answer, Channel& channel);
  void go_away(TimePoint now, const Message& goaway, Channel& channel);

  void stop();

  HttpRules rules_;
  Http2Rules http2_;
  Http2Pings pings_;
  std::uint32_t streams_ = 0;   // opened
  std::deque<Stream> waiting_;  // for their answers
  bool leaving_ = false;        // the server has said GOAWAY
  TimePoint close_at_ = kNever;
  TimePoint idle_until_ = kNever;
};

}  // namespace stayalive
