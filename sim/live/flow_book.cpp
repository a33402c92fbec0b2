// SPDX-License-Identifier: Apache-2.0
#include "live/flow_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "middlebox/stray_passage.h"
#include "run/blame.h"
#include "run/support.h"

namespace stayalive {
namespace {

// Of the timeline of a side, so that no connection grows without end.
constexpr std::size_t kMostTransitions = 1000;
// What the judge may hold; flows are told no more from then on.
constexpr std::size_t kMostJudged = std::size_t{512} << 20;
// A RST that follows an unanswered packet later than that ends a wait; one that follows sooner was
// the end's own wish.  Of real time.
constexpr Duration kPatience = 1s;

JudgedPath judged_path_of(const Scenario& scenario) {
  JudgedPath path;
  for (std::size_t hop = 0; hop < scenario.path.size(); ++hop) {
    const auto* spec = std::get_if<MiddleboxSpec>(&scenario.path[hop]);
    if (spec == nullptr) continue;
    if (!path.boxes.empty()) path.boxes.back().last_of_leg = false;
    const NodeId node{static_cast<std::uint32_t>(path.boxes.size())};
    JudgedPath::Box& box = path.boxes.emplace_back(
        JudgedPath::Box{node, static_cast<std::uint32_t>(hop), 0, true, {}});
    for (const Side from : {Side::Internal, Side::External}) {
      for (const Protocol protocol : {Protocol::Udp, Protocol::Tcp}) {
        box.passes_without_flow[protocol == Protocol::Tcp ? 1 : 0][index(from)] =
            passes_without_state(spec->profile, protocol, from);
      }
    }
  }
  return path;
}

bool asks_for_connection(const Packet& packet) {
  return packet.protocol == Protocol::Tcp && packet.has(tcp_flag::kSyn) &&
         !packet.has(tcp_flag::kAck);
}

// The flow that an ICMP error is about was sent by whom the error goes to.
FlowKey flow_key_from(const Packet& packet) {
  if (packet.protocol != Protocol::Icmp) return key_of(packet);
  const QuotedPacket quote = quoted(packet);
  return FlowKey{quote.source, quote.destination, quote.protocol}.reversed();
}

}  // namespace

FlowBook::FlowBook(const Scenario& scenario, const LiveClock& clock, std::uint32_t most_flows,
                   bool named)
    : scenario_(scenario),
      clock_(clock),
      most_flows_(most_flows),
      path_(judged_path_of(scenario)),
      taken_(scenario.connections.size()),
      named_(named) {
  Judge::Setting setting;
  setting.path = &path_;
  setting.late_after = scenario.late_after;
  setting.programs = true;
  setting.streams = true;
  setting.details = true;
  setting.heard_at = [this](std::uint32_t number, Role role) {
    return flows_[number].ends[index(role)].heard_at;
  };
  judge_ = std::make_unique<Judge>(std::move(setting), most_flows, *this);
}

FlowBook::~FlowBook() = default;

// The judge is told in order of time; what a box finds out late is told late.
TimePoint FlowBook::in_order(TimePoint at) { return told_ = std::max(told_, at); }

// --- packets ---

void FlowBook::entered(Side end, Packet& packet, const DecodedPacket& decoded, TimePoint now) {
  const ConnectionId id = find(end, packet);
  packet.notes.connection = id;
  if (!id.valid()) {
    ++beyond_;
    return;
  }
  Flow& flow = flows_[id.value];
  flow.silence = flow.last == kStart ? Duration::zero() : now - flow.last;
  flow.last = now;
  const Role role = end == Side::Internal ? Role::Client : Role::Server;
  End& own = flow.ends[index(role)];
  if (packet.protocol == Protocol::Tcp && packet.has(tcp_flag::kSyn)) {
    own.shift = decoded.scales_window ? decoded.details.window_shift : 0;
    // One that does not scale keeps the other from it (RFC 7323, section 2.2).
    if (packet.has(tcp_flag::kAck) && !decoded.scales_window)
      flow.ends[index(Role::Client)].shift = 0;
  } else if (packet.protocol == Protocol::Tcp) {
    packet.window <<= own.shift;
  }
  constexpr std::uint8_t kNoProbe = tcp_flag::kSyn | tcp_flag::kFin | tcp_flag::kRst;
  if (packet.protocol == Protocol::Tcp && own.next && packet.payload <= 1 &&
      !packet.has(kNoProbe) && packet.sequence == *own.next - 1)
    packet.notes.kind = PacketKind::KeepaliveProbe;
  sent(id.value, role, packet, now);
}

ConnectionId FlowBook::find(Side end, const Packet& packet) {
  const FlowKey key = flow_key_from(packet);
  const auto& known = end == Side::Internal ? inner_ : outer_;
  const auto found = known.find(key);
  const bool anew = end == Side::Internal && asks_for_connection(packet) && found != known.end() &&
                    flows_[found->second].first_sequence != packet.sequence;
  if (found != known.end() && !anew) return ConnectionId{found->second};
  const bool opens = end == Side::Internal && packet.protocol != Protocol::Icmp &&
                     (packet.protocol == Protocol::Udp || asks_for_connection(packet));
  if (!opens || flows_.size() >= most_flows_ || judge_->held_bytes() > kMostJudged) return {};
  return open(packet, key);
}

ConnectionId FlowBook::open(const Packet& packet, const FlowKey& key) {
  const auto number = static_cast<std::uint32_t>(flows_.size());
  Flow& flow = flows_.emplace_back();
  flow.protocol = packet.protocol;
  flow.client = packet.source();
  flow.server = packet.destination();
  flow.first_sequence = packet.sequence;
  flow.connection = connection_for(packet);
  inner_.insert_or_assign(key, number);
  return ConnectionId{number};
}

std::optional<std::size_t> FlowBook::connection_for(const Packet& packet) {
  if (!named_) return std::nullopt;
  const Transport transport = packet.protocol == Protocol::Tcp ? Transport::Tcp : Transport::Udp;
  for (std::size_t i = 0; i < scenario_.connections.size(); ++i) {
    const ConnectionSpec& spec = scenario_.connections[i];
    if (taken_[i] || spec.transport != transport || spec.server_port != packet.destination_port)
      continue;
    taken_[i] = true;
    return i;
  }
  return std::nullopt;
}

void FlowBook::left(Side end, const Packet& packet, TimePoint now) {
  const ConnectionId id = packet.notes.connection;
  if (!id.valid()) return;
  Flow& flow = flows_[id.value];
  if (end == Side::External && packet.protocol != Protocol::Icmp) {
    const FlowKey back = key_of(packet).reversed();
    if (!flow.outer || *flow.outer != back) {
      flow.outer = back;
      outer_.insert_or_assign(back, id.value);
      // What a NAT gave before is known until there is too much of it.
      if (outer_.size() > 4 * std::size_t{most_flows_}) {
        outer_.clear();
        for (std::uint32_t i = 0; i < flows_.size(); ++i) {
          if (flows_[i].outer) outer_.insert_or_assign(*flows_[i].outer, i);
        }
      }
    }
  }
  heard(id.value, end == Side::Internal ? Role::Client : Role::Server, packet, now);
}

void FlowBook::dropped(std::size_t box, const Packet& packet, DropReason why, TimePoint now) {
  if (!packet.notes.connection.valid()) return;
  judge_->dropped(packet.notes.connection.value, static_cast<std::uint32_t>(box), why,
                  in_order(now));
}

void FlowBook::flow_changed(std::size_t box, const FlowNote& note, TimePoint) {
  if (!note.connection.valid() || note.local) return;
  FlowNote ordered = note;
  ordered.at = in_order(note.at);
  judge_->flow_changed(note.connection.value, static_cast<std::uint32_t>(box), ordered);
}

// --- ends ---

void FlowBook::note(std::uint32_t number, Role role, SideEvent::Kind kind, TimePoint now,
                    Endpoint remote) {
  const Flow& flow = flows_[number];
  SideEvent event;
  event.kind = kind;
  event.at = in_order(now);
  event.local = role == Role::Client ? flow.client : flow.server;
  event.remote = remote;
  judge_->side(number, role, event);
}

void FlowBook::end(std::uint32_t number, Role role, Outcome outcome, SocketError error,
                   TimePoint now) {
  End& own = flows_[number].ends[index(role)];
  if (own.ended || !(own.opening || own.open)) return;
  own.ended = true;
  judge_->side(number, role,
               SideEvent::end(SideEvent::Kind::Ended, in_order(now), outcome, error, {}));
}

void FlowBook::sent(std::uint32_t number, Role role, const Packet& packet, TimePoint now) {
  Flow& flow = flows_[number];
  End& own = flow.ends[index(role)];
  own.counters.count_sent(packet);
  if (packet.protocol == Protocol::Icmp) return;
  if (role == Role::Client && !own.opening && !own.open) {
    own.opening = true;
    note(number, role, SideEvent::Kind::Opening, now, flow.server);
    if (packet.protocol == Protocol::Udp) {
      own.open = true;
      note(number, role, SideEvent::Kind::Opened, now, flow.server);
    }
  }
  if (packet.protocol == Protocol::Udp) return;
  // What a kernel answers to another endpoint than its socket's is not said by the socket.
  if (role == Role::Server && own.open && packet.destination() != flow.peer) return;
  // A server is there once its kernel answers; where nobody listens it never is.
  if (role == Role::Server && !own.opening && packet.has(tcp_flag::kSyn)) {
    own.opening = true;
    note(number, role, SideEvent::Kind::Opening, now, packet.destination());
  }
  if (packet.has(tcp_flag::kRst)) {
    const bool waited = own.asked_at && now - *own.asked_at >= kPatience * clock_.scale();
    if (waited) return end(number, role, Outcome::Detected, SocketError::TimedOut, now);
    return end(number, role, Outcome::Closed, SocketError::None, now);
  }
  const bool probe = packet.notes.kind == PacketKind::KeepaliveProbe;
  const std::uint32_t behind = packet.sequence + packet.sequence_length();
  if ((packet.sequence_length() > 0 || probe) && !own.asked_at) own.asked_at = now;
  if (packet.has(tcp_flag::kFin)) own.fin_end = behind;
  if (!probe && (!own.next || sequence_before(*own.next, behind))) own.next = behind;
}

void FlowBook::heard(std::uint32_t number, Role role, const Packet& packet, TimePoint now) {
  Flow& flow = flows_[number];
  End& own = flow.ends[index(role)];
  own.counters.count_received(packet);
  if (packet.protocol == Protocol::Icmp) return;
  if (packet.protocol == Protocol::Tcp) return heard_segment(number, role, packet, now);
  own.heard_at = now;
  if (role == Role::Client) return;
  const bool first = !own.open;
  own.open = true;
  if (!first && flow.peer == packet.source()) return;
  flow.peer = packet.source();
  note(number, role, first ? SideEvent::Kind::Opened : SideEvent::Kind::Moved, now, flow.peer);
}

void FlowBook::heard_segment(std::uint32_t number, Role role, const Packet& packet, TimePoint now) {
  Flow& flow = flows_[number];
  End& own = flow.ends[index(role)];
  // From another endpoint it reaches no socket of this connection.
  if (role == Role::Server && own.open && packet.source() != flow.peer) return;
  own.heard_at = now;
  own.asked_at.reset();
  if (packet.has(tcp_flag::kRst)) {
    const bool refused = !own.open;
    return end(number, role, refused ? Outcome::Refused : Outcome::Reset,
               refused ? SocketError::Refused : SocketError::Reset, now);
  }
  if (role == Role::Server && asks_for_connection(packet)) flow.peer = packet.source();
  const bool shaken =
      role == Role::Client ? packet.has(tcp_flag::kSyn) : !packet.has(tcp_flag::kSyn);
  if (own.opening && !own.open && !own.ended && shaken && packet.has(tcp_flag::kAck)) {
    own.open = true;
    note(number, role, SideEvent::Kind::Opened, now,
         role == Role::Client ? flow.server : packet.source());
  }
  if (own.fin_end && packet.has(tcp_flag::kAck) && packet.acknowledgment == *own.fin_end)
    end(number, role, Outcome::Closed, SocketError::None, now);
}

// --- what the judge says ---

void FlowBook::happened(std::uint32_t number, Role role, const SideEvent& event) {
  End& own = flows_[number].ends[index(role)];
  if (event.kind == SideEvent::Kind::Opened && !own.opened_at) own.opened_at = event.at;
  if (event.kind == SideEvent::Kind::Ended) own.error = event.error;
}

void FlowBook::became(std::uint32_t number, Role role, Outcome outcome, TimePoint at,
                      const SideEvent*) {
  End& own = flows_[number].ends[index(role)];
  if (own.timeline.size() < kMostTransitions) own.timeline.push_back({at, outcome, ""});
  if (outcome == Outcome::Forgotten) ++own.times_forgotten;
}

void FlowBook::concluded(std::uint32_t number, const ConnectionResult& result) {
  if (number >= flows_.size()) return;
  Flow& flow = flows_[number];
  for (std::size_t role = 0; role < flow.ends.size(); ++role)
    flow.ends[role].result = result.sides[role];
  flow.outcome = result.outcome;
  flow.blame = result.blame;
}

// --- reports ---

std::string FlowBook::name(ConnectionId id) const {
  const Flow& flow = flows_[id.value];
  if (flow.connection) return scenario_.connections[*flow.connection].name;
  return fmt::format("{} {}/{}", id.value + 1, flow.server.port,
                     flow.protocol == Protocol::Tcp ? "tcp" : "udp");
}

ConnectionReport FlowBook::report(std::uint32_t number) const {
  const Flow& flow = flows_[number];
  ConnectionReport report;
  report.name = name(ConnectionId{number});
  report.strategy = "live";
  const Transport transport = flow.protocol == Protocol::Tcp ? Transport::Tcp : Transport::Udp;
  report.transport = stayalive::name(transport);
  report.outcome = flow.outcome;
  report.blame = blame_of(flow.blame, scenario_);
  for (const Role role : {Role::Client, Role::Server}) {
    const End& end = flow.ends[index(role)];
    SideReport& side = report.sides[index(role)];
    side.host = print_endpoint(role == Role::Client ? flow.client : flow.server);
    side.outcome = end.result.outcome;
    side.timeline = end.timeline;
    side.opened_at = end.opened_at;
    side.forgotten_at = end.result.forgotten_at;
    side.noticed_at = end.result.noticed_at;
    side.times_forgotten = end.times_forgotten;
    side.blackhole = end.result.blackhole;
    side.error = end.error;
    side.blame = blame_of(end.result.blame, scenario_);
    side.counters = end.counters;
  }
  ConnectionSpec spec;
  spec.transport = transport;
  report.rests_on = supports_of(report, spec, scenario_);
  return report;
}

// A connection of the scenario that nobody has opened.
ConnectionReport FlowBook::absent(std::size_t connection) const {
  const ConnectionSpec& spec = scenario_.connections[connection];
  ConnectionReport report;
  report.name = spec.name;
  report.strategy = "live";
  report.transport = stayalive::name(spec.transport);
  report.outcome = Outcome::Refused;
  return report;
}

std::vector<ConnectionReport> FlowBook::finish(TimePoint now, std::size_t most) {
  judge_->finish(in_order(now));
  std::vector<ConnectionReport> reports;
  std::vector<std::uint32_t> others;
  std::vector<std::optional<std::uint32_t>> by_connection(taken_.size());
  for (std::uint32_t i = 0; i < flows_.size(); ++i) {
    if (flows_[i].connection) {
      by_connection[*flows_[i].connection] = i;
    } else {
      others.push_back(i);
    }
  }
  for (std::size_t i = 0; named_ && i < by_connection.size(); ++i)
    reports.push_back(by_connection[i] ? report(*by_connection[i]) : absent(i));
  std::stable_partition(others.begin(), others.end(), [this](std::uint32_t number) {
    return is_loss(flows_[number].outcome, flows_[number].blame.kind());
  });
  for (const std::uint32_t number : others) {
    if (reports.size() >= most) break;
    reports.push_back(report(number));
  }
  return reports;
}

}  // namespace stayalive
