// SPDX-License-Identifier: Apache-2.0
#include "run/faults.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>

namespace stayalive {
namespace {

// One entry of the ledger, in whichever book it stood.
struct Happening {
  TimePoint at;
  const FlowRecord* flow = nullptr;
  const SideEvent* side = nullptr;
  Role role = Role::Client;
  const ProxyEvent* proxy = nullptr;
};

// Replays what happened to one connection and notes when it could not have worked.
class Historian {
 public:
  Historian(const Scenario& scenario, const World& world, std::size_t connection);
  ConnectionHistory tell();

 private:
  // What is known about one stateful box of the path.
  struct Box {
    std::size_t hop = 0;
    NodeId node;
    std::size_t leg = 0;  // proxies before it
    std::map<FlowId, FlowNote> live;
    std::optional<FlowNote> last_end;
    std::optional<Endpoint> first_mapping;  // of this session
    bool used = false;                      // whether this session has had a flow here
  };
  struct End {
    Standing::Kind kind = Standing::Kind::Absent;
    Endpoint local{};
    Endpoint remote{};
  };

  std::vector<Happening> collect() const;
  void apply(const Happening& happening);
  void apply_flow(const FlowRecord& record);
  void apply_side(const SideEvent& event, Role role);
  void apply_proxy(const ProxyEvent& event);
  void begin_session(TimePoint at);
  void evaluate(TimePoint at);
  void evaluate_box(std::size_t i, TimePoint at);
  void evaluate_peers(TimePoint at);
  void evaluate_mapping(TimePoint at);
  void evaluate_address(TimePoint at);
  void set(const std::string& key, bool broken, TimePoint at, const Fault& fault);
  std::optional<Endpoint> far_peer(std::size_t leg) const;
  const Box* last_box(std::size_t leg) const;
  Fault flow_fault(const Box& box, TimePoint at) const;
  void note_lapse(const Box& box, const FlowNote& note);
  void add_scenario_faults();
  void add_host_fault(const EventSpec& event);
  TimePoint next_opening(TimePoint from) const;
  TimePoint end_of_absence(const EventSpec& event, Role role) const;

