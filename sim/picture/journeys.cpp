// SPDX-License-Identifier: Apache-2.0
#include "picture/journeys.h"

#include <algorithm>

namespace stayalive {
namespace {

// Boxes rewrite addresses and ports and leave the rest alone; an ICMP error is rewritten inside.
bool same(const Packet& a, const Packet& b) {
  if (a.protocol != b.protocol || a.kind != b.kind) return false;
  if (a.protocol == Protocol::Icmp) return true;
  return a.sequence == b.sequence && a.acknowledgment == b.acknowledgment && a.flags == b.flags &&
         a.payload == b.payload && a.tag == b.tag;
}

}  // namespace

std::optional<std::size_t> Journeys::find_station(const std::string& name) const {
  const auto found = std::find(stations_.begin(), stations_.end(), name);
  if (found == stations_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - stations_.begin());
}

void Journeys::record(const TraceRecord& record, const std::string& where) {
  if (record.packet.connection != connection_) return;
  if (where.empty()) {
    if (record.kind == TraceKind::Dropped) lose(record);
    return;
  }
  const std::optional<std::size_t> station = find_station(where);
  if (!station) return;
  switch (record.kind) {
    case TraceKind::Sent:
    case TraceKind::Answered:
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
      incidents_.push_back({record.at, *station, record.detail});
      return;
    case TraceKind::Timer:
      return change(record, *station);
    case TraceKind::Written:
      purposes_[{*station, record.packet.tag}] = record.detail;
      return;
  }
}

void Journeys::depart(const TraceRecord& record, std::size_t station) {
  Journey journey;
  journey.packet = record.packet;
  journey.towards = record.towards;
  journey.stops.reserve(stations_.size());
  journey.stops.push_back({station, record.at});
  const std::size_t writer = record.towards == Side::External ? 0 : stations_.size() - 1;
  const auto purpose = purposes_.find({writer, record.packet.tag});
  if (record.packet.tag != 0 && purpose != purposes_.end()) journey.purpose = purpose->second;
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
    const bool next = outward ? last + 1 == station : last == station + 1;
    if (!next || journey.towards != record.towards || !same(journey.packet, record.packet))
      continue;
    journey.stops.push_back({station, record.at});
    seen_ = i;
    return journey;
  }
  depart(record, station);
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
  timers_.push_back({record.at, station, record.timer});
  if (record.timer.ended()) {
    incidents_.push_back({record.at, station, "", record.timer});
    return;
  }
  // It is told right after the packet that did it.
  if (seen_ >= journeys_.size()) return;
  Journey::Stop& stop = journeys_[seen_].stops.back();
  if (stop.station == station && stop.at == record.at) stop.timer = record.timer;
}

}  // namespace stayalive
