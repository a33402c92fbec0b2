// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "net/packet.h"

// Packets as the bytes that a real network carries: IPv4 (RFC 791) with TCP (RFC 9293), UDP
// (RFC 768) or an ICMP destination-unreachable error (RFC 792), and back.
//
//   std::array<std::uint8_t, 1500> frame;
//   const std::size_t length = encode(packet, {}, payload, frame);
//   const DecodedPacket decoded = decode(std::span(frame).first(length), {});
//   if (decoded.error == WireError::None) use(decoded.packet);
namespace stayalive {

// What headers say and a Packet does not.  The defaults are what Linux sends.
struct WireDetails {
  // Datagrams that are never fragmented need no identification (RFC 6864, section 4.1).
  std::uint16_t identification = 0;
  bool may_fragment = false;
  std::uint8_t time_to_live = 64;
  // TCP timestamps (RFC 7323, section 3): TSval and TSecr.
  std::uint32_t timestamp = 0;
  std::uint32_t timestamp_echo = 0;
  // A SYN announces these two.  Windows of other segments are sent divided by 2^window_shift, and
  // what does not divide is lost; at most 14 (RFC 7323, section 2.3).
  std::uint16_t maximum_segment = 1460;
  std::uint8_t window_shift = 7;
};

// An IPv4 packet is never longer.
inline constexpr std::size_t kMostIpBytes = 65'535;
// Whether the packet can be one on the wire: a payload can be too large for IPv4.
constexpr bool fits_wire(const Packet& packet) { return ip_bytes(packet) <= kMostIpBytes; }

// Writes the packet to the beginning of `out` and returns how many bytes it takes: those of
// ip_bytes().  It must fit the wire, `payload` must have packet.payload bytes (an ICMP error has
// none), and `out` must have room.  Checksums are right.  A SYN carries the options of Linux
// (MSS, SACK permitted, timestamps, window scale), a RST none, other segments timestamps.
std::size_t encode(const Packet& packet, const WireDetails& details,
                   std::span<const std::uint8_t> payload, std::span<std::uint8_t> out);

// Why bytes are no packet that can be used.
enum class WireError : std::uint8_t {
  None,
  Truncated,            // shorter than its headers or its length say
  NotIpv4,              // another version of IP
  BadHeader,            // a length in a header contradicts another
  BadOption,            // a TCP option has an impossible length
  BadChecksum,          // of IP, TCP, UDP or ICMP
  Fragment,             // of a larger packet
  UnsupportedProtocol,  // neither TCP, UDP nor ICMP
  UnsupportedIcmp,      // not one of the errors of Unreachable, or about another protocol
};
inline constexpr std::size_t kWireErrors = static_cast<std::size_t>(WireError::UnsupportedIcmp) + 1;
const char* name(WireError error);

struct DecodeOptions {
  // Captures on a sender show packets before its network card has written the checksums.
  bool verify_checksums = true;
  // By which windows are multiplied (2^shift), as the SYN of the same side has announced.
  std::uint8_t window_shift = 7;
};

struct DecodedPacket {
  WireError error = WireError::None;
  // Its kind is what flags and length tell; it belongs to no connection.  Meaningless on an error.
  Packet packet;
  WireDetails details;
  // Where the payload lies in the bytes; packet.payload tells its length.
  std::size_t payload_at = 0;
  // Whether a SYN announced window scaling; without it neither side of the connection scales.
  bool scales_window = false;
};

// Reads the packet at the beginning of `bytes`; what follows its length, such as the padding of a
// short Ethernet frame, is ignored.  Any bytes may be given.
DecodedPacket decode(std::span<const std::uint8_t> bytes, const DecodeOptions& options);

}  // namespace stayalive
