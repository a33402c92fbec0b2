// SPDX-License-Identifier: Apache-2.0
#include "study/replay/replay.h"

#include <algorithm>

#include "study/replay/likely_boxes.h"
#include "study/replay/opening.h"

namespace stayalive {

namespace {

// Longer than any capture.
constexpr Duration kPatience = std::chrono::hours(24 * 3650);
// A window whose scale nobody has seen counts as scaled by the most there is.
constexpr std::uint8_t kUnknownShift = 14;

// The same box, but that it never forgets of itself: how long it has waited can be seen at any
// time.
Profile patient(const Profile& profile, std::size_t most_flows) {
  Profile its = profile;
  for (Duration& span : its.timeouts.spans) {
    if (span > Duration::zero()) span = kPatience;
  }
  if (its.filter_timeout > Duration::zero()) its.filter_timeout = kPatience;
  its.translate = false;
  its.on_expiry = ExpiryAction::Silent;
  its.dead_connection_detection = {};
  its.reap_interval = Duration::zero();
  its.hz = 0;
  its.adaptive = {};
  its.capacity = static_cast<std::uint32_t>(4 * most_flows + 1024);
  its.when_full = WhenFull::EvictOldest;
  return its;
}

// The boxes are out here, where nobody else is: the addresses that are reserved for future use (RFC
// 1112, section 4).
constexpr AddressId kOutside = ipv4(240, 0, 0, 0);
constexpr bool is_outside(AddressId address) { return address.value >= kOutside.value; }

// Whether it can be a packet between two hosts.
bool has_two_ends(const Packet& packet) {
  return !is_outside(packet.source_address) && !is_outside(packet.destination_address) &&
         packet.source() != packet.destination();
}

bool is_opening_syn(const Packet& packet) {
  return packet.protocol == Protocol::Tcp && packet.has(tcp_flag::kSyn) &&
         !packet.has(tcp_flag::kAck);
}

// Whether the source opened the flow that this packet is the first of.
bool comes_from_client(const Packet& packet) {
  if (packet.protocol == Protocol::Tcp && packet.has(tcp_flag::kSyn))
    return !packet.has(tcp_flag::kAck);
  const bool private_source = is_private(packet.source_address);
  if (private_source != is_private(packet.destination_address)) return private_source;
  constexpr std::uint16_t kWellKnown = 1024;
  const bool known_source = packet.source_port < kWellKnown;
  if (known_source != (packet.destination_port < kWellKnown)) return !known_source;
  return packet.protocol == Protocol::Udp || packet.source_port >= packet.destination_port;
}

// Instants of a clock that showed `begun` at the first packet are made to count from it.
void count_from(ReplayedFlow& flow, TimePoint begun) {
  const auto shift = [begun](TimePoint& at) { at = kStart + (at - begun); };
  shift(flow.first);
  shift(flow.last);
  if (flow.first_forgotten_at) shift(*flow.first_forgotten_at);
  if (flow.death) shift(flow.death->forgotten_at);
  if (flow.death && flow.death->met_at) shift(*flow.death->met_at);
  for (ReplayedFlow::Wait& wait : flow.waits) shift(wait.at);
  if (flow.broken) shift(flow.broken->at);
}

}  // namespace

// A flow while it is followed.
struct Replay::Follow {
  struct AtBox {
    bool ever = false;
    bool live = false;
    std::optional<Endpoint> mapped;
    std::optional<FlowNote> end;
    // Of the patient one: which timer runs, and since when.
    std::optional<std::pair<Timeout, TimePoint>> running;
  };
  ReplayedFlow report;
  std::vector<AtBox> boxes;
  KeepaliveFinder keepalives;
  SilenceWatch silences;
  std::array<std::uint8_t, 2> shift{kUnknownShift, kUnknownShift};
  std::array<std::optional<std::uint32_t>, 2> next{};  // behind the last octet seen, by side
  std::uint32_t first_sequence = 0;
  std::array<bool, 2> finished{};
  bool reset = false;
  bool over = false;  // as far as the boxes are concerned

  bool ended() const { return reset || (finished[0] && finished[1]); }
};

std::uint64_t ReplayResult::count(ReplayedFlow::Fate fate) const {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(flows, [fate](const ReplayedFlow& its) { return its.fate == fate; }));
}

std::uint64_t ReplayResult::died() const {
  return count(ReplayedFlow::Fate::Dies) + count(ReplayedFlow::Fate::Remapped) +
         count(ReplayedFlow::Fate::Refused);
}

