// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <map>

#include "base/state_walk.h"
#include "base/time.h"
#include "middlebox/ending/end_sequences.h"
#include "middlebox/flow/flow_table.h"
#include "middlebox/middlebox.h"
#include "middlebox/profile.h"

namespace stayalive {

// Dead connection detection, after the Cisco ASA ("set connection timeout dcd"): when the idle
// timer of an established TCP connection runs out, the box sends a keepalive probe to both ends.
// Once both have answered, the timer starts anew.  An end that does not answer is probed again
// after each retry interval; one interval after the last probe allowed the flow is forgotten.
// Packets of the connection go on refreshing the flow meanwhile; the answers end at the box.
class DeadConnectionDetection {
 public:
  // All must outlive it.  sequences follows every TCP flow while this is on.
  DeadConnectionDetection(const Profile& profile, FlowTable& flows, const EndSequences& sequences)
      : rule_(profile.dead_connection_detection), flows_(flows), sequences_(sequences) {}

  bool on() const { return rule_.max_retries > 0; }
  // The flow in the slot, an established connection, is due at `at`.  True when it lives on
  // because its ends are being probed: it is due again one retry interval later.
  bool probes(std::uint32_t slot, TimePoint at, Outbox& out);
  // Whether the segment answers a probe; then it goes no further.
  bool takes_answer(std::uint32_t slot, Side from, const Packet& segment, TimePoint now);
  // How often the ends of the flow in the slot, an established connection, would be probed again
  // before it is forgotten.
  std::uint32_t probes_left(std::uint32_t slot) const;
  // The flow with this serial number has ended.
  void ended(std::uint32_t serial) { inquiries_.erase(serial); }
  void clear() { inquiries_.clear(); }
  void walk(StateWalk& walk);

 private:
  struct Inquiry {
    // The last refresh of the flow before it; when there has been another since, it is over.
    TimePoint idle_since = kNever;
    std::uint32_t probes = 0;
    // By side.
    std::array<bool, 2> answered{};
  };

  const DeadConnectionRule& rule_;
  FlowTable& flows_;
  const EndSequences& sequences_;
  // By serial number of the flow.
  std::map<std::uint32_t, Inquiry> inquiries_;
};

}  // namespace stayalive
