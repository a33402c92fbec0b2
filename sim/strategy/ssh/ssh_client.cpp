// SPDX-License-Identifier: Apache-2.0
#include "strategy/ssh/ssh_client.h"

#include <algorithm>

#include "strategy/error_text.h"
#include "strategy/option_rules.h"
#include "strategy/wait_for_answer.h"

namespace stayalive {

void SshClient::on_open(TimePoint now, Channel&) {
  open_ = true;
  unanswered_ = 0;
  schedule_check(now);
}

void SshClient::on_message(TimePoint now, const Message& message, bool, Channel& channel) {
  if (unanswered_ > 0) note_wait(now, channel);
  unanswered_ = 0;
  schedule_check(now);
  if (message.kind != MessageKind::Request) return;
  const std::uint32_t payload =
      config_.channel_open ? SshConfig::kChannelFailure : SshConfig::kGlobalFailure;
  channel.send({.kind = MessageKind::Reply, .bytes = config_.cipher->packet_bytes(payload)});
}

// The last request went out an interval before the next check.
void SshClient::note_wait(TimePoint now, Channel& channel) const {
  const TimePoint asked = next_deadline() - config_.interval;
  const auto wait = wait_of(*this, "server_alive_count_max", unanswered_, asked, now);
  if (wait) channel.came_in_time(*wait);
}

void SshClient::on_sent(TimePoint now, const Message&) {
  woke_ = now;
  if (version_ == Version::V8_3) schedule_check(now);
}

void SshClient::schedule_check(TimePoint now) {
  woke_ = now;
  check_second_ = config_.clock.read(now) + whole_seconds(config_.interval);
}

TimePoint SshClient::next_deadline() const {
  if (!open_ || ended_ || config_.interval == Duration::zero()) return kNever;
  switch (version_) {
    case Version::V8_3:
      return later(woke_, config_.interval);
    case Version::V8_4: {
      const std::int64_t rest = check_second_ - config_.clock.read(woke_);
      return later(woke_, std::max<std::int64_t>(rest, 0) * Duration{1s});
    }
    case Version::V9_2:
    case Version::V9_8:
      return config_.clock.start_of(check_second_);
  }
  return kNever;
}

void SshClient::expire(TimePoint now, Channel& channel) {
  if (next_deadline() > now) return;
  if (++unanswered_ > config_.count_max) {
    ended_ = true;
    channel.give_up({"Timeout, server " + config_.peer + " not responding.", 255});
    return;
  }
  schedule_check(now);
  channel.send({.kind = MessageKind::Request,
                .bytes = config_.cipher->packet_bytes(SshConfig::kGlobalRequest)});
}

// The client says goodbye even to a server that has closed already; a RST is the answer.
void SshClient::on_closed(TimePoint, SocketError error, Channel& channel) {
  if (!open_ || ended_ || error != SocketError::None) return;
  ended_ = true;
  channel.send({.kind = MessageKind::Goodbye,
                .bytes = config_.cipher->packet_bytes(SshConfig::kDisconnect)});
}

Ending SshClient::ending(SocketError error) const {
  constexpr const char* kCannotDisconnect = "client_loop: send disconnect: Broken pipe";
  if (!open_) {
    return {"ssh: connect to host " + config_.peer + ": " + error_text(error), 255};
  }
  if (error == SocketError::None) {
    return {"Connection to " + config_.peer + " closed by remote host.", 255};
  }
  // Up to 9.7 the reason waited in a buffer that was never written: the attempt to say goodbye on
  // the dead socket ended the program first (commit 1c0d8135 of openssh-portable).
  if (version_ < Version::V9_8 || error == SocketError::BrokenPipe) return {kCannotDisconnect, 255};
  return {
      "Read from remote host " + config_.peer + ": " + error_text(error) + "; " + kCannotDisconnect,
      255};
}

std::uint32_t SshClient::wire_bytes(std::uint32_t bytes) const {
  return config_.cipher->data_bytes(bytes);
}

void SshClient::walk(StateWalk& walk) {
  walk.still(open_, ended_, unanswered_);
  if (config_.interval == Duration::zero()) return;
  walk.instant_in_seconds(check_second_);
  walk.past(woke_, config_.interval + 1s);
}

}  // namespace stayalive
