// SPDX-License-Identifier: Apache-2.0
#include "picture/journeys.h"

#include <algorithm>
#include <set>
#include <utility>

namespace stayalive {
namespace {

// Boxes rewrite addresses and ports and leave the rest alone; an ICMP error is rewritten inside.
bool same(const Packet& a, const Packet& b) {
  if (a.protocol != b.protocol || a.notes.kind != b.notes.kind) return false;
  if (a.protocol == Protocol::Icmp) return true;
  return a.sequence == b.sequence && a.acknowledgment == b.acknowledgment && a.flags == b.flags &&
         a.payload == b.payload && a.content == b.content;
}

// Of a story that is too long: so much of it is kept at its beginning and at its end, and so many
// packets on each side of what is worth it.
constexpr std::size_t kKeptAtBeginning = 4'000;
constexpr std::size_t kKeptAtEnd = 8'000;
constexpr std::size_t kKeptAround = 160;
// Of the messages of each stream: a retransmission may still ask what the last of them were for.
constexpr std::uint32_t kKeptMessages = 4'096;

bool is_turn(const std::optional<TimerChange>& timer) {
  return timer && timer->kind != TimerChange::Kind::Extended &&
         timer->kind != TimerChange::Kind::Unchanged;
}

bool is_turn(const Journey& journey) {
  return std::ranges::any_of(journey.stops,
                             [](const Journey::Stop& stop) { return is_turn(stop.timer); });
}

// Whether a moment lies in one of the gaps, for moments that do not decrease; `gap` is where the
// last one was looked for.
bool in_gap(const std::vector<JourneyGap>& gaps, const std::vector<Journey>& journeys,
            std::size_t& gap, Moment when) {
  const auto until = [&](std::size_t n) { return journeys[gaps[n].before].stops.front().moment(); };
  while (gap < gaps.size() && until(gap) <= when) ++gap;
  return gap < gaps.size() && gaps[gap].from <= when;
}

}  // namespace

std::size_t Journeys::held_bytes() const {
  constexpr std::size_t kNode = 96;  // of a map, with a word
  const std::size_t journey = sizeof(Journey) + stations_.size() * sizeof(Journey::Stop);
  return journeys_.size() * journey + incidents_.size() * (sizeof(Incident) + kNode) +
         timers_.size() * sizeof(TimerRecord) + purposes_.size() * kNode;
}

std::optional<std::size_t> Journeys::find_station(const std::string& name) const {
  const auto found = std::ranges::find(stations_, name, &StationOnPath::name);
  if (found == stations_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - stations_.begin());
}

void Journeys::record(const TraceRecord& record, const std::string& where) {
  if (record.packet.notes.connection != connection_) return;
  ++order_;
  if (where.empty()) {
    if (record.kind == TraceKind::Dropped) lose(record);
    return;
  }
  const std::optional<std::size_t> station = find_station(where);
  if (!station) return;
  switch (record.kind) {
    case TraceKind::Answered:
      note_answer(record, *station);
      return depart(record, *station);
    case TraceKind::Sent:
      return depart(record, *station);
    case TraceKind::Forwarded:
      (void)reach(record, *station);
      return;
    case TraceKind::Arrived:
    case TraceKind::Dropped: {
      Journey& journey = reach(record, *station);
      journey.delivery = record.kind == TraceKind::Arrived ? Journey::Delivery::Arrived
                                                           : Journey::Delivery::Dropped;
      journey.detail = record.detail;
      std::erase(under_way_, static_cast<std::size_t>(&journey - journeys_.data()));
      return;
    }
    case TraceKind::Event:
      incidents_.push_back({record.at, order_, *station, record.detail});
      return;
    case TraceKind::Timer:
      return change(record, *station);
    case TraceKind::Written:
      purposes_[record.packet.content] = record.detail;
      return;
  }
}

// Drops as little as it takes to have room for as many again.
void Journeys::thin() {
  for (const Kept kept : {Kept::Unusual, Kept::Turns, Kept::Nothing}) {
    const std::vector<bool> keep = worth_keeping(kept);
    const auto many = static_cast<std::size_t>(std::ranges::count(keep, true));
    if (many > kMostJourneys / 2 && kept != Kept::Nothing) continue;
    drop_journeys(keep);
    break;
  }
  drop_timers();
  drop_incidents();
  drop_purposes();
}

std::vector<bool> Journeys::worth_keeping(Kept kept) const {
  const std::size_t size = journeys_.size();
  std::vector<bool> keep(size);
  const auto keep_around = [&](std::size_t i) {
    const std::size_t end = std::min(size, i + kKeptAround);
    for (std::size_t n = i - std::min(i, kKeptAround); n < end; ++n) keep[n] = true;
  };
  for (std::size_t i = 0; i < size; ++i) {
    if (i < kKeptAtBeginning || i + kKeptAtEnd >= size) keep[i] = true;
    const bool stopped =
        kept == Kept::Unusual && journeys_[i].delivery != Journey::Delivery::Arrived;
    if (kept != Kept::Nothing && (stopped || is_turn(journeys_[i]))) keep_around(i);
  }
  for (const Incident& incident : incidents_) {
    if (kept == Kept::Nothing) break;
    const auto next = std::ranges::lower_bound(
        journeys_, incident.moment(), {},
        [](const Journey& journey) { return journey.stops.front().moment(); });
    keep_around(static_cast<std::size_t>(next - journeys_.begin()));
  }
  for (const std::size_t i : under_way_) keep[i] = true;
  for (const std::optional<std::size_t>& i : arrivals_) {
    if (i) keep[*i] = true;
  }
  keep[seen_] = true;
  return keep;
}

// The rest moves together; gaps that meet become one.
void Journeys::drop_journeys(const std::vector<bool>& keep) {
  std::vector<Journey> kept;
  std::vector<JourneyGap> gaps;
  std::vector<std::size_t> moved(journeys_.size());
  JourneyGap open;
  auto before = gaps_.begin();
  for (std::size_t i = 0; i < journeys_.size(); ++i) {
    if (before != gaps_.end() && before->before == i) {
      if (open.packets == 0) open.from = before->from;
      open.packets += before->packets;
      open.stopped += before->stopped;
      ++before;
    }
    Journey& journey = journeys_[i];
    if (!keep[i]) {
      if (open.packets == 0) open.from = journey.stops.front().moment();
      ++open.packets;
      if (journey.delivery != Journey::Delivery::Arrived) ++open.stopped;
      continue;
    }
    moved[i] = kept.size();
    if (open.packets > 0) {
      open.before = kept.size();
      gaps.push_back(std::exchange(open, {}));
    }
    kept.push_back(std::move(journey));
  }
  journeys_ = std::move(kept);
  gaps_ = std::move(gaps);
  for (std::size_t& i : under_way_) i = moved[i];
  for (std::optional<std::size_t>& i : arrivals_) {
    if (i) i = moved[*i];
  }
  seen_ = moved[seen_];
}

// Of each flow what was known when a gap ends stays, as if it had begun with that.  Nothing stays
// of one that began and ended within.
void Journeys::drop_timers() {
  using Flow = std::pair<std::size_t, FlowId>;
  const std::size_t outside = gaps_.size();
  std::vector<std::size_t> gap_of(timers_.size(), outside);
  std::vector<bool> keep(timers_.size(), true);
  std::map<Flow, std::size_t> began_in;
  std::size_t gap = 0;
  for (std::size_t i = 0; i < timers_.size(); ++i) {
    if (in_gap(gaps_, journeys_, gap, timers_[i].when)) gap_of[i] = gap;
    const Flow flow{timers_[i].station, timers_[i].change.flow};
    const std::size_t began = began_in.try_emplace(flow, gap_of[i]).first->second;
    if (!timers_[i].change.ended()) continue;
    if (gap_of[i] != outside && began == gap_of[i]) keep[i] = false;
    began_in.erase(flow);
  }
  std::set<Flow> known;  // of one gap, from its end on
  std::size_t at = outside;
  for (std::size_t i = timers_.size(); i-- > 0;) {
    if (gap_of[i] == outside) continue;
    if (std::exchange(at, gap_of[i]) != gap_of[i]) known.clear();
    TimerChange& change = timers_[i].change;
    if (!known.insert({timers_[i].station, change.flow}).second) keep[i] = false;
    if (keep[i] && !change.ended()) change.kind = TimerChange::Kind::Started;
  }
  std::size_t i = 0;
  std::erase_if(timers_, [&](const TimerRecord&) { return !keep[i++]; });
}

void Journeys::drop_incidents() {
  std::size_t gap = 0;
  std::erase_if(incidents_, [&](const Incident& incident) {
    return in_gap(gaps_, journeys_, gap, incident.moment());
  });
}

void Journeys::drop_purposes() {
  std::map<StreamId, std::uint32_t> newest;
  for (const auto& [content, purpose] : purposes_) newest[content.stream] = content.message;
  std::erase_if(purposes_, [&](const auto& each) {
    return each.first.message + kKeptMessages < newest[each.first.stream];
  });
}

// Whether a packet may come from one station to the other: past those of other ways.
bool Journeys::follows(std::size_t last, std::size_t next, bool outward) const {
  if (last == next || (last < next) != outward) return false;
  const std::size_t low = std::min(last, next);
  const std::size_t high = std::max(last, next);
  for (std::size_t between = low + 1; between < high; ++between) {
    const std::optional<WayPlace>& way = stations_[between].way;
    if (!way || way == stations_[low].way || way == stations_[high].way) return false;
  }
  return true;
}

void Journeys::depart(const TraceRecord& record, std::size_t station) {
  if (journeys_.size() == kMostJourneys) thin();
  Journey journey;
  journey.packet = record.packet;
  journey.towards = record.towards;
  journey.stops.reserve(stations_.size());
  journey.stops.push_back({station, record.at, order_});
  const auto purpose = purposes_.find(record.packet.content);
  if (record.packet.content.message != 0 && purpose != purposes_.end())
    journey.purpose = purpose->second;
  seen_ = journeys_.size();
  under_way_.push_back(seen_);
  journeys_.push_back(std::move(journey));
}

// The journey of a packet that is seen at a station: of all alike the one that left the station
// before it first.  One that no station has sent begins and ends here.
Journey& Journeys::reach(const TraceRecord& record, std::size_t station) {
  const bool outward = record.towards == Side::External;
  for (const std::size_t i : under_way_) {
    Journey& journey = journeys_[i];
    const std::size_t last = journey.stops.back().station;
    if (!follows(last, station, outward) || journey.towards != record.towards ||
        !same(journey.packet, record.packet))
      continue;
    journey.stops.push_back({station, record.at, order_});
    seen_ = i;
    arrivals_[station] = i;
    return journey;
  }
  depart(record, station);
  arrivals_[station] = seen_;
  return journeys_.back();
}

// A line loses a packet at the instant at which the station before it hands it over.
void Journeys::lose(const TraceRecord& record) {
  for (std::size_t n = under_way_.size(); n-- > 0;) {
    Journey& journey = journeys_[under_way_[n]];
    if (journey.stops.back().at != record.at || journey.towards != record.towards ||
        !same(journey.packet, record.packet))
      continue;
    journey.delivery = Journey::Delivery::Lost;
    journey.detail = record.detail;
    under_way_.erase(under_way_.begin() + static_cast<std::ptrdiff_t>(n));
    return;
  }
}

void Journeys::change(const TraceRecord& record, std::size_t station) {
  if (record.timer.ended()) return end_flow(record, station);
  timers_.push_back({{record.at, order_}, station, record.timer});
  // It is told after the packet that did it, and by a proxy after what it sends in reply.
  if (!arrivals_[station]) return;
  Journey::Stop& stop = journeys_[*arrivals_[station]].stops.back();
  if (stop.station != station || stop.at != record.at) return;
  stop.timer = record.timer;
  stop.order = order_;
}

// A box tells first that a packet opened a flow, and then that another had run out or had to make
// room for it: that one is put before it.
void Journeys::end_flow(const TraceRecord& record, std::size_t station) {
  Moment when{record.at, order_};
  auto place = timers_.end();
  if (!timers_.empty()) {
    TimerRecord& last = timers_.back();
    const bool opened = last.change.kind == TimerChange::Kind::Started ||
                        last.change.kind == TimerChange::Kind::PickedUp;
    if (opened && last.station == station && last.when.at == record.at &&
        last.change.flow != record.timer.flow) {
      std::swap(when, last.when);
      Journey::Stop* opener =
          arrivals_[station] ? &journeys_[*arrivals_[station]].stops.back() : nullptr;
      if (opener != nullptr && opener->moment() == when) opener->order = order_;
      --place;
    }
  }
  timers_.insert(place, {when, station, record.timer});
  incidents_.push_back({when.at, when.order, station, "", record.timer});
}

void Journeys::note_answer(const TraceRecord& record, std::size_t station) {
  if (seen_ >= journeys_.size()) return;
  Journey& refused = journeys_[seen_];
  const Journey::Stop& stop = refused.stops.back();
  if (refused.delivery != Journey::Delivery::Dropped || stop.station != station ||
      stop.at != record.at || refused.towards == record.towards)
    return;
  refused.answer = record.packet.notes.kind;
}

}  // namespace stayalive
