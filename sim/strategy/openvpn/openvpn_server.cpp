// SPDX-License-Identifier: Apache-2.0
#include "strategy/openvpn/openvpn_server.h"

namespace stayalive {
namespace {

constexpr std::int64_t kDelayedExit = 5;  // seconds that an instance outlives its client's EXIT
constexpr std::uint32_t kAcknowledgement = 30;

bool is_hard_reset(const Message& message) {
  return message.kind == MessageKind::Control && OpenvpnExchange::begins(message) &&
         OpenvpnExchange::kind_of(message) == OpenvpnExchange::Kind::Handshake;
}

}  // namespace

void OpenvpnServer::on_open(TimePoint now, Channel& channel) { start(now, channel); }

bool OpenvpnServer::accepts_unknown(const Message& message) const { return is_hard_reset(message); }

void OpenvpnServer::on_message(TimePoint now, const Message& message, bool moved,
                               Channel& channel) {
  if (moved) {
    const bool control =
        message.kind == MessageKind::Control || message.kind == MessageKind::Goodbye;
    if (control ? !is_hard_reset(message) : phase_ != Phase::Up) return;
    channel.adopt_source();
    if (!control) channel.log("MULTI: Outgoing address has changed: the client floated");
  }
  if (is_hard_reset(message) && (moved || phase_ == Phase::Up)) start(now, channel);
  if (message.kind == MessageKind::Goodbye && phase_ == Phase::Up) {
    schedule_exit(read(now) + kDelayedExit);
    send({.kind = MessageKind::Control, .subtype = kNoStep, .bytes = bytes(kAcknowledgement)},
         channel);
  }
  take(now, message, channel);
}

void OpenvpnServer::silence(TimePoint, Channel& channel) {
  delete_instance({config_.ping_exit > 0 ? "Inactivity timeout (--ping-exit), exiting"
                                         : "Inactivity timeout (--ping-restart), restarting",
                   0},
                  channel);
}

void OpenvpnServer::handshake_failed(TimePoint, Channel& channel) {
  delete_instance(
      {"TLS Error: TLS key negotiation failed to occur within " +
           std::to_string(config_.hand_window) + " seconds (check your network connectivity)",
       0},
      channel);
}

void OpenvpnServer::came_up(TimePoint, Channel&) {}

void OpenvpnServer::said_goodbye(TimePoint, Channel& channel) {
  delete_instance({"SIGTERM[soft,delayed-exit] received, client-instance exiting", 0}, channel);
}

void OpenvpnServer::delete_instance(const Ending& reason, Channel& channel) {
  stop();
  if (config_.transport == Transport::Udp) {
    channel.forget_peer(reason);
  } else {
    channel.give_up(reason);
  }
}

Ending OpenvpnServer::ending(SocketError error) const {
  return {error == SocketError::None ? "Connection reset, restarting [0]"
                                     : "Connection reset, restarting [-1]",
          0};
}

}  // namespace stayalive
