// SPDX-License-Identifier: Apache-2.0
#include "net/packet.h"

#include <fmt/format.h>

#include "base/check.h"

namespace stayalive {

const char* name(PacketKind kind) {
  switch (kind) {
    case PacketKind::Data:
      return "data";
    case PacketKind::Ack:
      return "ack";
    case PacketKind::Syn:
      return "syn";
    case PacketKind::SynAck:
      return "syn-ack";
    case PacketKind::Fin:
      return "fin";
    case PacketKind::Reset:
      return "reset";
    case PacketKind::KeepaliveProbe:
      return "keepalive-probe";
    case PacketKind::KeepaliveAnswer:
      return "keepalive-answer";
    case PacketKind::WindowProbe:
      return "window-probe";
    case PacketKind::Retransmission:
      return "retransmission";
    case PacketKind::ChallengeAck:
      return "challenge-ack";
    case PacketKind::IcmpError:
      return "icmp-error";
  }
  return "unknown";
}

Packet icmp_error(AddressId reporter, Unreachable code, const Packet& original) {
  Packet error;
  error.protocol = Protocol::Icmp;
  error.notes = {original.notes.connection, PacketKind::IcmpError};
  error.source_address = reporter;
  error.destination_address = original.source_address;
  set_quoted(error, {original.source(), original.destination(), original.protocol, code});
  return error;
}

QuotedPacket quoted(const Packet& packet) {
  CHECK(packet.protocol == Protocol::Icmp, "only an ICMP error quotes another packet");
  return {{AddressId{packet.sequence}, packet.source_port},
          {AddressId{packet.acknowledgment}, packet.destination_port},
          static_cast<Protocol>(packet.window >> 8),
          static_cast<Unreachable>(packet.window & 0xff)};
}

void set_quoted(Packet& packet, const QuotedPacket& quote) {
  CHECK(packet.protocol == Protocol::Icmp, "only an ICMP error quotes another packet");
  packet.sequence = quote.source.address.value;
  packet.source_port = quote.source.port;
  packet.acknowledgment = quote.destination.address.value;
  packet.destination_port = quote.destination.port;
  packet.window =
      static_cast<std::uint32_t>(quote.protocol) << 8 | static_cast<std::uint32_t>(quote.code);
}

namespace {
std::string print_flags(std::uint8_t flags) {
  std::string text;
  if (flags & tcp_flag::kSyn) text += 'S';
  if (flags & tcp_flag::kFin) text += 'F';
  if (flags & tcp_flag::kRst) text += 'R';
  if (flags & tcp_flag::kPsh) text += 'P';
  if (flags & tcp_flag::kUrg) text += 'U';
  if (flags & tcp_flag::kAck) text += 'A';
  return text.empty() ? "none" : text;
}
}  // namespace

void walk(StateWalk& walk, Packet& packet) {
  const std::uint32_t header = std::uint32_t{packet.flags} | std::uint32_t{packet.copy} << 8 |
                               std::uint32_t{packet.answers_copy} << 16 |
                               (packet.duplicate ? 1u << 24 : 0u);
  walk.still(packet.source(), packet.destination(), packet.window, packet.payload, packet.protocol,
             header, packet.content.stream, packet.notes.connection, packet.notes.kind);
  walk.sequence(packet.sequence);
  walk.sequence(packet.acknowledgment);
  walk.sequence(packet.content.message);
}

std::string print_packet(const Packet& packet) {
  if (packet.protocol == Protocol::Icmp) {
    const QuotedPacket quote = quoted(packet);
    return fmt::format("{} > {} icmp unreachable for {} > {}", print_address(packet.source_address),
                       print_address(packet.destination_address), print_endpoint(quote.source),
                       print_endpoint(quote.destination));
  }
  const std::string ends =
      fmt::format("{} > {}", print_endpoint(packet.source()), print_endpoint(packet.destination()));
  if (packet.protocol == Protocol::Udp) return fmt::format("{} udp len {}", ends, packet.payload);
  std::string text =
      fmt::format("{} tcp [{}] seq {}", ends, print_flags(packet.flags), packet.sequence);
  if (packet.has(tcp_flag::kAck)) text += fmt::format(" ack {}", packet.acknowledgment);
  return text + fmt::format(" len {}", packet.payload);
}

}  // namespace stayalive
