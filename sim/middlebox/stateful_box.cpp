// SPDX-License-Identifier: Apache-2.0
#include "middlebox/stateful_box.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "middlebox/box_parts.h"
#include "middlebox/flow/flow_note.h"
#include "middlebox/linux_path.h"
#include "middlebox/nat_path.h"
#include "middlebox/stale_entries.h"

namespace stayalive {

struct StatefulBox::Paths {
  Paths(Profile profile, BoxIdentity identity, CallBooks calls)
      : parts(std::move(profile), std::move(identity), std::move(calls)) {}

  bool linux() const { return parts.profile.tracker == TrackerKind::Linux; }
  Verdict process(Side from, Packet& packet, TimePoint now, Outbox& out) {
    return linux() ? linux_router.process(from, packet, now, out)
                   : nat.process(from, packet, now, out);
  }
  // Tells that the entries of these flows live on and lead nowhere, the oldest first; the number of
  // the newest flow.
  template <class Is>
  std::uint32_t report_stale(FlowEvent event, TimePoint now, Outbox& out, Is is) {
    std::uint32_t newest = 0;
    for (const std::uint32_t slot : parts.flows.by_age()) {
      const Flow& flow = parts.flows[slot];
      newest = std::max(newest, flow.serial);
      if (!flow.local && is(flow))
        out.notes.push_back(note_of(event, now, flow, parts.flows.lease(flow)));
    }
    return newest;
  }

  BoxParts parts;
  LinuxPath linux_router{parts};
  NatPath nat{parts};
  StaleEntries stale;
};

StatefulBox::StatefulBox(Profile profile, BoxIdentity identity, CallBooks calls)
    : paths_(std::make_unique<Paths>(std::move(profile), std::move(identity), std::move(calls))) {}

StatefulBox::~StatefulBox() = default;

// Everything that happens by itself up to and including now comes before any packet of the same
// instant, so it makes no difference whether a driver called expire() first.
Verdict StatefulBox::process(Side from, Packet& packet, TimePoint now, Outbox& out) {
  if (paths_->stale.none()) [[likely]]
    return paths_->process(from, packet, now, out);
  if (from == Side::External && paths_->stale.was_own(packet.destination_address)) {
    expire(now, out);
    Verdict verdict;
    verdict.drop = DropReason::OldAddress;
    return verdict;
  }
  const Verdict verdict = paths_->process(from, packet, now, out);
  if (from == Side::Internal && verdict.forwarded()) paths_->stale.redirect(verdict.flow, packet);
  return verdict;
}

void StatefulBox::foresee(Side, const Packet& packet) const {
  paths_->parts.flows.foresee(key_of(packet));
}

TimePoint StatefulBox::next_deadline() const {
  return std::min(paths_->parts.ending.next_deadline(), paths_->nat.next_deadline());
}

TimePoint StatefulBox::sure_deadline(TimePoint now) {
  paths_->parts.flows.put_off_until(now);
  return next_deadline();
}

void StatefulBox::expire(TimePoint now, Outbox& out) {
  if (paths_->linux()) return paths_->linux_router.expire(now, out);
  paths_->nat.expire(now, out);
}

void StatefulBox::flush(TimePoint now, Outbox& out) {
  expire(now, out);
  paths_->parts.ending.flush(now, out);
  paths_->nat.flush();
}

void StatefulBox::change_addresses(std::vector<AddressId> addresses, bool keeps_entries,
                                   TimePoint now, Outbox& out) {
  CHECK(addresses.size() == paths_->parts.identity.external_addresses.size(),
        "a box keeps as many outside addresses as it has");
  if (keeps_entries) {
    expire(now, out);
    paths_->report_stale(FlowEvent::AddressGone, now, out, [&](const Flow& flow) {
      return paths_->parts.mappings.own_address(flow.mapped().address);
    });
    paths_->parts.mappings.retire_all();
  } else {
    flush(now, out);
  }
  std::swap(paths_->parts.identity.external_addresses, addresses);
  paths_->stale.lose_addresses(addresses);
}

void StatefulBox::replace_target(AddressId target, AddressId gone, TimePoint now, Outbox& out) {
  expire(now, out);
  const std::uint32_t newest =
      paths_->report_stale(FlowEvent::TargetGone, now, out,
                           [target](const Flow& flow) { return flow.remote().address == target; });
  paths_->stale.lose_target(target, gone, newest);
}

bool StatefulBox::knows(Side, const Packet& packet, TimePoint now) const {
  const bool error = packet.protocol == Protocol::Icmp;
  const FlowTable& flows = paths_->parts.flows;
  const FlowTable::Match match = flows.find(error ? BoxParts::related_key(packet) : key_of(packet));
  return match.found() && flows.deadline(flows[match.slot]) > now;
}

void StatefulBox::forget(Side, const Packet& packet, TimePoint now, Outbox& out) {
  expire(now, out);
  const FlowTable::Match match = paths_->parts.flows.find(key_of(packet));
  if (match.found()) paths_->parts.ending.close(match.slot, now, out);
}

void StatefulBox::change_timer(Timeout timer, Duration span, TimePoint now, Outbox& out) {
  expire(now, out);
  BoxParts& parts = paths_->parts;
  if (paths_->linux()) parts.flows.keep_ends(timer);
  parts.profile.timeouts[timer] = span;
  parts.flows.take_spans(parts.profile.timeouts);
}

std::optional<CloseCall> StatefulBox::closest_call(ConnectionId connection) const {
  return paths_->parts.ending.closest_call(connection);
}

void StatefulBox::walk(StateWalk& walk) {
  paths_->parts.mappings.walk(walk);
  paths_->parts.flows.walk(walk);
  paths_->parts.ending.walk(walk);
  paths_->linux_router.walk(walk);
  paths_->nat.walk(walk);
  paths_->stale.walk(walk);
}

std::size_t StatefulBox::size() const { return paths_->parts.flows.size(); }

const Profile& StatefulBox::profile() const { return paths_->parts.profile; }

}  // namespace stayalive