  const Scenario& scenario_;
  const World& world_;
  std::size_t connection_;
  const ConnectionRecord& record_;
  ConnectionHistory history_;
  std::vector<Box> boxes_;
  std::array<End, 2> ends_;
  std::map<std::size_t, std::array<std::optional<Endpoint>, 2>>
      proxy_legs_;                                // by hop: remote of each socket
  std::map<std::size_t, TimePoint> proxy_ended_;  // by hop
  std::set<std::size_t> proxy_idle_;              // by hop: ended because nothing had passed
  std::map<std::string, std::size_t> open_;       // key of a fault to its position
  bool outward_;  // the client is inside: only then does a box choose the endpoint that the far end
                  // knows
  TimePoint session_start_;
  std::optional<TimePoint> moved_at_;  // since when the client has its present address, if another
  bool remapped_ = false;
};

Historian::Historian(const Scenario& scenario, const World& world, std::size_t connection)
    : scenario_(scenario),
      world_(world),
      connection_(connection),
      record_(world.ledger().record(ConnectionId{static_cast<std::uint32_t>(connection)})),
      outward_(scenario.hosts[scenario.connections[connection].client].side == Side::Internal) {
  std::size_t leg = 0;
  for (std::size_t hop = 0; hop < scenario.path.size(); ++hop) {
    if (std::holds_alternative<ProxySpec>(scenario.path[hop])) ++leg;
    if (!std::holds_alternative<MiddleboxSpec>(scenario.path[hop])) continue;
    Box box;
    box.hop = hop;
    box.node = world.hop_node(hop);
    box.leg = leg;
    boxes_.push_back(std::move(box));
  }
}

std::vector<Happening> Historian::collect() const {
  std::vector<Happening> all;
  // Where no line lies before a box, a session and its flow begin at one instant: the session
  // first.
  for (const SideEvent& event : record_.sides[index(Role::Client)]) {
    if (event.kind == SideEvent::Kind::Opening) all.push_back({event.at, nullptr, &event});
  }
  for (const FlowRecord& flow : record_.flows) all.push_back({flow.note.at, &flow});
  for (const Role role : {Role::Client, Role::Server}) {
    for (const SideEvent& event : record_.sides[index(role)]) {
      if (role == Role::Client && event.kind == SideEvent::Kind::Opening) continue;
      all.push_back({event.at, nullptr, &event, role});
    }
  }
  for (const ProxyEvent& event : record_.proxies)
    all.push_back({event.at, nullptr, nullptr, Role::Client, &event});
  if (record_.drops.count > 0) all.push_back({record_.drops.at});
  std::stable_sort(all.begin(), all.end(),
                   [](const Happening& a, const Happening& b) { return a.at < b.at; });
  return all;
}

ConnectionHistory Historian::tell() {
  add_scenario_faults();
  const std::vector<Happening> all = collect();
  for (std::size_t i = 0; i < all.size(); ++i) {
    apply(all[i]);
    // Only the state after everything that happened at an instant counts.
    if (i + 1 == all.size() || all[i + 1].at != all[i].at) evaluate(all[i].at);
  }
  std::stable_sort(history_.faults.begin(), history_.faults.end(),
                   [](const Fault& a, const Fault& b) { return a.from < b.from; });
  return std::move(history_);
}

void Historian::apply(const Happening& happening) {
  if (happening.flow != nullptr) apply_flow(*happening.flow);
  if (happening.side != nullptr) apply_side(*happening.side, happening.role);
  if (happening.proxy != nullptr) apply_proxy(*happening.proxy);
}

void Historian::apply_flow(const FlowRecord& record) {
  if (record.note.local) return;
  for (Box& box : boxes_) {
    if (box.node != record.box) continue;
    if (record.note.event == FlowEvent::Opened) {
      box.live[record.note.flow] = record.note;
      box.used = true;
      if (!box.first_mapping) box.first_mapping = record.note.mapped;
    } else if (box.live.erase(record.note.flow) > 0) {
      box.last_end = record.note;
      if (box.live.empty()) note_lapse(box, record.note);
    }
  }
}

// A flow that runs out and begins again at one instant is never missing, and still another one.
void Historian::note_lapse(const Box& box, const FlowNote& note) {
  if (note.event != FlowEvent::Expired && note.event != FlowEvent::Evicted) return;
  Fault fault = flow_fault(box, note.at);
  fault.until = note.at;
  history_.lapses.push_back(fault);
}

void Historian::begin_session(TimePoint at) {
  session_start_ = at;
  moved_at_.reset();
  // Whoever had left the other end before has nothing to do with what begins now.
  End& server = ends_[index(Role::Server)];
  if (server.kind != Standing::Kind::Open) server = {};
  for (Box& box : boxes_) {
    box.live.clear();
    box.first_mapping.reset();
    box.used = false;
  }
}

void Historian::apply_side(const SideEvent& event, Role role) {
  End& end = ends_[index(role)];
  using Kind = SideEvent::Kind;
  const auto stand = [&](Standing::Kind kind) {
    end.kind = kind;
    history_.standing[index(role)].push_back({event.at, kind, &event});
  };
  switch (event.kind) {
    case Kind::Opening:
      if (role == Role::Client) begin_session(event.at);
      end.local = event.local;
      return stand(Standing::Kind::Opening);
    case Kind::Opened:
      end.local = event.local;
      end.remote = event.remote;
      return stand(Standing::Kind::Open);
    case Kind::Noticed:
      return stand(Standing::Kind::Pausing);
    case Kind::Ended:
    case Kind::HostDown:
      return stand(Standing::Kind::Ended);
    case Kind::Moved:
      if (role == Role::Client && event.local.address != end.local.address) moved_at_ = event.at;
      end.local = event.local;
      end.remote = event.remote;
      return;
  }
}

void Historian::apply_proxy(const ProxyEvent& event) {
  for (std::size_t hop = 0; hop < scenario_.path.size(); ++hop) {
    if (!std::holds_alternative<ProxySpec>(scenario_.path[hop]) ||
        world_.hop_node(hop) != event.proxy)
      continue;
    std::optional<Endpoint>& remote = proxy_legs_[hop][index(event.side)];
    if (event.opened) {
      remote = event.remote;
      proxy_ended_.erase(hop);
      proxy_idle_.erase(hop);
    } else {
      remote.reset();
      proxy_ended_.try_emplace(hop, event.at);
      if (event.idle) proxy_idle_.insert(hop);
    }
  }
}

void Historian::set(const std::string& key, bool broken, TimePoint at, const Fault& fault) {
  const auto found = open_.find(key);
  if (broken && found == open_.end()) {
    open_[key] = history_.faults.size();
    history_.faults.push_back(fault);
  } else if (!broken && found != open_.end()) {
    history_.faults[found->second].until = at;
    open_.erase(found);
  }
}

void Historian::evaluate(TimePoint at) {
  for (std::size_t i = 0; i < boxes_.size(); ++i) evaluate_box(i, at);
  evaluate_mapping(at);
  evaluate_address(at);
  evaluate_peers(at);
}

Fault Historian::flow_fault(const Box& box, TimePoint at) const {
  const auto& spec = std::get<MiddleboxSpec>(scenario_.path[box.hop]);
  Fault fault;
  fault.from = at;
  fault.blame.kind = FaultKind::Flow;
  fault.blame.who = spec.name;
  fault.blame.at = at;
  if (box.last_end) {
    const FlowNote& note = *box.last_end;
    fault.blame.at = note.at;
    fault.blame.event = note.event;
    fault.blame.timer = name(note.timer);
    fault.blame.setting = setting_name(spec.profile.tracker, note.timer);
    fault.blame.timeout = note.timeout;
    fault.blame.refreshed_at = note.refreshed_at;
    fault.blame.refreshed_from = note.refreshed_from;
    fault.blame.refreshed_by = note.refreshed_by;
    fault.transient = note.event == FlowEvent::Closed;
  }
  return fault;
}

void Historian::evaluate_box(std::size_t i, TimePoint at) {
  const Box& box = boxes_[i];
  set("flow " + std::to_string(i), box.used && box.live.empty(), at, flow_fault(box, at));
  // A box that dropped the first packets and has never had a flow did not let the session begin.
  const DropRecord& drops = record_.drops;
  const bool barred = !box.used && drops.count > 0 && drops.box == box.node &&
                      drops.at >= session_start_ && at >= drops.at;
  Fault fault;
  fault.from = at;
  fault.blame.kind = FaultKind::Drop;
  fault.blame.who = std::get<MiddleboxSpec>(scenario_.path[box.hop]).name;
  fault.blame.at = at;
  fault.blame.reason = name(drops.why);
  set("barred " + std::to_string(i), barred, at, fault);
}

const Historian::Box* Historian::last_box(std::size_t leg) const {
  const Box* last = nullptr;
  for (const Box& box : boxes_) {
    if (box.leg == leg) last = &box;
  }
  return last;
}

std::optional<Endpoint> Historian::far_peer(std::size_t leg) const {
  std::size_t proxies = 0;
  for (std::size_t hop = 0; hop < scenario_.path.size(); ++hop) {
    if (!std::holds_alternative<ProxySpec>(scenario_.path[hop])) continue;
    if (proxies++ != leg) continue;
    const auto found = proxy_legs_.find(hop);
    return found == proxy_legs_.end() ? std::nullopt : found->second[index(Side::Internal)];
  }
  const End& server = ends_[index(Role::Server)];
  if (server.kind != Standing::Kind::Open) return std::nullopt;
  return server.remote;
}

void Historian::evaluate_mapping(TimePoint at) {
  bool moved = false;
  for (std::size_t i = 0; i < boxes_.size(); ++i) {
    const Box& box = boxes_[i];
    const std::optional<Endpoint> known = far_peer(box.leg);
    bool mismatch = false;
    if (outward_ && !box.live.empty() && &box == last_box(box.leg)) {
      // The endpoint under which the far end may send is that of any flow that still lives here.
      mismatch = known && std::none_of(box.live.begin(), box.live.end(), [&](const auto& entry) {
                   return entry.second.mapped == *known;
                 });
    }
    Fault fault = flow_fault(box, at);
    fault.transient = true;
    set("mapping " + std::to_string(i), mismatch, at, fault);
    for (const auto& [id, note] : box.live) {
      moved = moved || (box.first_mapping && note.mapped != *box.first_mapping);
    }
  }
  if (moved != remapped_) {
    remapped_ = moved;
    history_.remapped.push_back(at);
  }
}

// Datagrams to where the client was before it moved reach nobody, until the far end has learned
// the way that leads to the new address.
void Historian::evaluate_address(TimePoint at) {
  const std::optional<Endpoint> known = far_peer(0);
  bool lost = moved_at_.has_value() && known.has_value();
  if (const Box* box = last_box(0); lost && outward_ && box != nullptr) {
    lost = std::none_of(box->live.begin(), box->live.end(), [&](const auto& entry) {
      return entry.second.at >= *moved_at_ && entry.second.mapped == *known;
    });
  } else if (lost) {
    lost = *known != ends_[index(Role::Client)].local;
  }
  Fault fault;
  fault.from = at;
  fault.transient = true;
  fault.blame.kind = FaultKind::Address;
  fault.blame.who = scenario_.hosts[scenario_.connections[connection_].client].name;
  fault.blame.at = at;
  set("address", lost, at, fault);
}

void Historian::evaluate_peers(TimePoint at) {
  const bool through_proxy = !proxy_legs_.empty();
  for (const Role role : {Role::Client, Role::Server}) {
    const Standing::Kind peer = ends_[index(opposite(role))].kind;
    const bool gone = peer == Standing::Kind::Ended || peer == Standing::Kind::Pausing;
    Fault fault;
    fault.from = at;
    fault.blame.kind = FaultKind::Peer;
    fault.blame.who = name(opposite(role));
    fault.blame.at = at;
    fault.concerns = {role == Role::Client, role == Role::Server};
    fault.transient = true;
    set(std::string("peer of ") + name(role), gone && !through_proxy, at, fault);
    if (!through_proxy) continue;
    // Next to a proxy the peer is the proxy.
    const std::size_t hop =
        role == Role::Client ? proxy_legs_.begin()->first : proxy_legs_.rbegin()->first;
    const Side facing = role == Role::Client ? Side::Internal : Side::External;
    const bool left = proxy_ended_.contains(hop) && !proxy_legs_.at(hop)[index(facing)];
    fault.blame.kind = FaultKind::Proxy;
    fault.blame.who = std::get<ProxySpec>(scenario_.path[hop]).name;
    fault.decided = proxy_idle_.contains(hop);
    set(std::string("proxy of ") + name(role), left, at, fault);
  }
}

TimePoint Historian::next_opening(TimePoint from) const {
  for (const SideEvent& event : record_.sides[index(Role::Client)]) {
    if (event.kind == SideEvent::Kind::Opening && event.at >= from) return event.at;
  }
  return kNever;
}

// What a host that went down had known is missed until the client begins anew or a new program on
// that host takes the connection up; and nobody is there while it is away.
TimePoint Historian::end_of_absence(const EventSpec& event, Role role) const {
  TimePoint missed = next_opening(event.at);
  for (const SideEvent& side : record_.sides[index(role)]) {
    if (side.kind == SideEvent::Kind::Opened && side.at > event.at) {
      missed = std::min(missed, side.at);
      break;
    }
  }
  return std::max(missed, later(event.at, event.span));
}

void Historian::add_scenario_faults() {
  for (const EventSpec& event : scenario_.events) {
    if (event.kind == EventKind::Cut) {
      Fault fault;
      fault.from = event.at;
      fault.until = later(event.at, event.span);
      fault.blame.at = event.at;
      fault.blame.kind = FaultKind::Link;
      fault.blame.who = std::get<LinkConfig>(scenario_.path[event.target]).name;
      fault.forgets = false;
      history_.faults.push_back(fault);
    } else {
      add_host_fault(event);
    }
  }
}

void Historian::add_host_fault(const EventSpec& event) {
  const ConnectionSpec& spec = scenario_.connections[connection_];
  const bool of_client = event.target == spec.client;
  Fault fault;
  fault.from = event.at;
  fault.blame.at = event.at;
  switch (event.kind) {
    case EventKind::Suspend:
      fault.until = later(event.at, event.span);
      fault.blame.kind = FaultKind::Asleep;
      fault.forgets = false;
      break;
    case EventKind::Crash:
    case EventKind::Reboot:
      fault.until = end_of_absence(event, of_client ? Role::Client : Role::Server);
      fault.blame.kind = FaultKind::Host;
      fault.concerns = {!of_client, of_client};
      break;
    case EventKind::ChangeAddress:
      // A datagram leaves from the new address and tells it; a client's next socket has it.  To a
      // server nobody tells the way: its clients go on sending to where it was.
      if (of_client && spec.transport == Transport::Udp) return;
      if (of_client) fault.until = next_opening(event.at);
      fault.blame.kind = FaultKind::Address;
      break;
    default:
      return;
  }
  if (!of_client && event.target != spec.server) return;
  fault.blame.who = scenario_.hosts[event.target].name;
  history_.faults.push_back(fault);
}

}  // namespace

ConnectionHistory trace_history(const Scenario& scenario, const World& world,
                                std::size_t connection) {
  return Historian(scenario, world, connection).tell();
}

}  // namespace stayalive
