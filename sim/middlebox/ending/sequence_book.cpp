// SPDX-License-Identifier: Apache-2.0
#include "middlebox/ending/sequence_book.h"

namespace stayalive {

void SequenceBook::follow(std::uint32_t slot, Side from, const Packet& packet) {
  Entry& seen = entries_[slot];
  seen.sent_end[index(from)] = packet.sequence + packet.sequence_length();
  if (!packet.has(tcp_flag::kAck)) return;
  std::uint32_t& acknowledged = seen.acknowledged[index(from)];
  bool& known = seen.has_acknowledged[index(from)];
  if (!known || sequence_before(acknowledged, packet.acknowledgment)) {
    acknowledged = packet.acknowledgment;
  }
  known = true;
}

// A RST that the receiver takes at its word carries exactly the sequence number it expects next
// (RFC 5961, section 3.2), which is what it last acknowledged.
void SequenceBook::reset_both_ends(std::uint32_t slot, const Flow& flow, Outbox& out) const {
  const Entry& seen = entries_[slot];
  for (const Side side : {Side::Internal, Side::External}) {
    const FlowKey back = side == Side::Internal ? flow.outbound() : flow.inbound();
    Packet reset;
    reset.protocol = Protocol::Tcp;
    reset.kind = PacketKind::Reset;
    reset.connection = flow.connection;
    reset.flags = tcp_flag::kRst;
    reset.set_source(back.destination);
    reset.set_destination(back.source);
    reset.sequence = seen.has_acknowledged[index(side)] ? seen.acknowledged[index(side)]
                                                        : seen.sent_end[index(opposite(side))];
    out.packets.push_back({side, reset});
  }
}

void SequenceBook::walk(StateWalk& walk, std::uint32_t slot) {
  Entry& entry = entries_[slot];
  walk.still(entry.has_acknowledged[0], entry.has_acknowledged[1]);
  for (std::uint32_t& number : entry.acknowledged) walk.sequence(number);
  for (std::uint32_t& number : entry.sent_end) walk.sequence(number);
}

}  // namespace stayalive
