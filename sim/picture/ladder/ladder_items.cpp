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
                         const ConnectionReport& report, const std::vector<Ladder::Column>& columns,
                         const std::vector<IdleTimer>& timers)
    : scenario_(scenario),
      spec_(scenario.connections[connection]),
      journeys_(journeys),
      report_(report),
      columns_(columns),
      words_(columns, timers) {
  add_scenario_events();
  add_incidents(true);
  add_journeys();
  add_incidents(false);
  sort();
  add_transitions();
  sort();
}

void LadderItems::sort() {
  std::stable_sort(items_.begin(), items_.end(),
                   [](const Item& a, const Item& b) { return a.at < b.at; });
}

std::size_t LadderItems::column_of(Role role) const {
  const bool outward = scenario_.hosts[spec_.client].side == Side::Internal;
  return (role == Role::Client) == outward ? 0 : columns_.size() - 1;
}

std::size_t LadderItems::column_of_hop(std::size_t hop) const {
  return static_cast<std::size_t>(std::count_if(
      scenario_.path.begin(), scenario_.path.begin() + static_cast<std::ptrdiff_t>(hop) + 1,
      [](const Hop& each) { return !std::holds_alternative<LinkConfig>(each); }));
}

Ladder::Row LadderItems::row(std::size_t i) const {
  if (!items_[i].moves) return events_[items_[i].source];
  const Journey& journey = journeys_.journeys()[items_[i].source];
  Ladder::Row row;
  row.at = journey.stops.front().at;
  row.until = journey.stops.back().at;
  row.from = journey.stops.front().station;
  row.to = journey.stops.back().station;
  row.delivery = journey.delivery;
  row.outward = journey.towards == Side::External;
  row.label = LadderWords::label(journey);
  words_.describe(journey, row);
  return row;
}

void LadderItems::add_journeys() {
  const std::vector<Journey>& journeys = journeys_.journeys();
  items_.reserve(items_.size() + journeys.size());
  for (std::size_t i = 0; i < journeys.size(); ++i) {
    const Journey& journey = journeys[i];
    const bool plain = words_.tone(journey) == Ladder::Tone::Plain;
    items_.push_back({journey.stops.front().at, shapes_.number_of(words_.shape(journey)), true, i,
                      plain ? kPlain : kUnusual});
  }
}

void LadderItems::add_event(TimePoint at, std::size_t from, std::size_t to, const std::string& text,
                            Ladder::Tone tone, int weight) {
  Ladder::Row row;
  row.kind = Ladder::Row::Kind::Event;
  row.at = row.until = at;
  row.from = from;
  row.to = to;
  row.note = text;
  row.tone = tone;
  const std::string shape = fmt::format("{} {}", from, without_numbers(text));
  items_.push_back({at, shapes_.number_of(shape), false, events_.size(), weight});
  events_.push_back(std::move(row));
}

void LadderItems::add_incidents(bool by_timers) {
  for (const Incident& incident : journeys_.incidents()) {
    const bool by_timer = incident.timer && incident.timer->kind == TimerChange::Kind::Expired;
    if (by_timer != by_timers) continue;
    const auto kind = columns_[incident.station].kind;
    // A box says nothing else than what became of its flows, a proxy says that itself.
    if (incident.timer.has_value() != (kind == Ladder::Column::Kind::Box)) continue;
    Ladder::Row row;
    words_.describe(incident, row);
    const int weight = row.tone == Ladder::Tone::Bad ? kTurn : incident.timer ? kPlain : kSaid;
    add_event(incident.at, incident.station, incident.station, row.note, row.tone, weight);
  }
}

// It begins, and is over where that comes in the time of the run.
void LadderItems::add_span(const EventSpec& event, std::size_t from, std::size_t to,
                           const std::string& text, const std::string& afterwards) {
  add_event(event.at, from, to, text, Ladder::Tone::Warn, kTurn);
  const TimePoint over = later(event.at, event.span);
  if (!afterwards.empty() && over <= later(kStart, scenario_.duration))
    add_event(over, from, to, afterwards, Ladder::Tone::Good, kTurn);
}

void LadderItems::add_cut(const EventSpec& event, const std::string& span) {
  const std::string& line = std::get<LinkConfig>(scenario_.path[event.target]).name;
  const std::size_t column = column_of_hop(event.target);
  add_span(event, column, column + 1, line + " is cut" + span, line + " is whole again");
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
    default:
      return;
  }
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
    } else {
      for (const Role role : {Role::Client, Role::Server}) add_host_event(event, role, span);
    }
  }
}

// Whether one of the first `known` items, which are in order, tells what a side learns at an
// instant.
bool LadderItems::mark_said(TimePoint at, std::size_t column, bool bad, std::size_t known) {
  const auto end = items_.begin() + static_cast<std::ptrdiff_t>(known);
  bool told = false;
  auto item = std::lower_bound(items_.begin(), end, at,
                               [](const Item& each, TimePoint when) { return each.at < when; });
  for (; item != end && item->at == at; ++item) {
    if (item->moves) continue;
    Ladder::Row& row = events_[item->source];
    if (row.from != column || row.to != column || row.tone == Ladder::Tone::Warn ||
        row.tone == Ladder::Tone::Good)
      continue;
    if (bad) row.tone = Ladder::Tone::Bad;
    item->weight = kLearned;
    told = true;
  }
  return told;
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
      add_event(transition.at, column, column, fmt::format("{}: {}", columns_[column].name, said),
                bad ? Ladder::Tone::Bad : Ladder::Tone::Plain, kLearned);
    }
  }
}

}  // namespace stayalive
