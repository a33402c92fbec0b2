// SPDX-License-Identifier: Apache-2.0
#include "strategy/ssh/ssh_server.h"

#include "strategy/error_text.h"
#include "strategy/option_rules.h"
#include "strategy/wait_for_answer.h"

namespace stayalive {

void SshServer::on_open(TimePoint now, Channel&) {
  open_ = true;
  unanswered_ = 0;
  woke_ = now;
  heard_second_ = config_.clock.read(now);
}

void SshServer::on_message(TimePoint now, const Message& message, bool, Channel& channel) {
  const std::optional<CloseGiveUp> wait = wait_so_far(now);
  in_loop_ = true;
  // From 8.0 to 9.1 the check looks at the clock before it looks at what woke the loop.
  const bool first = version_ == Version::V8_0 || version_ == Version::V8_2;
  if (first && unheard_for_interval(now)) check(now, channel);
  if (!ended_) {
    if (wait) channel.came_in_time(*wait);
    heard_second_ = config_.clock.read(now);
    woke_ = now;
    output_is_late_ = false;
    unanswered_ = 0;
    if (message.kind == MessageKind::Request) {
      channel.send({.kind = MessageKind::Reply,
                    .bytes = config_.cipher->packet_bytes(SshConfig::kGlobalFailure)});
    }
  }
  in_loop_ = false;
}

// The last check is known to the second from 8.0 on; before, the loop went to sleep with it.
std::optional<CloseGiveUp> SshServer::wait_so_far(TimePoint now) const {
  if (unanswered_ == 0 || ended_) return std::nullopt;
  const bool noted = version_ >= Version::V8_0;
  const TimePoint asked = noted ? config_.clock.start_of(heard_second_ + 1) : woke_;
  return wait_of(*this, "client_alive_count_max", unanswered_, asked, now);
}

void SshServer::on_sent(TimePoint now, const Message&) {
  if (in_loop_) return;
  woke_ = now;
  output_is_late_ = checks_at_any_wake() && unheard_for_interval(now);
}

bool SshServer::unheard_for_interval(TimePoint now) const {
  if (config_.interval == Duration::zero()) return false;
  return config_.clock.read(now) >= heard_second_ + whole_seconds(config_.interval);
}

TimePoint SshServer::next_deadline() const {
  if (!open_ || ended_ || config_.interval == Duration::zero()) return kNever;
  return output_is_late_ ? woke_ : later(woke_, config_.interval);
}

void SshServer::expire(TimePoint now, Channel& channel) {
  if (next_deadline() > now) return;
  in_loop_ = true;
  if (output_is_late_) {
    output_is_late_ = false;
    check(now, channel);
    heard_second_ = config_.clock.read(now);
  } else {
    slept_to_the_end(now, channel);
  }
  woke_ = now;
  in_loop_ = false;
}

void SshServer::slept_to_the_end(TimePoint now, Channel& channel) {
  const std::int64_t second = config_.clock.read(now);
  const std::int64_t due = heard_second_ + whole_seconds(config_.interval);
  switch (version_) {
    case Version::V7_5:
      check(now, channel);
      return;
    case Version::V7_6:
      check(now, channel);
      if (ended_ || second < due) return;
      check(now, channel);
      break;
    case Version::V8_0:
    case Version::V8_2:
      check(now, channel);
      break;
    case Version::V9_2:
      if (second <= due) return;
      check(now, channel);
      break;
    case Version::V9_5:
      if (second < due) return;
      check(now, channel);
      break;
  }
  heard_second_ = second;
}

void SshServer::check(TimePoint, Channel& channel) {
  const bool never_ends = config_.count_max == 0 && version_ >= Version::V8_2;
  if (!never_ends && ++unanswered_ > config_.count_max) {
    ended_ = true;
    channel.give_up({"Timeout, client not responding from " + config_.peer, 255});
    return;
  }
  const std::uint32_t payload =
      config_.channel_open ? SshConfig::kChannelRequest : SshConfig::kGlobalRequest;
  channel.send({.kind = MessageKind::Request, .bytes = config_.cipher->packet_bytes(payload)});
}

Ending SshServer::ending(SocketError error) const {
  if (error == SocketError::None) return {"Connection closed by " + config_.peer, 0};
  return {"Read error from remote host " + config_.peer + ": " + error_text(error), 255};
}

std::uint32_t SshServer::wire_bytes(std::uint32_t bytes) const {
  return config_.cipher->data_bytes(bytes);
}

void SshServer::walk(StateWalk& walk) {
  walk.still(open_, ended_, in_loop_, output_is_late_, unanswered_);
  if (config_.interval == Duration::zero()) return;
  std::int64_t due = heard_second_ + whole_seconds(config_.interval);
  walk.instant_in_seconds(due);
  heard_second_ = due - whole_seconds(config_.interval);
  walk.past(woke_, config_.interval);
}

}  // namespace stayalive
