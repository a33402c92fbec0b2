// SPDX-License-Identifier: Apache-2.0
#include "strategy/http/http2_client.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace stayalive {

void Http2Client::on_opening(TimePoint) {
  streams_ = 0;
  waiting_.clear();
  leaving_ = false;
  stop();
}

void Http2Client::on_open(TimePoint now, Channel& channel) {
  idle_until_ = later(now, rules_.client_idle);
  pings_.open(now);
  channel.send({.kind = MessageKind::Control,
                .subtype = static_cast<std::uint8_t>(Http2Setup::Preface),
                .bytes = kPrefaceBytes});
}

void Http2Client::on_writing(TimePoint now, Message& request, Channel& channel) {
  request.bytes = http2_.request_bytes(request.bytes, streams_ == 0);
  waiting_.push_back({++streams_, request.item});
  idle_until_ = kNever;
  pings_.stream_opened(now);
  if (waiting_.size() >= http2_.max_concurrent_streams) channel.set_ready(false);
}

void Http2Client::on_message(TimePoint now, const Message& message, bool, Channel& channel) {
  pings_.hear(now, channel);
  switch (message.kind) {
    case MessageKind::Application:
      return answered(now, message, channel);
    case MessageKind::Request:
      return channel.send({.kind = MessageKind::Reply, .bytes = kPingFrame});
    case MessageKind::Control:
      return channel.send({.kind = MessageKind::Control,
                           .subtype = static_cast<std::uint8_t>(Http2Setup::SettingsAck),
                           .bytes = kFrameHeader});
    case MessageKind::Goodbye:
      return go_away(now, message, channel);
    case MessageKind::Reply:
    case MessageKind::Ping:
      return;
  }
}

void Http2Client::answered(TimePoint now, const Message& answer, Channel& channel) {
  std::erase_if(waiting_, [&](const Stream& its) { return its.item == answer.answers; });
  if (!leaving_) {
    if (waiting_.empty()) idle_until_ = later(now, rules_.client_idle);
    channel.set_ready(true);
  } else if (waiting_.empty()) {
    close_at_ = now;
  }
}

void Http2Client::go_away(TimePoint now, const Message& goaway, Channel& channel) {
  leaving_ = true;
  channel.set_ready(false);
  channel.log("the server says GOAWAY after " + std::to_string(goaway.item) + " streams");
  std::vector<std::uint32_t> unserved;
  for (const Stream& its : waiting_) {
    if (its.number > goaway.item) unserved.push_back(its.item);
  }
  std::erase_if(waiting_, [&](const Stream& its) { return its.number > goaway.item; });
  if (!unserved.empty()) channel.unserved(unserved);
  if (goaway.status == kEnhanceYourCalm) {
    pings_.slow_down();
    stop();
    return channel.give_up({"the server says: too many pings", 1});
  }
  if (waiting_.empty()) close_at_ = now;
}

// As Node.js does.
void Http2Client::say_goodbye(TimePoint, Channel& channel) {
  channel.send({.kind = MessageKind::Goodbye, .bytes = kGoawayFrame});
}

// It wakes no more.
void Http2Client::stop() {
  close_at_ = idle_until_ = kNever;
  pings_.close();
}

void Http2Client::expire(TimePoint now, Channel& channel) {
  if (next_deadline() > now) return;
  if (close_at_ <= now || idle_until_ <= now) {
    const bool told = close_at_ <= now;
    stop();
    return channel.finish(
        {told ? std::string("the server has said GOAWAY")
              : "closed after " + print_duration(rules_.client_idle) + " without a request",
         0});
  }
  if (pings_.expire(now, !waiting_.empty(), channel)) return;
  stop();
  channel.give_up({"no answer to PING within " + print_duration(pings_.timeout()), 1});
}

void Http2Client::walk(StateWalk& walk) {
  walk.still(waiting_.size(), leaving_, streams_ > 0);
  walk.sequence(streams_);
  for (Stream& its : waiting_) {
    walk.sequence(its.number);
    walk.sequence(its.item);
  }
  walk.instant(close_at_);
  walk.instant(idle_until_);
  pings_.walk(walk);
}

}  // namespace stayalive
