// SPDX-License-Identifier: Apache-2.0
#include "net/reset.h"

namespace stayalive {

std::optional<Packet> reset_for(const Packet& segment) {
  if (segment.protocol != Protocol::Tcp || segment.has(tcp_flag::kRst)) return std::nullopt;
  Packet reset;
  reset.protocol = Protocol::Tcp;
  reset.notes = {segment.notes.connection, PacketKind::Reset};
  reset.set_source(segment.destination());
  reset.set_destination(segment.source());
  reset.flags = tcp_flag::kRst;
  if (segment.has(tcp_flag::kAck)) {
    reset.sequence = segment.acknowledgment;
  } else {
    reset.flags |= tcp_flag::kAck;
    reset.acknowledgment = segment.sequence + segment.sequence_length();
  }
  return reset;
}

}  // namespace stayalive