Replay::Replay(ReplayOptions options) : options_(std::move(options)) {
  for (std::size_t i = 0; i < options_.boxes.size(); ++i) {
    const MiddleboxSpec& spec = options_.boxes[i];
    std::vector<AddressId> outside;
    for (std::uint32_t n = 0; n < std::max(spec.profile.external_addresses, 1U); ++n) {
      const auto net = static_cast<std::uint32_t>(i << 16);
      outside.push_back(AddressId{kOutside.value + net + n + 1});
    }
    Box& box = boxes_.emplace_back();
    box.spec = &spec;
    box.real = std::make_unique<StatefulBox>(spec.profile, BoxIdentity{spec.name, 1, outside});
    box.patient = std::make_unique<StatefulBox>(patient(spec.profile, options_.most_flows),
                                                BoxIdentity{spec.name, 1, outside});
    result_.boxes.push_back(spec.name);
  }
}

Replay::~Replay() = default;

Replay::Place Replay::feed(TimePoint at, const DecodedPacket& decoded) {
  // The clock of the boxes has the phase of the capture's: ticks and sweeps begin with its hours.
  if (!begun_) {
    result_.begun = at;
    begun_ = now_ = kStart + (at - kStart) % Duration{1h};
  }
  const TimePoint here = *begun_ + (at - result_.begun);
  if (here < now_) ++result_.back_in_time;
  now_ = std::max(now_, here);
  result_.span = now_ - *begun_;
  if (decoded.error == WireError::UnsupportedIcmp ||
      (decoded.error == WireError::None && decoded.packet.protocol == Protocol::Icmp)) {
    ++result_.icmp;
    return {};
  }
  if (decoded.error != WireError::None || !has_two_ends(decoded.packet)) {
    ++result_.unreadable;
    return {};
  }
  Packet packet = decoded.packet;
  ++result_.packets;
  expire();
  const std::optional<std::size_t> number = flow_of(packet);
  if (!number) {
    ++result_.beyond;
    return {};
  }
  Follow& flow = *flows_[*number];
  const Side from = packet.source() == flow.report.client ? Side::Internal : Side::External;
  packet.notes.connection = ConnectionId{static_cast<std::uint32_t>(*number)};
  if (packet.protocol == Protocol::Tcp && packet.has(tcp_flag::kSyn)) {
    flow.shift[index(from)] = decoded.scales_window ? decoded.details.window_shift : 0;
    // One that does not scale keeps the other from it (RFC 7323, section 2.2).
    if (packet.has(tcp_flag::kAck) && !decoded.scales_window) flow.shift = {0, 0};
  } else {
    packet.window <<= flow.shift[index(from)];
  }
  if (flow.report.begun_before && flow.report.packets == std::array<std::uint64_t, 2>{})
    begin_before(*number, packet, from);
  observe(flow, packet, from);
  wait(*number, packet, from);
  if (!flow.over) pass(*number, packet, from);
  return {flow.report.number, from, kStart + (now_ - *begun_)};
}

// Empty where no more are followed.
std::optional<std::size_t> Replay::flow_of(const Packet& packet) {
  const Endpoint source = packet.source();
  const Endpoint destination = packet.destination();
  const auto [low, high] = std::minmax(source, destination);
  const Key key{packet.protocol, low, high};
  const auto known = present_.find(key);
  if (known != present_.end()) {
    const Follow& flow = *flows_[known->second];
    const bool anew = is_opening_syn(packet) && packet.sequence != flow.first_sequence;
    if (!anew) return known->second;
  }
  if (flows_.size() >= options_.most_flows) return std::nullopt;
  const std::size_t number = begin_flow(packet);
  present_.insert_or_assign(key, number);
  return number;
}

std::size_t Replay::begin_flow(const Packet& packet) {
  auto flow = std::make_unique<Follow>();
  const bool outbound = comes_from_client(packet);
  flow->report.number = flows_.size() + 1;
  flow->report.protocol = packet.protocol;
  flow->report.client = outbound ? packet.source() : packet.destination();
  flow->report.server = outbound ? packet.destination() : packet.source();
  flow->report.first = flow->report.last = now_;
  flow->report.begun_before =
      packet.protocol == Protocol::Tcp ? !is_opening_syn(packet) : !outbound;
  flow->first_sequence = packet.sequence;
  flow->boxes.resize(boxes_.size());
  flows_.push_back(std::move(flow));
  return flows_.size() - 1;
}

// The boxes learn of what they would have seen before the capture.
void Replay::begin_before(std::size_t number, const Packet& packet, Side from) {
  const Follow& flow = *flows_[number];
  const bool outbound = from == Side::Internal;
  const Opening opening({flow.report.client, flow.report.server, packet.protocol,
                         outbound ? packet.sequence : packet.acknowledgment,
                         outbound ? packet.acknowledgment : packet.sequence});
  for (Opening::Step step : opening.steps()) {
    step.packet.notes.connection = ConnectionId{static_cast<std::uint32_t>(number)};
    wait(number, step.packet, step.from);
    pass(number, step.packet, step.from);
  }
}

