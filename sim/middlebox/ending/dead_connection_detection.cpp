// SPDX-License-Identifier: Apache-2.0
#include "middlebox/ending/dead_connection_detection.h"

namespace stayalive {

bool DeadConnectionDetection::probes(std::uint32_t slot, TimePoint at, Outbox& out) {
  const Flow& flow = flows_[slot];
  Inquiry& inquiry = inquiries_[flow.serial];
  if (inquiry.idle_since != flow.refreshed_at) inquiry = {flow.refreshed_at};
  if (inquiry.probes >= rule_.max_retries) return false;
  ++inquiry.probes;
  for (const Side side : {Side::Internal, Side::External}) {
    if (inquiry.answered[index(side)]) continue;
    out.packets.push_back({side, sequences_.probe_to(slot, flow, side)});
  }
  flows_.end_at(slot, later(at, rule_.retry_interval));
  return true;
}

bool DeadConnectionDetection::takes_answer(std::uint32_t slot, Side from, const Packet& segment,
                                           TimePoint now) {
  const Flow& flow = flows_[slot];
  const auto found = inquiries_.find(flow.serial);
  if (found == inquiries_.end() || found->second.idle_since != flow.refreshed_at) return false;
  // An ACK without data, and not a keepalive probe of the end itself, which lies one octet behind.
  const bool bare_ack = segment.flags == tcp_flag::kAck && segment.payload == 0;
  const std::uint32_t expected = sequences_.expected_by(slot, opposite(from));
  if (!bare_ack || sequence_before(segment.sequence, expected)) return false;
  Inquiry& inquiry = found->second;
  inquiry.answered[index(from)] = true;
  if (inquiry.answered[0] && inquiry.answered[1]) {
    flows_.extend(slot, flow.timer, now, from, segment.notes.kind);
    inquiries_.erase(found);
  }
  return true;
}

std::uint32_t DeadConnectionDetection::probes_left(std::uint32_t slot) const {
  const Flow& flow = flows_[slot];
  const auto found = inquiries_.find(flow.serial);
  const bool asked = found != inquiries_.end() && found->second.idle_since == flow.refreshed_at;
  return rule_.max_retries - (asked ? found->second.probes : 0);
}

void DeadConnectionDetection::walk(StateWalk& walk) {
  walk.still(inquiries_.size());
  for (auto& [serial, inquiry] : inquiries_) {
    walk.still(serial, inquiry.probes, inquiry.answered[0], inquiry.answered[1]);
    walk.past(inquiry.idle_since);
  }
}

}  // namespace stayalive
