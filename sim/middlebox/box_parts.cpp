// SPDX-License-Identifier: Apache-2.0
#include "middlebox/box_parts.h"

#include <utility>

#include "base/check.h"
#include "middlebox/flow/flow_note.h"

namespace stayalive {

BoxParts::BoxParts(Profile its_profile, BoxIdentity its_identity, CallBooks its_calls)
    : profile(std::move(its_profile)),
      identity(std::move(its_identity)),
      calls(std::move(its_calls)),
      mappings(profile, identity),
      flows(profile, mappings),
      ending(profile, calls, mappings, flows) {
  CHECK(!profile.translate || !identity.external_addresses.empty(),
        "a translating box has an external address");
  CHECK(profile.ports.low > 0 && profile.ports.low <= profile.ports.high,
        "the range of external ports is not empty and begins above 0");
}

std::uint32_t BoxParts::open(const Flow& begun, const FlowTable::Opening& opening,
                             const Packet& packet, TimePoint now, Outbox& out) {
  if (begun.mapping != kNoHandle && !opening.inherits)
    ending.joins(begun.mapping, now, opening.from, opening.kind);
  const std::uint32_t slot = flows.open(begun, opening, now);
  ending.opened(slot, opening.from, packet, now);
  out.notes.push_back(note_of(FlowEvent::Opened, now, flows[slot], flows.lease(flows[slot])));
  return slot;
}

Verdict BoxParts::dropped(const FlowKey& key, DropReason reason) const {
  Verdict verdict;
  verdict.drop = reason;
  if (const Flow* dead = flows.find_dead(key)) {
    verdict.drop = DropReason::Expired;
    verdict.flow = FlowId{dead->serial};
    verdict.timer = dead->timer;
    verdict.deadline = dead->queued_at;
  }
  return verdict;
}

// An error travels against the packet it quotes, so its flow is found under the reverse of that
// packet's key, whichever side it comes from.
FlowKey BoxParts::related_key(const Packet& error) {
  const QuotedPacket quote = quoted(error);
  return {quote.destination, quote.source, quote.protocol};
}

FlowTable::Match BoxParts::relate(Packet& error) const {
  const FlowTable::Match match = flows.find(related_key(error));
  if (!match.found()) return match;
  const Flow& flow = flows[match.slot];
  if (flow.local || flow.mapped() == flow.internal()) return match;
  QuotedPacket quote = quoted(error);
  if (match.inbound) {
    quote.source = flow.internal();
    error.destination_address = flow.internal().address;
  } else {
    quote.destination = flow.mapped();
    error.source_address = flow.mapped().address;
  }
  set_quoted(error, quote);
  return match;
}

}  // namespace stayalive