void Replay::observe(Follow& flow, const Packet& packet, Side from) {
  ReplayedFlow& report = flow.report;
  const bool tcp = packet.protocol == Protocol::Tcp;
  const std::size_t side = index(from);
  const bool first = report.packets == std::array<std::uint64_t, 2>{};
  const Duration silence = first ? Duration::zero() : now_ - report.last;
  const std::optional<std::uint32_t>& next = flow.next[side];
  constexpr std::uint8_t kNoProbe = tcp_flag::kSyn | tcp_flag::kFin | tcp_flag::kRst;
  const bool probe =
      tcp && next && packet.payload <= 1 && !packet.has(kNoProbe) && packet.sequence == *next - 1;
  const bool both = report.packets[0] > 0 && report.packets[1] > 0;
  const bool asks = !packet.has(tcp_flag::kRst) && (!tcp || probe || packet.sequence_length() > 0);
  flow.silences.add({now_, from, tcp && packet.has(tcp_flag::kRst), asks}, both, !tcp);
  // What is sent again because it was not answered is no keepalive.
  const std::uint32_t behind = packet.sequence + packet.sequence_length();
  const bool fresh = !tcp || probe || !next || sequence_before(*next, behind);
  if (asks && fresh) flow.keepalives.add(now_, silence, from, probe, packet.payload);
  report.longest_silence = std::max(report.longest_silence, silence);
  report.last = now_;
  ++report.packets[side];
  report.bytes[side] += packet.payload;
  if (!tcp) return;
  if (!probe && !packet.has(tcp_flag::kRst) && fresh) flow.next[side] = behind;
  flow.finished[side] = flow.finished[side] || packet.has(tcp_flag::kFin);
  flow.reset = flow.reset || packet.has(tcp_flag::kRst);
}

void Replay::expire() {
  for (std::size_t i = 0; i < boxes_.size(); ++i) {
    if (boxes_[i].real->next_deadline() > now_) continue;
    boxes_[i].real->expire(now_, outbox_);
    take_notes(i);
  }
}

void Replay::take_notes(std::size_t box) {
  for (const FlowNote& note : outbox_.notes) {
    if (note.local || note.connection.value >= flows_.size()) continue;
    Follow& flow = *flows_[note.connection.value];
    Follow::AtBox& its = flow.boxes[box];
    its.live = note.event == FlowEvent::Opened;
    if (its.live) {
      its.ever = true;
    } else {
      its.end = note;
      std::optional<TimePoint>& first = flow.report.first_forgotten_at;
      if (note.event != FlowEvent::Closed && !flow.ended() && !first) first = note.at;
    }
  }
  outbox_.clear();
}

// Through the boxes as they are.
void Replay::pass(std::size_t number, Packet packet, Side from) {
  Follow& flow = *flows_[number];
  const bool outbound = from == Side::Internal;
  if (!outbound && !flow.boxes.empty() && flow.boxes.back().mapped)
    packet.set_destination(*flow.boxes.back().mapped);
  for (std::size_t n = 0; n < boxes_.size(); ++n) {
    const std::size_t i = outbound ? n : boxes_.size() - 1 - n;
    const Packet before = packet;
    const Verdict verdict = boxes_[i].real->process(from, packet, now_, outbox_);
    take_notes(i);
    if (!verdict.forwarded()) return lose(number, i, verdict.drop, before, from);
    const bool opened =
        verdict.handling == Handling::Opened || verdict.handling == Handling::PickedUp;
    if (!leaves(number, i, packet, from, opened)) return;
  }
}

// A packet has left a box.  False where the flow ends with it.
bool Replay::leaves(std::size_t number, std::size_t box, const Packet& packet, Side from,
                    bool opened) {
  Follow& flow = *flows_[number];
  Follow::AtBox& its = flow.boxes[box];
  const bool again = opened && its.end && its.end->event != FlowEvent::Closed;
  const bool moved = from == Side::Internal && its.mapped && *its.mapped != packet.source();
  if (again && !moved && !flow.ended()) ++flow.report.taken_up;
  if (again && moved && !flow.ended()) {
    if (!flow.report.death) die(number, box, ReplayedFlow::Fate::Remapped, DropReason::None, from);
    flow.report.death->picked_up = true;
    // TCP's other end knows nobody there.
    flow.over = packet.protocol == Protocol::Tcp;
  }
  if (from == Side::Internal) its.mapped = packet.source();
  return !flow.over;
}

