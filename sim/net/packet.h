// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <type_traits>

#include "base/ids.h"
#include "base/state_walk.h"
#include "net/address.h"

namespace stayalive {

// Watch: what the watchers of a path tell each other (net/watch_message); no host ever sees it.
enum class Protocol : std::uint8_t { Tcp, Udp, Icmp, Watch };

// TCP header flags, with the values of RFC 9293, section 3.1.
namespace tcp_flag {
inline constexpr std::uint8_t kFin = 0x01;
inline constexpr std::uint8_t kSyn = 0x02;
inline constexpr std::uint8_t kRst = 0x04;
inline constexpr std::uint8_t kPsh = 0x08;
inline constexpr std::uint8_t kAck = 0x10;
inline constexpr std::uint8_t kUrg = 0x20;
}  // namespace tcp_flag

// What the sender meant by a packet.
enum class PacketKind : std::uint8_t {
  Data,  // carries application bytes (or a datagram)
  Ack,   // acknowledges, carries nothing
  Syn,
  SynAck,
  Fin,
  Reset,
  KeepaliveProbe,   // TCP keepalive, RFC 9293 section 3.8.4
  KeepaliveAnswer,  // the acknowledgment it draws
  WindowProbe,      // zero-window probe
  Retransmission,   // of anything, by retransmission timeout or tail-loss probe
  ChallengeAck,     // RFC 5961
  IcmpError,        // destination unreachable
};
const char* name(PacketKind kind);

// What the bytes of a packet say to whoever reads them.  The messages of a stream are numbered from
// 1 in the order they are written; what they say is kept by their writer's side (MessageStore), as
// the sender of real bytes would have put it into them.  Boxes do not look at it.
struct Content {
  // Whose bytes they are: in TCP those of one socket, of the SYN on; in UDP those of one side of an
  // association.  Invalid: nobody's, as of a RST for no socket or an ICMP error.
  StreamId stream;
  // The last message of the stream whose final byte lies in this packet, which stands for all
  // earlier ones in a segment, too; 0: none ends here.
  std::uint32_t message = 0;
  friend constexpr auto operator<=>(const Content&, const Content&) = default;
};

// Notes by which the simulation keeps its books.  They ride beside the packet: no box, stack or
// program decides by them, exactly as nobody on a real path can see intentions.
struct Notes {
  ConnectionId connection;  // of the scenario, to which it belongs
  PacketKind kind = PacketKind::Data;
};

// What a sender marks its packets with.
struct Origin {
  StreamId stream;
  ConnectionId connection;  // for the books
};

// A packet: a small value, copied freely.  The bytes of messages are not simulated; headers, sizes
// and what the bytes say are.
struct Packet {
  AddressId source_address;
  AddressId destination_address;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgment = 0;
  std::uint32_t window = 0;   // bytes, scale already applied
  std::uint16_t payload = 0;  // bytes after the TCP or UDP header
  std::uint8_t flags = 0;
  Protocol protocol : 2 = Protocol::Udp;
  // What timestamps tell (RFC 7323): how often a segment had been sent before, and the same of the
  // segment of the other end that this one echoes, which is the earliest not acknowledged before.
  // kLastCopy stands for all later copies, too.
  std::uint8_t copy : 2 = 0;
  std::uint8_t answers_copy : 2 = 0;
  // A D-SACK (RFC 2883): the acknowledgment was drawn by octets that had come before.
  bool duplicate : 1 = false;
  Content content;
  Notes notes;

  constexpr Endpoint source() const { return {source_address, source_port}; }
  constexpr Endpoint destination() const { return {destination_address, destination_port}; }
  constexpr void set_source(Endpoint endpoint) {
    source_address = endpoint.address;
    source_port = endpoint.port;
  }
  constexpr void set_destination(Endpoint endpoint) {
    destination_address = endpoint.address;
    destination_port = endpoint.port;
  }
  constexpr void set_origin(Origin origin) {
    content.stream = origin.stream;
    notes.connection = origin.connection;
  }
  constexpr bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
  // Sequence space the segment occupies: payload plus one for SYN and one for FIN.
  constexpr std::uint32_t sequence_length() const {
    return payload + (has(tcp_flag::kSyn) ? 1u : 0u) + (has(tcp_flag::kFin) ? 1u : 0u);
  }
};
inline constexpr std::uint8_t kLastCopy = 3;
static_assert(std::is_trivially_copyable_v<Packet> && sizeof(Packet) <= 44);

// Sequence numbers wrap (RFC 9293, section 3.4): a before b.
constexpr bool sequence_before(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::int32_t>(a - b) < 0;
}

// Bytes of the IPv4 packet: 20 for IP, 20 for TCP plus 12 for timestamps (20 more options on SYN
// instead), 8 for UDP. These are the sizes that Linux puts on the wire by default.
constexpr std::uint32_t ip_bytes(const Packet& packet) {
  switch (packet.protocol) {
    case Protocol::Udp:
      return 20u + 8u + packet.payload;
    // An error quotes the IP header and eight bytes of what it answers (RFC 792).
    case Protocol::Icmp:
      return 20u + 8u + 28u;
    // Of a watcher it is all that its own protocol puts into the IP packet.
    case Protocol::Watch:
      return 20u + packet.payload;
    case Protocol::Tcp:
      break;
  }
  if (packet.has(tcp_flag::kRst)) return 20u + 20u;
  return 20u + 20u + (packet.has(tcp_flag::kSyn) ? 20u : 12u) + packet.payload;
}

// An ICMP destination-unreachable error (RFC 792) sent by `reporter` to the source of `original`.
// It quotes the addresses and ports of `original`; quoted() gives them back.
enum class Unreachable : std::uint8_t { Network = 0, Host = 1, Port = 3 };
Packet icmp_error(AddressId reporter, Unreachable code, const Packet& original);
struct QuotedPacket {
  Endpoint source;
  Endpoint destination;
  Protocol protocol = Protocol::Udp;
  Unreachable code = Unreachable::Port;
};
// packet must be an ICMP error.
QuotedPacket quoted(const Packet& packet);
// Rewrites the endpoints that an ICMP error quotes, as a NAT on the way back must (RFC 5508,
// section 4.2).
void set_quoted(Packet& packet, const QuotedPacket& quote);

// A packet on its way is part of the state.
void walk(StateWalk& walk, Packet& packet);

// "10.0.0.2:40000 > 203.0.113.10:22 tcp [PA] seq 1 ack 1 len 52"
std::string print_packet(const Packet& packet);

}  // namespace stayalive
