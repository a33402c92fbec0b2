// SPDX-License-Identifier: Apache-2.0
#include "middlebox/ending/end_sequences.h"

namespace stayalive {
namespace {

// A segment to the end on `side`, as if from the other end of the flow.
Packet segment_to(const Flow& flow, Side side, PacketKind kind, std::uint8_t flags) {
  const FlowKey from_there = side == Side::Internal ? flow.outbound() : flow.inbound();
  Packet segment;
  segment.protocol = Protocol::Tcp;
  segment.notes = {flow.connection, kind};
  segment.flags = flags;
  segment.set_source(from_there.destination);
  segment.set_destination(from_there.source);
  return segment;
}

}  // namespace

void EndSequences::follow(std::uint32_t slot, Side from, const Packet& packet) {
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

std::uint32_t EndSequences::expected_by(std::uint32_t slot, Side side) const {
  const Entry& seen = entries_[slot];
  return seen.has_acknowledged[index(side)] ? seen.acknowledged[index(side)]
                                            : seen.sent_end[index(opposite(side))];
}

// A RST that the receiver takes at its word carries exactly the sequence number it expects next
// (RFC 5961, section 3.2).
Packet EndSequences::reset_to(std::uint32_t slot, const Flow& flow, Side side) const {
  Packet reset = segment_to(flow, side, PacketKind::Reset, tcp_flag::kRst);
  reset.sequence = expected_by(slot, side);
  return reset;
}

// RFC 9293, section 3.8.4: a sequence number that has been acknowledged, so that the receiver
// answers and takes nothing else from the segment.
Packet EndSequences::probe_to(std::uint32_t slot, const Flow& flow, Side side) const {
  Packet probe = segment_to(flow, side, PacketKind::KeepaliveProbe, tcp_flag::kAck);
  probe.sequence = expected_by(slot, side) - 1;
  probe.acknowledgment = expected_by(slot, opposite(side));
  return probe;
}

void EndSequences::walk(StateWalk& walk, std::uint32_t slot) {
  Entry& entry = entries_[slot];
  walk.still(entry.has_acknowledged[0], entry.has_acknowledged[1]);
  for (std::uint32_t& number : entry.acknowledged) walk.sequence(number);
  for (std::uint32_t& number : entry.sent_end) walk.sequence(number);
}

}  // namespace stayalive
