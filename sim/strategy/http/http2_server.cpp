// SPDX-License-Identifier: Apache-2.0
#include "strategy/http/http2_server.h"

#include <algorithm>

#include "base/text.h"
#include "strategy/http/http_status.h"

namespace stayalive {

void Http2Server::on_open(TimePoint now, Channel&) {
  opened_at_ = now;
  deadline_ = later(now, rules_.first_request_timeout);
  pings_.open(now);
}

void Http2Server::on_message(TimePoint now, const Message& message, bool, Channel& channel) {
  pings_.hear(now, channel);
  switch (message.kind) {
    case MessageKind::Application:
      return request_came(now, channel);
    case MessageKind::Request:
      return ping_came(now, channel);
    case MessageKind::Control:
      if (message.subtype != static_cast<std::uint8_t>(Http2Setup::Preface)) return;
      return channel.send({.kind = MessageKind::Control,
                           .subtype = static_cast<std::uint8_t>(Http2Setup::Settings),
                           .bytes = kSettingsBytes});
    case MessageKind::Goodbye:
    case MessageKind::Reply:
    case MessageKind::Ping:
      return;
  }
}

void Http2Server::request_came(TimePoint now, Channel& channel) {
  if (leaving_) return channel.log("a request is ignored: it came after GOAWAY");
  ++streams_;
  ++under_way_;
  deadline_ = kNever;
  pings_.stream_opened(now);
  const bool was_last = http2_.last_request > 0 && streams_ >= http2_.last_request;
  if (was_last || now >= later(opened_at_, http2_.longest_life)) go_away(kNoError, channel);
}

void Http2Server::ping_came(TimePoint now, Channel& channel) {
  if (leaving_) return;
  if (!strikes_.tolerates(now, http2_.least_ping_interval(under_way_ > 0))) {
    go_away(kEnhanceYourCalm, channel);
    stop();
    return channel.finish({"closed the connection: too many pings", 0});
  }
  channel.send({.kind = MessageKind::Reply, .bytes = kPingFrame});
  if (http2_.pings_prolong && under_way_ == 0 && streams_ > 0)
    deadline_ = later(now, rules_.keep_alive_timeout);
}

void Http2Server::on_writing(TimePoint now, Message& answer, Channel&) {
  if (answer.status == 0) answer.status = kHttpOk;
  answer.bytes =
      answer.is_error() ? Http2Rules::error_bytes(answer.bytes) : http2_.answer_bytes(answer.bytes);
  strikes_.wipe();
  if (under_way_ > 0) --under_way_;
  if (under_way_ == 0) deadline_ = leaving_ ? now : later(now, rules_.keep_alive_timeout);
}

void Http2Server::go_away(std::uint16_t code, Channel& channel) {
  if (leaving_) return;
  leaving_ = true;
  channel.log("says GOAWAY: " + std::to_string(streams_) + " streams are served" +
              (code == kEnhanceYourCalm ? ", too_many_pings" : ""));
  channel.send(
      {.kind = MessageKind::Goodbye, .status = code, .bytes = kGoawayFrame, .item = streams_});
}

void Http2Server::expire(TimePoint now, Channel& channel) {
  if (deadline_ <= now) {
    deadline_ = kNever;
    if (lingering_) return channel.finish({"closed", 0});
    return close(now,
                 leaving_ ? "the last answer of this connection"
                 : streams_ == 0
                     ? "no request within " + print_duration(rules_.first_request_timeout)
                     : "no further request within " + print_duration(rules_.keep_alive_timeout),
                 channel);
  }
  if (pings_.expire(now, under_way_ > 0, channel)) return;
  stop();
  channel.give_up({"no answer to PING within " + print_duration(pings_.timeout()), 1});
}

// It wakes no more.
void Http2Server::stop() {
  deadline_ = kNever;
  pings_.close();
}

void Http2Server::close(TimePoint now, const std::string& why, Channel& channel) {
  stop();
  if (rules_.linger == Duration::zero()) return channel.finish({why, 0});
  channel.log(why);
  lingering_ = true;
  deadline_ = later(now, rules_.linger);
  channel.shut_down();
}

void Http2Server::walk(StateWalk& walk) {
  walk.still(under_way_, leaving_, lingering_);
  walk.past(opened_at_, http2_.longest_life == kForever ? Duration::zero() : http2_.longest_life);
  if (http2_.last_request > 0) {
    walk.still(streams_);
  } else {
    walk.still(streams_ > 0);
    walk.sequence(streams_);
  }
  walk.instant(deadline_);
  pings_.walk(walk);
  strikes_.walk(walk, std::max(http2_.min_ping_interval, http2_.min_idle_ping_interval));
}

}  // namespace stayalive
