// SPDX-License-Identifier: Apache-2.0
#include "picture/journeys.h"

#include <algorithm>

namespace stayalive {
namespace {

// Boxes rewrite addresses and ports and leave the rest alone; an ICMP error is rewritten inside.
bool same(const Packet& a, const Packet& b) {
  if (a.protocol != b.protocol || a.notes.kind != b.notes.kind) return false;
  if (a.protocol == Protocol::Icmp) return true;
  return a.sequence == b.sequence && a.acknowledgment == b.acknowledgment && a.flags == b.flags &&
         a.payload == b.payload && a.content == b.content;
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
