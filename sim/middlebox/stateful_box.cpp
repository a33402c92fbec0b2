// SPDX-License-Identifier: Apache-2.0
#include "middlebox/stateful_box.h"

#include <algorithm>
#include <utility>

#include "middlebox/box_parts.h"
#include "middlebox/linux_path.h"
#include "middlebox/nat_path.h"

namespace stayalive {

struct StatefulBox::Paths {
  Paths(Profile profile, BoxIdentity identity, CallBooks calls)
      : parts(std::move(profile), std::move(identity), std::move(calls)) {}

  bool linux() const { return parts.profile.tracker == TrackerKind::Linux; }

  BoxParts parts;
  LinuxPath linux_router{parts};
  NatPath nat{parts};
};

StatefulBox::StatefulBox(Profile profile, BoxIdentity identity, CallBooks calls)
    : paths_(std::make_unique<Paths>(std::move(profile), std::move(identity), std::move(calls))) {}

StatefulBox::~StatefulBox() = default;

// Everything that happens by itself up to and including now comes before any packet of the same
// instant, so it makes no difference whether a driver called expire() first.
Verdict StatefulBox::process(Side from, Packet& packet, TimePoint now, Outbox& out) {
  return paths_->linux() ? paths_->linux_router.process(from, packet, now, out)
                         : paths_->nat.process(from, packet, now, out);
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

std::optional<CloseCall> StatefulBox::closest_call(ConnectionId connection) const {
  return paths_->parts.ending.closest_call(connection);
}

void StatefulBox::walk(StateWalk& walk) {
  paths_->parts.mappings.walk(walk);
  paths_->parts.flows.walk(walk);
  paths_->parts.ending.walk(walk);
  paths_->linux_router.walk(walk);
  paths_->nat.walk(walk);
}

std::size_t StatefulBox::size() const { return paths_->parts.flows.size(); }

const Profile& StatefulBox::profile() const { return paths_->parts.profile; }

}  // namespace stayalive
