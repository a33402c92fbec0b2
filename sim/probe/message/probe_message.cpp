// SPDX-License-Identifier: Apache-2.0
#include "probe/message/probe_message.h"

#include <algorithm>

#include "base/big_endian.h"

namespace stayalive {
namespace {

constexpr std::array<std::uint8_t, 5> kBeginning{'S', 'A', 'P', 'r', 1};  // the last: the version
// Addresses in a payload are masked, since some NATs rewrite what looks like one (RFC 8489,
// section 14.2).
constexpr std::uint32_t kMask = 0x5341'5072;

// Where the fields lie; the rest is zero and ignored.
enum Place : std::size_t {
  kKindAt = 5,
  kFlagsAt = 6,
  kActionAt = 7,
  kSocketAt = 8,
  kSocketsAt = 9,
  kMarksAt = 10,
  kCookieAt = 12,
  kSessionAt = 20,
  kFlowAt = 28,
  kNumberAt = 32,
  kSeenAt = 36,
  kOtherAt = 42,
};
enum Flag : std::uint8_t { kAnswer = 1, kKnown = 2, kFinished = 4, kReset = 8 };

void put_big64(std::uint8_t* at, std::uint64_t value) {
  put_big32(at, static_cast<std::uint32_t>(value >> 32));
  put_big32(at + 4, static_cast<std::uint32_t>(value));
}
std::uint64_t big64(const std::uint8_t* at) {
  return std::uint64_t{big32(at)} << 32 | big32(at + 4);
}
void put_endpoint(std::uint8_t* at, Endpoint endpoint) {
  put_big32(at, endpoint.address.value ^ kMask);
  put_big16(at + 4, static_cast<std::uint16_t>(endpoint.port ^ (kMask >> 16)));
}
Endpoint endpoint_at(const std::uint8_t* at) {
  return {AddressId{big32(at) ^ kMask}, static_cast<std::uint16_t>(big16(at + 4) ^ (kMask >> 16))};
}

}  // namespace

ProbeBytes encode_probe(const ProbeMessage& message) {
  ProbeBytes bytes{};
  std::ranges::copy(kBeginning, bytes.begin());
  bytes[kKindAt] = static_cast<std::uint8_t>(message.kind);
  bytes[kFlagsAt] =
      static_cast<std::uint8_t>((message.answer ? kAnswer : 0) | (message.known ? kKnown : 0) |
                                (message.finished ? kFinished : 0) | (message.reset ? kReset : 0));
  bytes[kActionAt] = static_cast<std::uint8_t>(message.action);
  bytes[kSocketAt] = message.socket;
  bytes[kSocketsAt] = message.sockets;
  put_big16(&bytes[kMarksAt], message.marks);
  put_big64(&bytes[kCookieAt], message.cookie);
  put_big64(&bytes[kSessionAt], message.session);
  put_big32(&bytes[kFlowAt], message.flow);
  put_big32(&bytes[kNumberAt], message.number);
  put_endpoint(&bytes[kSeenAt], message.seen);
  put_endpoint(&bytes[kOtherAt], message.other);
  return bytes;
}

std::optional<ProbeMessage> decode_probe(std::span<const std::uint8_t> bytes) {
  if (bytes.size() != kProbeBytes) return std::nullopt;
  if (!std::ranges::equal(bytes.first(kBeginning.size()), kBeginning)) return std::nullopt;
  const std::uint8_t kind = bytes[kKindAt];
  if (kind < static_cast<std::uint8_t>(ProbeKind::Hello) ||
      kind > static_cast<std::uint8_t>(ProbeKind::Refused)) {
    return std::nullopt;
  }
  if (bytes[kActionAt] > static_cast<std::uint8_t>(ProbeAction::Forget)) return std::nullopt;
  if (bytes[kSocketAt] >= kReflectorSockets || bytes[kSocketsAt] >= kReflectorSockets)
    return std::nullopt;
  const std::uint8_t flags = bytes[kFlagsAt];
  ProbeMessage message;
  message.kind = static_cast<ProbeKind>(kind);
  message.action = static_cast<ProbeAction>(bytes[kActionAt]);
  message.socket = bytes[kSocketAt];
  message.sockets = bytes[kSocketsAt];
  message.answer = (flags & kAnswer) != 0;
  message.known = (flags & kKnown) != 0;
  message.finished = (flags & kFinished) != 0;
  message.reset = (flags & kReset) != 0;
  message.marks = big16(&bytes[kMarksAt]);
  message.cookie = big64(&bytes[kCookieAt]);
  message.session = big64(&bytes[kSessionAt]);
  message.flow = big32(&bytes[kFlowAt]);
  message.number = big32(&bytes[kNumberAt]);
  message.seen = endpoint_at(&bytes[kSeenAt]);
  message.other = endpoint_at(&bytes[kOtherAt]);
  return message;
}

}  // namespace stayalive
