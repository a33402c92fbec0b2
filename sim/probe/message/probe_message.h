// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "net/address.h"

namespace stayalive {

// What a probe and a reflector say to each other (docs/probe.md).
enum class ProbeKind : std::uint8_t {
  Hello = 1,    // probe: which cookie proves the address that I have?
  Welcome = 2,  // reflector: this one; and where I saw you
  Mark = 3,     // probe: this is flow `flow` of session `session`
  Marked = 4,   // reflector: the answer to a Mark that asks for one
  Order = 5,    // probe: do `action` with that flow
  Done = 6,     // reflector: what is known of that flow now
  Sent = 7,     // reflector, on a flow: what an order asked for
  Refused = 8,  // reflector: it has no room
};

enum class ProbeAction : std::uint8_t {
  Query = 0,   // nothing but the answer
  Send = 1,    // a Sent on the flow; of UDP from the socket `socket`
  Abort = 2,   // a RST on the flow's connection
  Forget = 3,  // the flow is not needed any more
};

// Which of the reflector's sockets: the sum of these.
inline constexpr std::uint8_t kOtherPort = 1;
inline constexpr std::uint8_t kOtherAddress = 2;
inline constexpr std::size_t kReflectorSockets = 4;

// Where a reflector listens unless it is told otherwise.
inline constexpr std::uint16_t kProbePort = 7478;

// One message.  All have the same length, so that no answer is longer than what asked for it.
struct ProbeMessage {
  ProbeKind kind = ProbeKind::Hello;
  ProbeAction action = ProbeAction::Query;
  std::uint8_t socket = 0;   // below kReflectorSockets
  std::uint8_t sockets = 0;  // Welcome: which others there are, a sum of kOther...
  bool answer = false;       // Mark: asks for a Marked
  // Done: whether the flow is known, its probe has closed its direction, and a RST has ended it.
  bool known = false;
  bool finished = false;
  bool reset = false;
  std::uint16_t marks = 0;  // Done: how many Marks have come on it
  std::uint64_t cookie = 0;
  std::uint64_t session = 0;
  std::uint32_t flow = 0;
  std::uint32_t number = 0;  // of an order, repeated by its answer
  Endpoint seen;             // Welcome, Marked and Done: whence the flow's packets come
  Endpoint other;            // Welcome: the other address and the other port
  friend bool operator==(const ProbeMessage&, const ProbeMessage&) = default;
};

inline constexpr std::size_t kProbeBytes = 64;
using ProbeBytes = std::array<std::uint8_t, kProbeBytes>;

ProbeBytes encode_probe(const ProbeMessage& message);
// Empty for anything that is no such message of this version, of exactly that length.
std::optional<ProbeMessage> decode_probe(std::span<const std::uint8_t> bytes);

}  // namespace stayalive
