// SPDX-License-Identifier: Apache-2.0
#include "picture/ladder/ladder_items.h"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "document/brief.h"

namespace stayalive {
namespace {

// What would be missing without it.
constexpr int kPlain = 1;
constexpr int kUnusual = 2;
constexpr int kSaid = 3;
constexpr int kTurn = 4;
constexpr int kLearned = 5;

}  // namespace

LadderItems::LadderItems(const Scenario& scenario, std::size_t connection, const Journeys& journeys,
                         const RunReport& report, const std::vector<Ladder::Column>& columns,
                         const std::vector<IdleTimer>& timers, Wording wording)
    : scenario_(scenario),
      spec_(scenario.connections[connection]),
      journeys_(journeys),
      report_(report.connections[connection]),
      alternatives_(report.alternatives),
      columns_(columns),
      words_(columns, timers, wording) {
  for (const Journey& journey : journeys.journeys()) {
    longest_ = std::max(longest_, journey.stops.back().at - journey.stops.front().at);
  }
  add_scenario_events();
  add_way_changes();
  add_incidents(Incidents::Forgotten);
  add_journeys();
  add_gaps();
  add_incidents(Incidents::Others);
  sort();
  add_transitions();
  sort();
}

void LadderItems::sort() {
  std::stable_sort(items_.begin(), items_.end(),
                   [](const Item& a, const Item& b) { return a.place < b.place; });
}

std::size_t LadderItems::column_of(Role role) const {
  const bool outward = scenario_.hosts[spec_.client].side == Side::Internal;
  return (role == Role::Client) == outward ? 0 : columns_.size() - 1;
}

// Behind as many columns as there are boxes and bare ways up to it.
std::size_t LadderItems::column_of_hop(std::size_t hop) const {
  const auto boxes = static_cast<std::size_t>(std::count_if(
      scenario_.path.begin(), scenario_.path.begin() + static_cast<std::ptrdiff_t>(hop) + 1,
      [](const Hop& each) { return !std::holds_alternative<LinkConfig>(each); }));
  std::size_t bare = 0;
  for (const Ladder::Column& column : columns_) {
    if (column.kind != Ladder::Column::Kind::Way) continue;
    const AlternativesSpec& group = scenario_.alternatives[column.way->group];
    if (group.ways[column.way->way].first <= hop) ++bare;
  }
  return boxes + bare;
}

Ladder::Row LadderItems::row(std::size_t i) const {
  if (!items_[i].is_packet) return events_[items_[i].source].row;
  const Journey& journey = journeys_.journeys()[items_[i].source];
  Ladder::Row row;
  row.at = journey.stops.front().at;
  row.until = journey.stops.back().at;
  row.from = journey.stops.front().station;
  row.to = journey.stops.back().station;
  for (std::size_t n = 1; n < journey.stops.size(); ++n) {
    const auto [low, high] = std::minmax(journey.stops[n - 1].station, journey.stops[n].station);
    for (std::size_t between = low + 1; between < high; ++between) row.passed_by.push_back(between);
  }
  row.delivery = journey.delivery;
  row.outward = journey.towards == Side::External;
  row.label = LadderWords::label(journey);
  words_.describe(journey, row);
  return row;
}

std::vector<Moment> LadderItems::moments(std::size_t i) const {
  const Item& item = items_[i];
  std::vector<Moment> moments(columns_.size(), Moment::before(item.place.at));
  if (item.is_packet) {
    for (const Journey::Stop& stop : journeys_.journeys()[item.source].stops) {
      moments[stop.station] = stop.moment();
    }
  } else if (const Event& event = events_[item.source]; event.shows) {
    moments[event.row.from] = *event.shows;
  }
  return moments;
}

// The first journey that may have been under way at an instant.
std::size_t LadderItems::first_under_way(TimePoint at) const {
  const std::vector<Journey>& all = journeys_.journeys();
  const auto first = std::lower_bound(
      all.begin(), all.end(), at - longest_,
      [](const Journey& journey, TimePoint when) { return journey.stops.front().at < when; });
  return static_cast<std::size_t>(first - all.begin());
}

// Of what ends at a station or on the line between two: before the packets that found it so, but
// after those that came there before.
Moment LadderItems::place_of_end(TimePoint at, std::size_t from, std::size_t to) const {
  const std::vector<Journey>& all = journeys_.journeys();
  const Journey* found_by = nullptr;
  for (std::size_t i = first_under_way(at); i < all.size() && all[i].stops.front().at < at; ++i) {
    const std::size_t column = all[i].towards == Side::External ? from : to;
    const auto stop =
        std::find_if(all[i].stops.begin(), all[i].stops.end(),
                     [&](const Journey::Stop& each) { return each.station == column; });
    if (stop == all[i].stops.end()) continue;
    if (stop->at < at) {
      found_by = nullptr;
    } else if (found_by == nullptr) {
      found_by = &all[i];
    }
  }
  return found_by == nullptr ? Moment::before(at) : found_by->stops.front().moment();
}

// Of what a side learns: after the packet that told it, before what it then sends.
Moment LadderItems::place_of_learning(TimePoint at, std::size_t column) const {
  const std::vector<Journey>& all = journeys_.journeys();
  std::optional<std::uint32_t> told_by;
  std::optional<std::uint32_t> sends;
  for (std::size_t i = first_under_way(at); i < all.size() && all[i].stops.front().at <= at; ++i) {
    const Journey::Stop& last = all[i].stops.back();
    if (last.station != column || last.at != at || all[i].stops.size() < 2) continue;
    told_by = std::min(told_by.value_or(last.order), last.order);
  }
  if (!told_by) return Moment::before(at);
  for (std::size_t i = first_under_way(at); i < all.size() && all[i].stops.front().at <= at; ++i) {
    const Journey::Stop& first = all[i].stops.front();
    if (first.station != column || first.at != at || first.order < *told_by) continue;
    sends = std::min(sends.value_or(first.order), first.order);
  }
  return {at, sends ? *sends - 1 : Moment::after(at).order};
}

void LadderItems::add_journeys() {
  const std::vector<Journey>& journeys = journeys_.journeys();
  items_.reserve(items_.size() + journeys.size());
  for (std::size_t i = 0; i < journeys.size(); ++i) {
    const Journey& journey = journeys[i];
    const bool plain = words_.tone(journey) == Ladder::Tone::Plain;
    const Journey::Stop& first = journey.stops.front();
    items_.push_back({first.moment(), first.at, shapes_.number_of(words_.shape(journey)), true, i,
                      plain ? kPlain : kUnusual});
  }
}

std::size_t LadderItems::rows(std::size_t begin, std::size_t end) const {
  std::size_t all = 0;
  for (std::size_t i = begin; i < end; ++i) all += items_[i].rows;
  return all;
}

// Just before the packet that follows them.  None looks like another.
void LadderItems::add_gaps() {
  for (const JourneyGap& gap : journeys_.gaps()) {
    Moment place = journeys_.journeys()[gap.before].stops.front().moment();
    if (place.order > 0) --place.order;
    Ladder::Row row = event_row(gap.from.at, 0, 0, "", Ladder::Tone::Plain);
    row.kind = Ladder::Row::Kind::Omitted;
    row.until = place.at;
    row.note = fmt::format(
        "{} packets are left out; {}", gap.packets,
        gap.stopped == 0 ? "all arrived" : fmt::format("{} did not arrive", gap.stopped));
    items_.push_back({place, row.at, shapes_.number_of(fmt::format("gap {}", gap.before)), false,
                      events_.size(), kTurn, gap.packets});
    events_.push_back({std::move(row)});
  }
}

Ladder::Row LadderItems::event_row(TimePoint at, std::size_t from, std::size_t to,
                                   const std::string& text, Ladder::Tone tone) const {
  Ladder::Row row;
  row.kind = Ladder::Row::Kind::Event;
  row.at = row.until = at;
  row.from = from;
  row.to = to;
  row.note = text;
  row.tone = tone;
  return row;
}

void LadderItems::add_event(Event event, Moment place, int weight) {
  const std::string shape = fmt::format("{} {}", event.row.from, without_numbers(event.row.note));
  items_.push_back({place, event.row.at, shapes_.number_of(shape), false, events_.size(), weight});
  events_.push_back(std::move(event));
}

// A box forgets by itself, when its time has come or the scenario tells it to; or a packet says
// that the connection is over.
void LadderItems::add_incidents(Incidents which) {
  for (const Incident& incident : journeys_.incidents()) {
    const bool forgotten = incident.timer && incident.timer->kind != TimerChange::Kind::Closed;
    if (forgotten != (which == Incidents::Forgotten)) continue;
    const auto kind = columns_[incident.station].kind;
    // A box says nothing else than what became of its flows, a proxy says that itself.
    if (incident.timer.has_value() != (kind == Ladder::Column::Kind::Box)) continue;
    Event event{event_row(incident.at, incident.station, incident.station, "", Ladder::Tone::Plain),
                incident.timer ? incident.moment() : Moment::after(incident.at)};
    words_.describe(incident, event.row);
    const int weight = event.row.tone == Ladder::Tone::Bad ? kTurn
                       : incident.timer                    ? kPlain
                                                           : kSaid;
    Moment place = incident.moment();
    if (forgotten) place = place_of_end(incident.at, incident.station, incident.station);
    // A program says why it closes when its host has sent the FIN already.
    if (kind == Ladder::Column::Kind::Host)
      place = std::min(place, place_of_learning(incident.at, incident.station));
    add_event(std::move(event), place, weight);
  }
}

// It begins, and is over where that comes in the time of the run.
void LadderItems::add_span(const EventSpec& event, std::size_t from, std::size_t to,
                           const std::string& text, const std::string& afterwards) {
  add_event({event_row(event.at, from, to, text, Ladder::Tone::Warn)},
            place_of_end(event.at, from, to), kTurn);
  const TimePoint over = later(event.at, event.span);
  if (!afterwards.empty() && over <= later(kStart, scenario_.duration))
    add_event({event_row(over, from, to, afterwards, Ladder::Tone::Good)},
              place_of_end(over, from, to), kTurn);
}

void LadderItems::add_cut(const EventSpec& event, const std::string& span) {
  const std::string& line = std::get<LinkConfig>(scenario_.path[event.target]).name;
  const std::size_t column = column_of_hop(event.target);
  add_span(event, column, column + 1, line + " is cut" + span, line + " is whole again");
}

// At the first column of the way that is taken.
void LadderItems::add_way_changes() {
  for (std::size_t group = 0; group < alternatives_.size(); ++group) {
    for (const WayChangeReport& change : alternatives_[group].changes) {
      const auto column =
          std::find_if(columns_.begin(), columns_.end(), [&](const Ladder::Column& each) {
            return each.way && each.way->group == group &&
                   scenario_.alternatives[group].ways[each.way->way].name == change.to;
          });
      if (column == columns_.end()) continue;
      const auto at = static_cast<std::size_t>(column - columns_.begin());
      const Ladder::Tone tone = change.back ? Ladder::Tone::Good : Ladder::Tone::Warn;
      std::string text = fmt::format("{} takes {}", alternatives_[group].name, change.to);
      if (change.took()) text += fmt::format(", {} after", brief(*change.took()));
      if (change.false_alarm()) text += ": false alarm";
      if (change.end == Side::External) text += " (outer end)";
      add_event({event_row(change.at, at, at, text, tone)}, place_of_end(change.at, at, at), kTurn);
    }
  }
}

void LadderItems::add_host_event(const EventSpec& event, Role role, const std::string& span) {
  if (event.target != (role == Role::Client ? spec_.client : spec_.server)) return;
  const std::size_t column = column_of(role);
  const std::string& host = columns_[column].name;
  switch (event.kind) {
    case EventKind::Crash:
      return add_span(event, column, column, host + " crashes", "");
    case EventKind::Reboot:
      return add_span(event, column, column, host + " reboots, away" + span, host + " is back");
    case EventKind::Suspend:
      return add_span(event, column, column, host + " sleeps" + span, host + " wakes up");
    case EventKind::ChangeAddress:
      return add_span(event, column, column, host + " gets another address", "");
    case EventKind::Replace:
      return add_span(event, column, column, "another instance is " + host, "");
    default:
      return;
  }
}

void LadderItems::add_take_over(const EventSpec& event, const std::string& span) {
  const std::size_t column = column_of_hop(event.target);
  const std::string& box = columns_[column].name;
  const std::string table = event.keeps_entries ? "with its table" : "without its table";
  if (event.span == Duration::zero())
    return add_span(event, column, column, fmt::format("standby of {} {}", box, table), "");
  add_span(event, column, column, fmt::format("{} away{}", box, span),
           fmt::format("its standby, {}", table));
}

void LadderItems::add_scenario_events() {
  for (const EventSpec& event : scenario_.events) {
    const std::string span = event.span == kForever ? " for good" : " for " + brief(event.span);
    if (event.kind == EventKind::Cut) {
      add_cut(event, span);
    } else if (event.kind == EventKind::RebootBox) {
      const std::size_t column = column_of_hop(event.target);
      const std::string& box = columns_[column].name;
      add_span(event, column, column, box + " reboots, away" + span, box + " is back");
    } else if (event.kind == EventKind::Hang) {
      if (scenario_.connections[event.target].name != spec_.name) continue;
      const std::size_t column = column_of(event.role);
      add_span(event, column, column, "its program hangs" + span, "its program goes on");
    } else if (event.kind == EventKind::TakeOver) {
      add_take_over(event, span);
    } else if (event.kind == EventKind::ChangeOutside) {
      const std::size_t column = column_of_hop(event.target);
      const std::string& box = columns_[column].name;
      add_span(event, column, column,
               box + " gets another address" + (event.keeps_entries ? ", entries stay" : ""), "");
    } else {
      for (const Role role : {Role::Client, Role::Server}) add_host_event(event, role, span);
    }
  }
}

// Whether one of the first `known` items, which are in order, tells what a side learns at an
// instant.
bool LadderItems::mark_said(TimePoint at, std::size_t column, bool bad, std::size_t known) {
  const auto end = items_.begin() + static_cast<std::ptrdiff_t>(known);
  bool said = false;
  auto item = std::lower_bound(items_.begin(), end, at, [](const Item& each, TimePoint when) {
    return each.place.at < when;
  });
  for (; item != end && item->place.at == at; ++item) {
    if (item->is_packet) continue;
    Ladder::Row& row = events_[item->source].row;
    if (row.kind != Ladder::Row::Kind::Event) continue;
    if (row.from != column || row.to != column || row.tone == Ladder::Tone::Warn ||
        row.tone == Ladder::Tone::Good)
      continue;
    if (bad) row.tone = Ladder::Tone::Bad;
    item->weight = kLearned;
    said = true;
  }
  return said;
}

// What a side learned and nobody has said yet.
void LadderItems::add_transitions() {
  const std::size_t known = items_.size();
  for (const Role role : {Role::Client, Role::Server}) {
    const std::size_t column = column_of(role);
    for (const Transition& transition : report_.sides[index(role)].timeline) {
      const Outcome outcome = transition.outcome;
      if (outcome == Outcome::Alive || outcome == Outcome::Forgotten) continue;
      if (outcome == Outcome::Remapped) continue;
      const bool bad = outcome != Outcome::Closed;
      if (mark_said(transition.at, column, bad, known)) continue;
      const std::string said =
          transition.said.empty() ? std::string(name(outcome)) : transition.said;
      const Ladder::Tone tone = bad ? Ladder::Tone::Bad : Ladder::Tone::Plain;
      const std::string text = fmt::format("{}: {}", columns_[column].name, said);
      add_event({event_row(transition.at, column, column, text, tone)},
                place_of_learning(transition.at, column), kLearned);
    }
  }
}

}  // namespace stayalive
