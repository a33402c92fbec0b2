// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "middlebox/ending/flow_ending.h"
#include "middlebox/flow/flow_table.h"
#include "middlebox/middlebox.h"
#include "middlebox/nat/mapping_table.h"
#include "middlebox/profile.h"
#include "middlebox/stateful_box.h"

namespace stayalive {

// What every kind of box is made of, and the few steps that all of them do alike.  It does not
// move: its parts refer to each other.
struct BoxParts {
  BoxParts(Profile its_profile, BoxIdentity its_identity, CallBooks its_calls);
  BoxParts(const BoxParts&) = delete;
  BoxParts& operator=(const BoxParts&) = delete;

  // Adds a flow that this packet opens (FlowTable::open) and reports it; the slot it takes.
  std::uint32_t open(const Flow& begun, const FlowTable::Opening& opening, const Packet& packet,
                     TimePoint now, Outbox& out);
  // The verdict on a packet of a live flow, which ends at `deadline`.
  Verdict about(Handling handling, const Flow& flow, TimePoint deadline) const {
    Verdict verdict;
    verdict.handling = handling;
    verdict.flow = FlowId{flow.serial};
    verdict.timer = flow.shared ? flows.lease(flow).timer : flow.timer;
    verdict.deadline = deadline;
    return verdict;
  }
  Verdict about(Handling handling, std::uint32_t slot) const {
    return about(handling, flows[slot], flows.deadline(flows[slot]));
  }
  // The verdict on a dropped packet: Expired when a remembered flow died under its key, otherwise
  // `reason`.
  Verdict dropped(const FlowKey& key, DropReason reason) const;
  // Puts the flow's other endpoints into the packet.
  static void translate(const Flow& flow, bool inbound, Packet& packet) {
    if (inbound) {
      packet.set_destination(flow.internal());
    } else {
      packet.set_source(flow.mapped());
    }
  }
  // Translates an ICMP error about a packet of a live flow, and gives that flow; an error neither
  // extends nor ends it (RFC 5508, section 4).  Empty when there is no such flow.
  FlowTable::Match relate(Packet& error) const;
  // The key under which the flow would be found to which an ICMP error belongs.
  static FlowKey related_key(const Packet& error);

  Profile profile;  // only the spans of its timers ever change
  BoxIdentity identity;
  const CallBooks calls;
  MappingTable mappings;
  FlowTable flows;
  FlowEnding ending;
};

}  // namespace stayalive