void Replay::lose(std::size_t number, std::size_t box, DropReason drop, const Packet& packet,
                  Side from) {
  Follow& flow = *flows_[number];
  const Follow::AtBox& its = flow.boxes[box];
  if (flow.ended()) return;
  if (!its.ever) {
    if (from == Side::Internal) {
      die(number, box, ReplayedFlow::Fate::Refused, drop, from);
      flow.over = true;
    }
    return;
  }
  // One that the tracker finds wrong passes the flow by; and a RST has nothing to lose.
  if (its.live || !its.end || its.end->event == FlowEvent::Closed || packet.has(tcp_flag::kRst))
    return;
  die(number, box, ReplayedFlow::Fate::Dies, drop, from);
  flow.over = true;
}

ReplayedFlow::Death Replay::death_by(const Follow& flow, std::size_t box) const {
  ReplayedFlow::Death death;
  const MiddleboxSpec& spec = *boxes_[box].spec;
  death.box = spec.name;
  const std::optional<FlowNote>& end = flow.boxes[box].end;
  if (!end) {
    death.forgotten_at = now_;
    return death;
  }
  death.event = end->event;
  death.timer = end->timer;
  death.setting = std::string(setting_name(spec.profile.tracker, end->timer));
  death.timeout = end->timeout;
  death.forgotten_at = end->at;
  return death;
}

void Replay::die(std::size_t number, std::size_t box, ReplayedFlow::Fate fate, DropReason drop,
                 Side from) {
  Follow& flow = *flows_[number];
  flow.report.fate = fate;
  flow.report.death = death_by(flow, box);
  flow.report.death->drop = drop;
  flow.report.death->met_at = now_;
  flow.report.death->met_from = from;
}

// Through the patient ones: the silence before a packet is what the timer had to bear that ran.
void Replay::wait(std::size_t number, Packet packet, Side from) {
  Follow& flow = *flows_[number];
  const bool outbound = from == Side::Internal;
  for (std::size_t n = 0; n < boxes_.size(); ++n) {
    const std::size_t i = outbound ? n : boxes_.size() - 1 - n;
    const Box& box = boxes_[i];
    Follow::AtBox& its = flow.boxes[i];
    const Verdict verdict = box.patient->process(from, packet, now_, outbox_);
    outbox_.clear();
    if (its.running && !flow.ended()) {
      const Timeout timer = its.running->first;
      const TimePoint since = its.running->second;
      std::vector<ReplayedFlow::Wait>& waits = flow.report.waits;
      auto wait = std::ranges::find_if(waits, [&](const ReplayedFlow::Wait& known) {
        return known.box == box.spec->name && known.timer == timer;
      });
      if (wait == waits.end()) {
        waits.push_back({box.spec->name, timer, box.spec->profile.timeouts[timer], {}, now_});
        wait = waits.end() - 1;
      }
      if (now_ - since > wait->longest) {
        wait->longest = now_ - since;
        wait->at = now_;
      }
    }
    if (!verdict.forwarded()) return;
    its.running.reset();
    if (verdict.flow.valid() && verdict.deadline != kNever)
      its.running = {verdict.timer, verdict.deadline - kPatience};
  }
}

void Replay::conclude(Follow& flow) {
  ReplayedFlow& report = flow.report;
  report.keepalive = flow.keepalives.found();
  report.broken = flow.silences.broken();
  if (report.broken && looked_up_ < kMostLookedUp) {
    ++looked_up_;
    name_likely_boxes(*report.broken, report.protocol);
  }
  if (report.fate != ReplayedFlow::Fate::Lives) return;
  // A RST by which a box says that it has forgotten ends nothing in order.
  const bool forgotten = report.first_forgotten_at && report.taken_up == 0;
  if (flow.ended() && !forgotten) {
    report.fate = ReplayedFlow::Fate::Ended;
    return;
  }
  for (std::size_t i = 0; i < boxes_.size(); ++i) {
    const Follow::AtBox& its = flow.boxes[i];
    if (its.live || !its.end || its.end->event == FlowEvent::Closed) continue;
    report.fate = ReplayedFlow::Fate::Forgotten;
    report.death = death_by(flow, i);
    return;
  }
}

ReplayResult Replay::finish() {
  expire();
  for (const auto& flow : flows_) {
    conclude(*flow);
    count_from(flow->report, *begun_);
    result_.flows.push_back(std::move(flow->report));
  }
  flows_.clear();
  present_.clear();
  return std::move(result_);
}

}  // namespace stayalive
