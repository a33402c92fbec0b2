// SPDX-License-Identifier: Apache-2.0
#include "strategy/openvpn/openvpn_client.h"

#include <algorithm>

#include "strategy/error_text.h"

namespace stayalive {
namespace {

constexpr std::uint32_t kExit = 65;  // the control message EXIT
// Attempts before the pauses begin to double.
constexpr std::int64_t kAttemptsBeforeDoubling = 4;
constexpr std::int64_t kMostDoublings = 15;

}  // namespace

OpenvpnClient::OpenvpnClient(OpenvpnConfig config, Rules rules)
    : OpenvpnEnd(std::move(config), Role::Client),
      rules_(rules),
      own_ping_(config_.ping),
      own_ping_restart_(config_.ping_restart),
      own_ping_exit_(config_.ping_exit) {}

void OpenvpnClient::on_opening(TimePoint now) {
  if (config_.transport == Transport::Tcp) {
    connect_by_ = later(now, rules_.connect_timeout * Duration{1s});
  }
}

void OpenvpnClient::on_open(TimePoint now, Channel& channel) {
  connect_by_ = kNever;
  // What was pushed is forgotten with the connection that it was pushed on.
  config_.ping = own_ping_;
  config_.ping_restart = own_ping_restart_;
  config_.ping_exit = own_ping_exit_;
  start(now, channel);
}

void OpenvpnClient::on_message(TimePoint now, const Message& message, bool, Channel& channel) {
  take(now, message, channel);
}

void OpenvpnClient::came_up(TimePoint, Channel& channel) {
  attempts_ = 0;
  came_up_before_ = true;
  if (rules_.pushed_ping > 0) config_.ping = rules_.pushed_ping;
  if (rules_.pushed_ping_restart > 0) {
    config_.ping_restart = rules_.pushed_ping_restart;
    config_.ping_exit = 0;
  }
  channel.log("Initialization Sequence Completed");
}

TimePoint OpenvpnClient::next_deadline() const {
  return std::min(connect_by_, OpenvpnEnd::next_deadline());
}

void OpenvpnClient::expire(TimePoint now, Channel& channel) {
  if (connect_by_ <= now) {
    restart("TCP: connect to " + config_.peer + " failed: Connection timed out", channel);
    return;
  }
  OpenvpnEnd::expire(now, channel);
}

void OpenvpnClient::silence(TimePoint, Channel& channel) {
  if (config_.ping_exit > 0) {
    stop();
    channel.give_up({"Inactivity timeout (--ping-exit), exiting", 0});
    return;
  }
  restart("Inactivity timeout (--ping-restart), restarting", channel);
}

void OpenvpnClient::handshake_failed(TimePoint, Channel& channel) {
  restart("TLS Error: TLS key negotiation failed to occur within " +
              std::to_string(config_.hand_window) + " seconds (check your network connectivity)",
          channel);
}

void OpenvpnClient::on_closed(TimePoint, SocketError error, Channel& channel) {
  if (phase_ == Phase::Idle) {
    restart("TCP: connect to " + config_.peer + " failed: " + error_text(error), channel);
    return;
  }
  restart(error == SocketError::None ? "Connection reset, restarting [0]"
                                     : "Connection reset, restarting [-1]",
          channel);
}

void OpenvpnClient::restart(const std::string& reason, Channel& channel) {
  const bool was_up = phase_ == Phase::Up;
  stop();
  connect_by_ = kNever;
  std::int64_t pause = rules_.connect_retry;
  const std::int64_t doublings = std::min(attempts_ - kAttemptsBeforeDoubling, kMostDoublings);
  if (doublings > 0) pause = std::max<std::int64_t>(pause, 1) << doublings;
  pause = std::min(pause, rules_.connect_retry_max);
  // The first attempt after a time of being up goes to the same server again and does not count
  // (no_advance of init.c).
  if (!std::exchange(came_up_before_, false)) ++attempts_;
  if (was_up) {
    channel.reconnect(pause * Duration{1s}, {reason, 0});
  } else {
    channel.retry(pause * Duration{1s}, reason);
  }
}

bool OpenvpnClient::on_stop(TimePoint now, Channel& channel) {
  if (rules_.exit_notify == 0 || phase_ != Phase::Up) return false;
  send({.kind = MessageKind::Goodbye, .bytes = bytes(kExit)}, channel);
  schedule_exit(read(now) + rules_.exit_notify);
  go_round(now, channel);
  return true;
}

void OpenvpnClient::said_goodbye(TimePoint, Channel& channel) {
  stop();
  channel.finish({"SIGTERM[soft,exit-with-notification] received, process exiting", 0});
}

}  // namespace stayalive
