// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "strategy/http/http2_pings.h"
#include "strategy/http/http_rules.h"
#include "strategy/ping_strikes.h"
#include "strategy/strategy.h"

namespace stayalive {

// The server of an HTTP/2 connection: it answers streams as they are worked out.  With the last one
// it allows, after a timeout without any, and when the client pings too often it says GOAWAY with
// the last stream that it serves, and ignores later ones.
class Http2Server final : public Strategy {
 public:
  Http2Server(const HttpRules& rules, const Http2Rules& http2)
      : rules_(rules),
        http2_(http2),
        pings_(http2.server_pings),
        strikes_(http2.max_ping_strikes) {}

  void on_open(TimePoint now, Channel&) override;
  bool takes(TimePoint, const Message&) const override { return !leaving_; }
  void on_message(TimePoint now, const Message& message, bool, Channel& channel) override;
  void on_writing(TimePoint now, Message& answer, Channel& channel) override;
  void on_closed(TimePoint, SocketError, Channel&) override { stop(); }
  void say_goodbye(TimePoint, Channel& channel) override { go_away(kNoError, channel); }
  TimePoint next_deadline() const override { return std::min(deadline_, pings_.next_deadline()); }
  void expire(TimePoint now, Channel& channel) override;
  void walk(StateWalk& walk) override;

 private:
  void request_came(TimePoint now, Channel& channel);
  void ping_came(TimePoint now, Channel& channel);
  void go_away(std::uint16_t code, Channel& channel);
  void stop();
  void close(TimePoint now, const std::string& why, Channel& channel);

  HttpRules rules_;
  Http2Rules http2_;
  Http2Pings pings_;
  PingStrikes strikes_;
  std::uint32_t streams_ = 0;    // that it serves or has served
  std::uint32_t under_way_ = 0;  // of these, not answered
  bool leaving_ = false;         // it has said GOAWAY
  TimePoint opened_at_;
  bool lingering_ = false;
  TimePoint deadline_ = kNever;  // a request has to come by then, or it closes or stops to linger
};

}  // namespace stayalive
