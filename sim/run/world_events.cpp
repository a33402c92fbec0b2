// SPDX-License-Identifier: Apache-2.0
// What a scenario asks to happen, and whether it changed anything.
#include <variant>

#include "run/world.h"

namespace stayalive {

Party& World::party(const EventSpec& event) {
  return *parties_[event.target * 2 + index(event.role)];
}

// Whether a host on which something happens has a program that is not through yet.  Members of
// populations have hosts of their own, but a server may serve others, too.
bool World::concerns_anybody(const EventSpec& event) const {
  for (std::size_t i = 0; i < roster_.named(); ++i) {
    const ConnectionSpec& spec = scenario_.connections[i];
    for (const Role role : {Role::Client, Role::Server}) {
      const std::size_t host = role == Role::Client ? spec.client : spec.server;
      if (host != event.target) continue;
      if (spec.population.count > 0 && !(role == Role::Server && spec.served_by)) continue;
      if (spec.session || spec.population.count > 0) return true;
      const Program* current = parties_[i * 2 + index(role)]->current;
      if (current == nullptr || !current->over()) return true;
    }
  }
  return false;
}

// Whether it changes anything.
bool World::apply(const EventSpec& event) {
  const TimePoint until = later(sim_.now(), event.span);
  switch (event.kind) {
    case EventKind::Cut:
      return false;
    case EventKind::Flush:
      return boxes_[event.target]->flush(sim_);
    case EventKind::RebootBox:
      return boxes_[event.target]->reboot(sim_, until);
    case EventKind::TakeOver:
      return event.keeps_entries ? boxes_[event.target]->stand_by(until)
                                 : boxes_[event.target]->reboot(sim_, until);
    case EventKind::ChangeOutside:
      return change_outside(event);
    case EventKind::Replace:
      return replace(event);
    case EventKind::Crash:
    case EventKind::Reboot:
    case EventKind::Suspend:
    case EventKind::ChangeAddress:
      break;
    default:
      return interferes(event);
  }
  const bool concerns = concerns_anybody(event);
  Host& host = *hosts_[event.target];
  if (event.kind == EventKind::Crash) host.crash(kNever);
  if (event.kind == EventKind::Reboot) host.crash(until);
  if (event.kind == EventKind::Suspend) host.suspend(until);
  if (event.kind == EventKind::ChangeAddress) {
    const std::uint32_t change = ++address_changes_[event.target];
    host.change_address(changed_address(addresses_.hosts[event.target], change));
  }
  return concerns;
}

bool World::change_outside(const EventSpec& event) {
  std::vector<AddressId> addresses = addresses_.hops[event.target];
  const std::uint32_t change = ++outside_changes_[event.target];
  for (AddressId& address : addresses) address = changed_outside(address, change);
  if (const std::optional<WayPlace> place = way_of(scenario_, event.target)) {
    for (const AddressId address : addresses)
      forks_[place->group][index(Side::External)]->add_address(place->way, address);
  }
  return boxes_[event.target]->change_addresses(sim_, std::move(addresses), event.keeps_entries);
}

// The new instance has the address of the old one as far as anybody can tell before the box.
bool World::replace(const EventSpec& event) {
  const bool concerns = concerns_anybody(event);
  Host& host = *hosts_[event.target];
  const std::uint32_t change = ++address_changes_[event.target];
  const AddressId gone = changed_address(addresses_.hosts[event.target], change);
  const bool stale = boxes_[event.behind]->replace_target(sim_, host.address(), gone);
  host.crash(later(sim_.now(), event.span));
  return concerns || stale;
}

// With the program at one end of a connection.  Where a server has none that is not through, with
// the one that listens.  False where there is neither.
bool World::interferes(const EventSpec& event) {
  const TimePoint now = sim_.now();
  Party& affected_party = party(event);
  Program* affected = affected_party.current;
  const std::size_t host = event.role == Role::Client ? scenario_.connections[event.target].client
                                                      : scenario_.connections[event.target].server;
  const bool any = affected != nullptr && !affected->over();
  if (event.kind == EventKind::Hang)
    return hosts_[host]->hang(affected_party, later(now, event.span));
  const bool ends = event.kind == EventKind::Kill || event.kind == EventKind::Close;
  if (!any && ends && event.role == Role::Server) {
    return hosts_[host]->stop_listening(
        affected_party, event.kind == EventKind::Kill ? Program::killed() : Program::closed());
  }
  if (affected == nullptr) return false;
  if (affected->hangs() && event.kind != EventKind::Kill) return false;
  if (event.kind == EventKind::Kill) affected->kill(now);
  if (event.kind == EventKind::Close) affected->close_in_order(now);
  if (event.kind == EventKind::Shutdown) affected->shut_down(now);
  if (event.kind == EventKind::StopReading) affected->stop_reading(now, later(now, event.span));
  hosts_[host]->attend(*affected);
  return any;
}

bool World::cuts_anything(const EventSpec& event) const {
  const std::string& link = std::get<LinkConfig>(scenario_.path[event.target]).name;
  for (const Side towards : {Side::Internal, Side::External}) {
    if (event.towards && *event.towards != towards) continue;
    if (path_->lost_in_outage(link, towards, event.at)) return true;
  }
  return false;
}

Effects World::effects() const {
  Effects effects = effects_;
  for (std::size_t i = 0; i < scenario_.events.size(); ++i) {
    const EventSpec& event = scenario_.events[i];
    if (event.kind == EventKind::Cut) effects.events[i] = cuts_anything(event);
    const bool away = event.kind == EventKind::RebootBox || event.kind == EventKind::TakeOver;
    if (away && boxes_[event.target]->missed_any()) effects.events[i] = true;
  }
  for (const auto& box : boxes_) effects.timers.push_back(box ? box->timers_that_ran() : 0);
  return effects;
}

}  // namespace stayalive
