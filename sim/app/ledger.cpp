// SPDX-License-Identifier: Apache-2.0
#include "app/ledger.h"

#include <fmt/format.h>

#include <utility>

#include "app/message_purpose.h"
#include "base/text.h"

namespace stayalive {
namespace {

std::string describe(const FlowNote& note) {
  std::string flow =
      note.local
          ? fmt::format("flow of {} with the box itself", print_endpoint(note.remote))
          : fmt::format("flow {} > {}", print_endpoint(note.mapped), print_endpoint(note.remote));
  switch (note.event) {
    case FlowEvent::Opened:
      return flow + " opened";
    case FlowEvent::Expired:
      return fmt::format("{} expired: {} of {} since the last refresh at {}", flow,
                         print_duration(note.timeout), name(note.timer),
                         print_seconds(note.refreshed_at));
    case FlowEvent::Evicted:
      return flow + " evicted to make room";
    case FlowEvent::Flushed:
      return flow + " flushed";
    case FlowEvent::Closed:
      return flow + " deleted by this packet";
    case FlowEvent::AddressGone:
      return flow + " stays, and the box has this address no more";
    case FlowEvent::TargetGone:
      return flow + " stays, and its target is gone";
  }
  return flow;
}

}  // namespace

SideCounters& SideCounters::operator+=(const SideCounters& more) {
  packets_sent += more.packets_sent;
  bytes_sent += more.bytes_sent;
  packets_received += more.packets_received;
  bytes_received += more.bytes_received;
  keepalives += more.keepalives;
  keepalive_answers += more.keepalive_answers;
  tls_handshakes += more.tls_handshakes;
  tls_resumed += more.tls_resumed;
  tls_round_trips += more.tls_round_trips;
  wakeups += more.wakeups;
  awake_us += more.awake_us;
  brief_awake_us += more.brief_awake_us;
  filling += more.filling;
  for (std::size_t i = 0; i < sent_by_kind.size(); ++i) sent_by_kind[i] += more.sent_by_kind[i];
  return *this;
}

void Ledger::attach(ConnectionId connection, ConnectionNotes& notes, std::uint32_t number) {
  records_[connection.value].notes = &notes;
  records_[connection.value].number = number;
}

void Ledger::flow_changed(NodeId node, std::uint32_t position, const FlowNote& note) {
  if (!note.connection.valid() || note.connection.value >= records_.size()) return;
  const ConnectionRecord& record = records_[note.connection.value];
  if (record.notes != nullptr) record.notes->flow_changed(record.number, position, note);
  if (note.event != FlowEvent::Opened) log(note.connection, node, describe(note));
}

void Ledger::packet_dropped(std::uint32_t position, const Packet& packet, DropReason why,
                            TimePoint at) {
  if (!packet.notes.connection.valid() || packet.notes.connection.value >= records_.size()) return;
  const ConnectionRecord& record = records_[packet.notes.connection.value];
  if (record.notes != nullptr) record.notes->dropped(record.number, position, why, at);
}

void Ledger::queue_dropped(const std::string& link, const Packet& packet, TimePoint at) {
  if (!packet.notes.connection.valid() || packet.notes.connection.value >= records_.size()) return;
  ConnectionRecord& record = records_[packet.notes.connection.value];
  if (!record.queue_drops) record.queue_drops = std::make_unique<ConnectionRecord::QueueDrops>();
  ++record.queue_drops->packets;
  record.queue_drops->link = link;
  record.queue_drops->last_at = at;
}

void Ledger::took_way(std::size_t number, Side towards, const Packet& packet) {
  if (!packet.notes.connection.valid() || packet.notes.connection.value >= records_.size()) return;
  ConnectionRecord& record = records_[packet.notes.connection.value];
  if (record.by_way.size() <= number) record.by_way.resize(number + 1);
  ++record.by_way[number][index(towards)];
}

void Ledger::ways(ConnectionId connection, const WayHistory::Step& step) {
  if (!connection.valid() || connection.value >= records_.size()) return;
  const ConnectionRecord& record = records_[connection.value];
  if (record.notes != nullptr) record.notes->took_way(record.number, step);
}

void Ledger::side(ConnectionId connection, Role role, SideEvent event) {
  const ConnectionRecord& record = records_[connection.value];
  if (record.notes != nullptr) record.notes->side(record.number, role, std::move(event));
}

void Ledger::proxy(ConnectionId connection, const ProxyEvent& event) {
  const ConnectionRecord& record = records_[connection.value];
  if (record.notes != nullptr) record.notes->proxy(record.number, event);
}

void Ledger::leave(ConnectionId connection) {
  const ConnectionRecord& record = records_[connection.value];
  if (record.notes != nullptr) record.notes->left(record.number, sim_.now());
}

void Ledger::use_radio(ConnectionRecord& record, Role role) {
  // Adds for how much longer the radio is awake.
  const auto stay_awake = [now = sim_.now()](TimePoint& off_at, Duration tail,
                                             std::uint64_t& awake_us) {
    const TimePoint until = later(now, tail);
    awake_us += static_cast<std::uint64_t>((until - std::max(off_at, now)) / 1us);
    off_at = until;
  };
  SideCounters& counters = record.counters[index(role)];
  if (sim_.now() >= record.radio_off_at[index(role)]) ++counters.wakeups;
  stay_awake(record.radio_off_at[index(role)], kRadioTail, counters.awake_us);
  stay_awake(record.brief_off_at[index(role)], kBriefTail, counters.brief_awake_us);
}

SideCounters ConnectionRecord::counters_by(TimePoint end, Role role) const {
  SideCounters counted = counters[index(role)];
  const auto leave_off = [end](TimePoint off_at, std::uint64_t& awake_us) {
    if (off_at > end) awake_us -= static_cast<std::uint64_t>((off_at - end) / 1us);
  };
  leave_off(radio_off_at[index(role)], counted.awake_us);
  leave_off(brief_off_at[index(role)], counted.brief_awake_us);
  return counted;
}

void Ledger::attach(ConnectionId connection, Role role, NodeId host) {
  records_[connection.value].hosts[index(role)] = host;
}

// Empty when the host has no part in the packet's connection: a stray, for example.
std::optional<Role> Ledger::role_of(NodeId host, const Packet& packet) const {
  const ConnectionId connection = packet.notes.connection;
  if (!connection.valid() || connection.value >= records_.size()) return std::nullopt;
  for (const Role role : {Role::Client, Role::Server}) {
    if (records_[connection.value].hosts[index(role)] == host) return role;
  }
  return std::nullopt;
}

void Ledger::sent(NodeId host, const Packet& packet) {
  if (const std::optional<Role> role = role_of(host, packet))
    sent(packet.notes.connection, *role, packet);
}

void Ledger::received(NodeId host, const Packet& packet) {
  if (const std::optional<Role> role = role_of(host, packet))
    received(packet.notes.connection, *role, packet);
}

void Ledger::sent(ConnectionId connection, Role role, const Packet& packet) {
  ConnectionRecord& record = records_[connection.value];
  use_radio(record, role);
  SideCounters& counters = record.counters[index(role)];
  counters.count_sent(packet);
}

void Ledger::received(ConnectionId connection, Role role, const Packet& packet) {
  ConnectionRecord& record = records_[connection.value];
  record.heard_at[index(role)] = sim_.now();
  use_radio(record, role);
  record.counters[index(role)].count_received(packet);
}

void Ledger::keepalive(ConnectionId connection, Role role, MessageKind kind) {
  SideCounters& counters = records_[connection.value].counters[index(role)];
  if (kind == MessageKind::Request || kind == MessageKind::Ping) ++counters.keepalives;
  if (kind == MessageKind::Reply) ++counters.keepalive_answers;
}

void Ledger::secured(ConnectionId connection, Role role, bool resumed, std::uint32_t round_trips) {
  SideCounters& counters = records_[connection.value].counters[index(role)];
  ++counters.tls_handshakes;
  if (resumed) ++counters.tls_resumed;
  counters.tls_round_trips += round_trips;
}

void Ledger::message(ConnectionId connection, Role from, bool written,
                     std::optional<Duration> answer) {
  records_[connection.value].messages[index(from)].fall_due(sim_.now(), late_after_, written,
                                                            answer);
}

void Ledger::delivered(ConnectionId connection, Role from, std::uint32_t item) {
  records_[connection.value].messages[index(from)].arrive(item, sim_.now());
}

void Ledger::follow(ConnectionId connection, Role from, std::uint32_t item) {
  records_[connection.value].messages[index(from)].follow(item);
}

void Ledger::failed(ConnectionId connection, Role from, std::uint32_t item) {
  records_[connection.value].messages[index(from)].fail(item);
}

void Ledger::repeated(ConnectionId connection, Role from, std::uint32_t item) {
  records_[connection.value].messages[index(from)].be_repeated(item);
}

void Ledger::refused(ConnectionId connection, Role from, std::uint32_t item, std::uint16_t status) {
  records_[connection.value].messages[index(from)].be_refused(item, status, sim_.now());
}

void Ledger::lost_request(ConnectionId connection, const LostRequest& request) {
  std::vector<LostRequest>& its = lost_[connection];
  if (its.size() < kMostLostRequests) its.push_back(request);
}

const std::vector<LostRequest>& Ledger::lost_requests(ConnectionId connection) const {
  static const std::vector<LostRequest> none;
  const auto found = lost_.find(connection);
  return found == lost_.end() ? none : found->second;
}

void Ledger::answered(ConnectionId connection, Role from, std::uint32_t item) {
  records_[connection.value].messages[index(from)].be_answered(item);
}

void Ledger::written(ConnectionId connection, NodeId where, const Content& content,
                     const Message& message, bool http) {
  if (!sim_.tracing()) return;
  TraceRecord record{sim_.now(),     TraceKind::Written, where,
                     Side::External, Packet{},           purpose_of(message, http)};
  record.packet.notes.connection = connection;
  record.packet.content = content;
  sim_.trace(record);
}

void Ledger::came_in_time(ConnectionId connection, Role role, const CloseGiveUp& wait) {
  CloseGiveUp dated = wait;
  dated.at = sim_.now();
  const auto [place, first] = near_.try_emplace({connection, role}, dated);
  if (!first && dated.left < place->second.left) place->second = dated;
}

std::optional<CloseGiveUp> Ledger::closest_give_up(ConnectionId connection, Role role) const {
  const auto found = near_.find({connection, role});
  if (found == near_.end()) return std::nullopt;
  return found->second;
}

void Ledger::log(ConnectionId connection, NodeId where, const std::string& line) {
  if (!sim_.tracing()) return;
  TraceRecord record{sim_.now(), TraceKind::Event, where, Side::External, Packet{}, line};
  record.packet.notes.connection = connection;
  sim_.trace(record);
}

void SideCounters::walk(StateWalk& walk) {
  for (std::uint64_t* counter :
       {&packets_sent, &bytes_sent, &packets_received, &bytes_received, &keepalives,
        &keepalive_answers, &tls_handshakes, &tls_resumed, &tls_round_trips, &wakeups, &awake_us,
        &brief_awake_us, &filling}) {
    walk.counter(*counter);
  }
  for (std::uint64_t& counter : sent_by_kind) walk.counter(counter);
}

void Ledger::walk(StateWalk& walk) {
  for (ConnectionRecord& record : records_) {
    for (MessageBooks& messages : record.messages) messages.walk(walk);
    for (std::size_t i = 0; i < record.counters.size(); ++i) {
      record.counters[i].walk(walk);
      walk.past(record.heard_at[i]);
      walk.past(record.radio_off_at[i]);
      walk.past(record.brief_off_at[i]);
    }
    walk.still(record.by_way.size());
    for (std::array<std::uint64_t, 2>& packets : record.by_way) {
      for (std::uint64_t& count : packets) walk.counter(count);
    }
    walk.still(record.queue_drops != nullptr);
    if (!record.queue_drops) continue;
    walk.counter(record.queue_drops->packets);
    walk.past(record.queue_drops->last_at);
  }
  // What is kept is a least, so that nothing of it changes in a period that is like the one before.
  walk.still(near_.size());
  for (const auto& [whose, requests] : lost_) walk.still(requests.size());
  for (const auto& [whose, wait] : near_)
    walk.still(wait.left, wait.waited, wait.unanswered, wait.at);
}

}  // namespace stayalive
