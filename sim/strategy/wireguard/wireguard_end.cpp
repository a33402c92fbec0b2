// SPDX-License-Identifier: Apache-2.0
#include "strategy/wireguard/wireguard_end.h"

#include <algorithm>
#include <utility>

namespace stayalive {
namespace {

// messages.h of the Linux module.
constexpr Duration kRekeyAfter = 120s;
constexpr Duration kRejectAfter = 180s;
constexpr Duration kRekeyTimeout = 5s;
constexpr Duration kPassiveKeepalive = 10s;
constexpr std::uint32_t kMostRepetitions = 90 / 5;

constexpr std::uint8_t kInitiation = 0;
constexpr std::uint8_t kResponse = 1;
constexpr std::uint32_t kInitiationBytes = 148;
constexpr std::uint32_t kResponseBytes = 92;
constexpr std::uint32_t kDataBytes = 32;       // header and tag
constexpr std::uint32_t kPadding = 16;         // data is filled up to whole blocks
constexpr std::uint32_t kMostPayload = 65507;  // of a UDP datagram over IPv4

// Handshakes are told apart by who began them and a number that soon recurs: no more than three
// keys are valid at once.
constexpr std::uint8_t kNumbers = 4;
constexpr std::uint8_t kOfServer = 0x80;

bool is_handshake(const Message& message, std::uint8_t step) {
  return message.kind == MessageKind::Control && message.subtype == step;
}

bool is_tunnelled(const Message& message) {
  return message.kind == MessageKind::Application || message.kind == MessageKind::Ping;
}

}  // namespace

bool WireguardEnd::Keys::valid(TimePoint now) const { return now < later(born, kRejectAfter); }

// --- handshakes ---

void WireguardEnd::on_open(TimePoint now, Channel& channel) {
  open_ = true;
  current_.reset();
  previous_.reset();
  next_.reset();
  awaiting_.reset();
  has_shaken_ = last_minute_ = empty_waits_ = more_received_ = false;
  attempts_ = 0;
  retransmit_ = unanswered_ = {};
  passive_ = persistent_ = rekey_ = kNever;
  channel.set_ready(false);
  if (role_ == Role::Client && rules_.persistent_keepalive > Duration::zero())
    send_keepalive(now, channel);
}

bool WireguardEnd::accepts_unknown(const Message& message) const {
  return is_handshake(message, kInitiation);
}

// again: it repeats one that went unanswered.  No more than one leaves in five seconds.
void WireguardEnd::initiate(TimePoint now, bool again, Channel& channel) {
  if (!again) attempts_ = 0;
  if (has_shaken_ && now < later(shaken_at_, kRekeyTimeout)) return;
  has_shaken_ = true;
  shaken_at_ = now;
  awaiting_ = static_cast<std::uint8_t>(number_ | (role_ == Role::Server ? kOfServer : 0));
  number_ = static_cast<std::uint8_t>((number_ + 1) % kNumbers);
  retransmit_ = {later(now, kRekeyTimeout), false};
  channel.send({.kind = MessageKind::Control,
                .subtype = kInitiation,
                .status = *awaiting_,
                .bytes = kInitiationBytes});
}

void WireguardEnd::take_initiation(TimePoint now, const Message& message, Channel& channel) {
  awaiting_.reset();
  next_ = Keys{static_cast<std::uint8_t>(message.status), false, now};
  previous_.reset();
  has_shaken_ = true;
  shaken_at_ = now;
  channel.send({.kind = MessageKind::Control,
                .subtype = kResponse,
                .status = message.status,
                .bytes = kResponseBytes});
  heard(now);
}

void WireguardEnd::take_response(TimePoint now, const Message& message, Channel& channel) {
  awaiting_.reset();
  previous_ = next_ ? next_ : current_;
  next_.reset();
  current_ = Keys{static_cast<std::uint8_t>(message.status), true, now};
  heard(now);
  complete(channel);
  send_waiting(true, channel);
}

void WireguardEnd::complete(Channel& channel) {
  retransmit_ = {};
  attempts_ = 0;
  last_minute_ = false;
  channel.log("The handshake is complete");
}

void WireguardEnd::send_waiting(bool confirm, Channel& channel) {
  data_sent_ = false;
  channel.set_ready(true);
  const bool empty = std::exchange(empty_waits_, false) || confirm;
  if (empty && !data_sent_ && current_) {
    channel.send({.kind = MessageKind::Ping, .subtype = current_->number, .bytes = kDataBytes});
  }
}

// --- data ---

bool WireguardEnd::carries(TimePoint now, Channel& channel) {
  if (current_ && current_->valid(now)) return true;
  initiate(now, false, channel);
  return false;
}

void WireguardEnd::on_writing(TimePoint, Message& message, Channel&) {
  if (current_) message.subtype = current_->number;
}

std::uint32_t WireguardEnd::wire_bytes(std::uint32_t bytes) const {
  const std::uint32_t blocks = (bytes + kPadding - 1) / kPadding;
  return std::min(kDataBytes + blocks * kPadding, kMostPayload);
}

// The newest first: a number recurs.
const WireguardEnd::Keys* WireguardEnd::keys_of(TimePoint now, const Message& message) const {
  for (const std::optional<Keys>* keys : {&next_, &current_, &previous_}) {
    if (*keys && (*keys)->number == message.subtype && (*keys)->valid(now)) return &**keys;
  }
  return nullptr;
}

bool WireguardEnd::takes(TimePoint now, const Message& message) const {
  return open_ && keys_of(now, message) != nullptr;
}

void WireguardEnd::on_message(TimePoint now, const Message& message, bool moved, Channel& channel) {
  if (!open_) return;
  if (is_handshake(message, kInitiation)) {
    if (moved) channel.adopt_source();
    return take_initiation(now, message, channel);
  }
  if (is_handshake(message, kResponse)) {
    if (awaiting_ != static_cast<std::uint8_t>(message.status)) return;
    if (moved) channel.adopt_source();
    return take_response(now, message, channel);
  }
  if (is_tunnelled(message)) take_data(now, message, moved, channel);
}

void WireguardEnd::take_data(TimePoint now, const Message& message, bool moved, Channel& channel) {
  const Keys* keys = keys_of(now, message);
  if (keys == nullptr) return;
  if (moved) channel.adopt_source();
  heard(now);
  if (next_ && keys == &*next_) {
    previous_ = current_;
    current_ = std::exchange(next_, std::nullopt);
    complete(channel);
    send_waiting(false, channel);
  }
  // So late that what answers might not be sent under this key any more.
  const Duration late = kRejectAfter - kPassiveKeepalive - kRekeyTimeout;
  if (current_ && current_->mine && current_->valid(now) && now >= later(current_->born, late) &&
      !last_minute_) {
    last_minute_ = true;
    initiate(now, false, channel);
  }
  if (message.kind != MessageKind::Application) return;
  if (passive_ == kNever) {
    passive_ = later(now, kPassiveKeepalive);
  } else {
    more_received_ = true;
  }
}

// --- timers ---

void WireguardEnd::restart_persistent(TimePoint now) {
  if (rules_.persistent_keepalive > Duration::zero())
    persistent_ = later(now, rules_.persistent_keepalive);
}

// Something authentic has come.
void WireguardEnd::heard(TimePoint now) {
  unanswered_ = {};
  restart_persistent(now);
}

void WireguardEnd::on_sent(TimePoint now, const Message& message) {
  if (!open_) return;
  passive_ = kNever;
  restart_persistent(now);
  if (message.kind == MessageKind::Application) {
    data_sent_ = true;
    if (unanswered_.at == kNever)
      unanswered_ = {later(now, kPassiveKeepalive + kRekeyTimeout), false};
  }
  const bool old = current_ && current_->mine && now >= later(current_->born, kRekeyAfter);
  if (old && is_tunnelled(message)) rekey_ = now;
}

void WireguardEnd::send_keepalive(TimePoint now, Channel& channel) {
  if (current_ && current_->valid(now)) {
    channel.send({.kind = MessageKind::Ping, .subtype = current_->number, .bytes = kDataBytes});
    return;
  }
  empty_waits_ = true;
  initiate(now, false, channel);
}

TimePoint WireguardEnd::next_deadline() const {
  if (!open_) return kNever;
  return std::min({retransmit_.at, unanswered_.at, passive_, persistent_, rekey_});
}

// Whether this wait is over, its random part included.
bool WireguardEnd::is_over(Wait& wait, TimePoint now) {
  if (wait.at > now) return false;
  if (!std::exchange(wait.drawn, true)) wait.at = later(wait.at, waits_.up_to(rules_.jitter));
  return wait.at <= now;
}

void WireguardEnd::expire(TimePoint now, Channel& channel) {
  while (open_ && next_deadline() <= now) expire_one(now, channel);
}

void WireguardEnd::expire_one(TimePoint now, Channel& channel) {
  if (is_over(retransmit_, now)) {
    retransmit_ = {};
    return retry(now, channel);
  }
  if (is_over(unanswered_, now)) {
    unanswered_ = {};
    channel.log("Retrying the handshake, because nothing has come for 15 s after data");
    return initiate(now, false, channel);
  }
  if (passive_ <= now) {
    passive_ = kNever;
    send_keepalive(now, channel);
    if (std::exchange(more_received_, false)) passive_ = later(now, kPassiveKeepalive);
    return;
  }
  if (persistent_ <= now) {
    persistent_ = kNever;
    return send_keepalive(now, channel);
  }
  if (rekey_ <= now) {
    rekey_ = kNever;
    initiate(now, false, channel);
  }
}

void WireguardEnd::retry(TimePoint now, Channel& channel) {
  if (attempts_ <= kMostRepetitions) {
    ++attempts_;
    return initiate(now, true, channel);
  }
  channel.log("The handshake did not complete after " + std::to_string(attempts_ + 1) +
              " attempts, giving up");
  passive_ = kNever;
  empty_waits_ = false;
  channel.forget_waiting();
}

void WireguardEnd::on_closed(TimePoint, SocketError, Channel&) { open_ = false; }

// Every event is run: periods of numbered handshakes between lost ones are not told apart safely.
void WireguardEnd::walk(StateWalk& walk) {
  if (open_) walk.aperiodic();
}

}  // namespace stayalive
