// SPDX-License-Identifier: Apache-2.0
#include "app/population/population.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace stayalive {

Population::Population(const ConnectionSpec& spec, const Layout& layout, Simulation& sim,
                       Path& path)
    : spec_(spec),
      layout_(layout),
      sim_(sim),
      path_(path),
      first_streams_{layout.streams.value, layout.streams.value + spec.population.count},
      recent_{RecentMessages(layout.late_after), RecentMessages(layout.late_after)},
      traffic_lanes_(spec.traffic.size()) {
  CHECK(spec.population.count > 0 && spec.population.count < kMostMembers,
        "a population has members, and no more than its tokens can count");
  CHECK(spec.traffic.size() + static_cast<std::uint32_t>(Timer::Traffic) <=
            static_cast<std::uint32_t>(Timer::Probes),
        "a population has no more traffic than its tokens can count");
}

void Population::join(Node& clients, Node& servers) {
  nodes_ = {sim_.add(spec_.name + " clients", clients), sim_.add(spec_.name + " server", servers)};
  path_.add_hosts(Side::Internal, layout_.first_client, spec_.population.count, node(Role::Client));
  path_.add_host(Side::External, layout_.server.address, node(Role::Server));
}

void Population::await_start(std::uint32_t member, TimePoint at) {
  sim_.wake_at(at, node(Role::Client), token(member, Timer::Start));
}

void Population::arm_life(std::uint32_t member) {
  const TimePoint now = sim_.now();
  // It comes first: what is due at the instant of leaving is not written.
  const Duration stay = spec_.population.stay;
  if (stay != kForever)
    wake_in_order(leave_lane_, later(now, stay), Role::Client, token(member, Timer::Leave));
  for (std::uint32_t i = 0; i < spec_.traffic.size(); ++i) {
    const TrafficSpec& traffic = spec_.traffic[i];
    const TimePoint first = later(now, traffic.at - spec_.start);
    wake_in_order(traffic_lanes_[i][0], first, traffic.from, token(member, Timer::Traffic, i));
  }
}

void Population::arm_repetition(std::uint32_t member, std::uint32_t position) {
  const TrafficSpec& traffic = spec_.traffic[position];
  if (!traffic.every) return;
  wake_in_order(traffic_lanes_[position][1], later(sim_.now(), *traffic.every), traffic.from,
                token(member, Timer::Traffic, position));
}

void Population::walk_books(StateWalk& walk) {
  judge().walk(walk);
  for (SideCounters& counters : counters_) counters.walk(walk);
  for (MessageCounters& messages : messages_) messages.walk(walk);
  for (RecentMessages& recent : recent_) recent.walk(walk);
  for (const TrafficSpec& traffic : spec_.traffic) {
    TimePoint until = traffic.until;  // where it ends to repeat itself
    if (traffic.every) walk.instant(until);
  }
}

MessageCounters Population::messages(Role role) const {
  MessageCounters messages = messages_[index(role)];
  messages.lost =
      messages.sent - messages.delivered - recent_[index(role)].on_their_way(sim_.now());
  return messages;
}

void Population::flow_changed(std::uint32_t box, const FlowNote& note) {
  judge().flow_changed(member_in_books(note.connection), box, note);
}

void Population::packet_dropped(std::uint32_t box, ConnectionId connection, DropReason why) {
  judge().dropped(member_in_books(connection), box, why, sim_.now());
}

void Population::tell(std::uint32_t member, Role role, SideEvent::Kind what, Endpoint remote) {
  SideEvent event{what, sim_.now()};
  event.remote = remote;
  judge().side(member, role, std::move(event));
}

}  // namespace stayalive
