// SPDX-License-Identifier: Apache-2.0
#include "strategy/openvpn/openvpn_exchange.h"

#include <array>
#include <span>

#include "base/check.h"

namespace stayalive {
namespace {

struct Step {
  Role from;
  std::uint32_t bytes;  // UDP payload
  bool acknowledgement = false;
};

constexpr Role C = Role::Client;
constexpr Role S = Role::Server;

constexpr std::array<Step, 11> kHandshake{{
    {C, 14},        // hard reset
    {S, 26},        // hard reset, with an acknowledgement
    {C, 303},       // TLS ClientHello
    {S, 834},       // TLS ServerHello to Finished
    {C, 1036},      // TLS Finished, certificate and the client's options
    {S, 188},       // session tickets
    {S, 230},       // the server's options
    {C, 30, true},  //
    {C, 34, true},  // with this the server holds the keys
    {S, 245},       // PUSH_REPLY
    {C, 34, true},  //
}};
constexpr std::array<Step, 9> kClientRenegotiation{{
    {C, 54},
    {S, 66},
    {C, 343},
    {S, 878},
    {C, 1076},
    {S, 232},
    {S, 274},
    {C, 70, true},
    {C, 74, true},
}};
constexpr std::array<Step, 10> kServerRenegotiation{{
    {S, 54},
    {C, 66},
    {S, 62, true},
    {C, 343},
    {S, 878},
    {C, 1076},
    {S, 232},
    {S, 274},
    {C, 70, true},
    {C, 74, true},
}};

constexpr std::size_t kKindStride = 16;  // of Message::subtype
constexpr std::int64_t kFirstPause = 2;  // --tls-timeout

std::span<const Step> steps_of(OpenvpnExchange::Kind kind) {
  switch (kind) {
    case OpenvpnExchange::Kind::Handshake:
      return kHandshake;
    case OpenvpnExchange::Kind::ClientRenegotiation:
      return kClientRenegotiation;
    case OpenvpnExchange::Kind::ServerRenegotiation:
      return kServerRenegotiation;
  }
  return {};
}

}  // namespace

OpenvpnExchange::Kind OpenvpnExchange::kind_of(const Message& message) {
  return static_cast<Kind>(message.subtype / kKindStride);
}

bool OpenvpnExchange::begins(const Message& message) { return message.subtype % kKindStride == 0; }

std::uint8_t OpenvpnExchange::opcode_of(const Message& message) {
  constexpr std::uint8_t kSoftReset = 3;
  constexpr std::uint8_t kControl = 4;
  constexpr std::uint8_t kAcknowledgement = 5;
  constexpr std::uint8_t kHardResetClient = 7;
  constexpr std::uint8_t kHardResetServer = 8;
  constexpr std::uint8_t kData = 9;
  if (message.kind != MessageKind::Control) return kData;
  const std::size_t step = message.subtype % kKindStride;
  const std::span<const Step> steps = steps_of(kind_of(message));
  if (step >= steps.size() || steps[step].acknowledgement) return kAcknowledgement;
  // The first message of each end resets.
  const bool resets = step == 0 || (step == 1 && steps[1].from != steps[0].from);
  if (!resets) return kControl;
  if (kind_of(message) != Kind::Handshake) return kSoftReset;
  return step == 0 ? kHardResetClient : kHardResetServer;
}

void OpenvpnExchange::begin(std::int64_t second, Channel& channel) {
  const std::span<const Step> steps = steps_of(kind_);
  flight_begin_ = next_;
  while (next_ < steps.size() && steps[next_].from == role_) ++next_;
  flight_end_ = next_;
  repeat_second_ = INT64_MAX;
  bool wants_answer = false;
  for (std::size_t step = flight_begin_; step < flight_end_; ++step) {
    wants_answer = wants_answer || !steps[step].acknowledgement;
  }
  if (wants_answer && transport_ == Transport::Udp) {
    repeat_second_ = second + kFirstPause;
    pause_ = 2 * kFirstPause;
  }
  send_flight(channel, false);
}

void OpenvpnExchange::receive(const Message& message, std::int64_t second, Channel& channel) {
  DCHECK(kind_of(message) == kind_, "an exchange is given only its own messages");
  const std::span<const Step> steps = steps_of(kind_);
  const std::size_t step = message.subtype % kKindStride;
  if (step >= steps.size() || steps[step].from == role_) return;
  if (step < next_) {
    // Both ends repeat what waits for an answer by themselves; only a mere acknowledgement does
    // not wait.  A hard reset is answered each time, without any state (mudp.c).
    const bool reset_again = kind_ == Kind::Handshake && step == 0 && flight_begin_ == 1;
    if (step + 1 == flight_begin_ && (answers_only_acknowledge() || reset_again)) {
      send_flight(channel, true);
    }
    return;
  }
  for (std::size_t skipped = next_; skipped < step; ++skipped) {
    if (steps[skipped].from == role_ || !steps[skipped].acknowledgement) return;
  }
  next_ = step + 1;
  repeat_second_ = INT64_MAX;  // whatever answers a flight acknowledges it
  if (next_ < steps.size() && steps[next_].from == role_) begin(second, channel);
}

void OpenvpnExchange::repeat(std::int64_t second, Channel& channel) {
  if (second < repeat_second_) return;
  repeat_second_ = second + pause_;
  pause_ *= 2;
  send_flight(channel, true);
}

bool OpenvpnExchange::agreed() const {
  const std::span<const Step> steps = steps_of(kind_);
  for (std::size_t step = next_; step < steps.size(); ++step) {
    if (!steps[step].acknowledgement) return false;
  }
  return true;
}

bool OpenvpnExchange::answers_only_acknowledge() const {
  const std::span<const Step> steps = steps_of(kind_);
  for (std::size_t step = flight_begin_; step < flight_end_; ++step) {
    if (!steps[step].acknowledgement) return false;
  }
  return true;
}

void OpenvpnExchange::send_flight(Channel& channel, bool again) {
  const std::span<const Step> steps = steps_of(kind_);
  const bool only_acknowledges = answers_only_acknowledge();
  for (std::size_t step = flight_begin_; step < flight_end_; ++step) {
    if (again && steps[step].acknowledgement && !only_acknowledges) continue;
    const std::size_t subtype = static_cast<std::size_t>(kind_) * kKindStride + step;
    channel.send({.kind = MessageKind::Control,
                  .subtype = static_cast<std::uint8_t>(subtype),
                  .bytes = steps[step].bytes + (transport_ == Transport::Tcp ? 2 : 0)});
  }
}

}  // namespace stayalive
