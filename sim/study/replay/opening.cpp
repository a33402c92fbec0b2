// SPDX-License-Identifier: Apache-2.0
#include "study/replay/opening.h"

namespace stayalive {

// behind: how many octets before the first byte of data of its side it begins.
Packet Opening::packet(Side from, std::uint8_t flags, int behind) const {
  const bool outbound = from == Side::Internal;
  Packet packet;
  packet.protocol = between_.protocol;
  packet.set_source(outbound ? between_.client : between_.server);
  packet.set_destination(outbound ? between_.server : between_.client);
  if (between_.protocol != Protocol::Tcp) return packet;
  packet.sequence = (outbound ? between_.client_sequence : between_.server_sequence) -
                    static_cast<std::uint32_t>(behind);
  packet.flags = flags;
  if (packet.has(tcp_flag::kAck))
    packet.acknowledgment = outbound ? between_.server_sequence : between_.client_sequence;
  // No segment of a capture is outside of it.
  packet.window = 1U << 30;
  return packet;
}

std::vector<Opening::Step> Opening::steps() const {
  if (between_.protocol != Protocol::Tcp) {
    const Packet asks = speaks(Side::Internal);
    const Packet answers = speaks(Side::External);
    return {{Side::Internal, asks},
            {Side::External, answers},
            {Side::Internal, asks},
            {Side::External, answers}};
  }
  Packet syn = packet(Side::Internal, tcp_flag::kSyn, 1);
  Packet syn_ack = packet(Side::External, tcp_flag::kSyn | tcp_flag::kAck, 1);
  Packet ack = packet(Side::Internal, tcp_flag::kAck, 0);
  syn.notes.kind = PacketKind::Syn;
  syn_ack.notes.kind = PacketKind::SynAck;
  ack.notes.kind = PacketKind::Ack;
  return {{Side::Internal, syn}, {Side::External, syn_ack}, {Side::Internal, ack}};
}

Packet Opening::speaks(Side from) const {
  Packet data = packet(from, tcp_flag::kAck | tcp_flag::kPsh, 0);
  data.payload = 1;
  return data;
}

}  // namespace stayalive
