// SPDX-License-Identifier: Apache-2.0
#include "run/session_book.h"

#include <algorithm>
#include <map>
#include <utility>

namespace stayalive {
namespace {

// A place whose connection was closed in order is at rest: another is opened when it is needed.
bool rests(Outcome outcome) { return outcome == Outcome::Closed; }

// The worst that any place has come to; those at rest count only where all are.
std::optional<Outcome> worst_of(const std::vector<std::optional<Outcome>>& places) {
  std::optional<Outcome> worst;
  for (const std::optional<Outcome>& outcome : places) {
    if (!outcome) continue;
    if (!worst || rests(*worst)) {
      worst = outcome;
    } else if (!rests(*outcome)) {
      worst = worse(*worst, *outcome);
    }
  }
  return worst;
}

void add_place(SideReport& all, const SideReport& its) {
  const auto first = [](std::optional<TimePoint>& to, const std::optional<TimePoint>& at) {
    if (at && (!to || *at < *to)) to = at;
  };
  first(all.opened_at, its.opened_at);
  if (its.forgotten_at && (!all.forgotten_at || *its.forgotten_at < *all.forgotten_at))
    all.blame = its.blame;
  if (all.blame.kind == FaultKind::None) all.blame = its.blame;
  first(all.forgotten_at, its.forgotten_at);
  first(all.noticed_at, its.noticed_at);
  all.times_forgotten += its.times_forgotten;
  all.reconnects += its.reconnects;
  all.losses += its.losses;
  all.blackhole = std::max(all.blackhole, its.blackhole);
  all.counters += its.counters;
  all.counters.wakeups = all.counters.awake_us = all.counters.brief_awake_us =
      0;  // all have one radio, which is not counted
  all.messages += its.messages;
  if (its.close_give_up &&
      (!all.close_give_up || its.close_give_up->left < all.close_give_up->left))
    all.close_give_up = its.close_give_up;
}

// When all of them together became what.
std::vector<Transition> together(const std::vector<ConnectionReport>& places, Role role) {
  std::map<TimePoint, std::vector<std::pair<std::size_t, const Transition*>>> changes;
  for (std::size_t i = 0; i < places.size(); ++i) {
    for (const Transition& its : places[i].sides[index(role)].timeline)
      changes[its.at].emplace_back(i, &its);
  }
  std::vector<std::optional<Outcome>> now(places.size());
  std::vector<Transition> timeline;
  for (const auto& [at, all] : changes) {
    for (const auto& [place, change] : all) now[place] = change->outcome;
    const std::optional<Outcome> worst = worst_of(now);
    if (!worst || (!timeline.empty() && timeline.back().outcome == *worst)) continue;
    timeline.push_back({at, *worst, all.front().second->said});
  }
  return timeline;
}

PlaceReport place_report(const ConnectionReport& its, const PlaceFigures& figures) {
  PlaceReport place;
  place.name = its.name;
  place.figures = figures;
  for (const Role role : {Role::Client, Role::Server}) {
    const SideReport& side = its.sides[index(role)];
    place.outcomes[index(role)] = side.outcome;
    if (side.forgotten_at && (!place.forgotten_at || *side.forgotten_at < *place.forgotten_at))
      place.forgotten_at = side.forgotten_at;
  }
  place.losses = its.sides[index(Role::Client)].losses;
  place.blame = its.blame;
  return place;
}

}  // namespace

SessionBook::SessionBook(const Scenario& everybody, std::size_t connection, std::size_t first,
                         std::size_t count)
    : scenario_(everybody), connection_(connection), first_(first) {
  for (std::size_t i = 0; i < count; ++i) places_.emplace_back(everybody, first + i);
}

void SessionBook::happened(std::uint32_t place, Role role, const SideEvent& event) {
  places_[place].happened(place, role, event);
}

void SessionBook::became(std::uint32_t place, Role role, Outcome outcome, TimePoint at,
                         const SideEvent* event) {
  places_[place].became(place, role, outcome, at, event);
}

void SessionBook::concluded(std::uint32_t place, const ConnectionResult& result) {
  places_[place].concluded(place, result);
}

ConnectionReport SessionBook::report(const Session& session, const Ledger& ledger,
                                     TimePoint end) const {
  const ConnectionSpec& spec = scenario_.connections[connection_];
  ConnectionReport report;
  report.name = spec.name;
  report.strategy = spec.played_as();
  report.transport = name(spec.transport);
  SessionReport& all = report.session.emplace();
  all.product = spec.session->product;
  all.page = spec.session->page.has_value();
  all.figures = session.figures();
  std::vector<ConnectionReport> places;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const ConnectionId id{static_cast<std::uint32_t>(first_ + i)};
    ConnectionReport its = places_[i].report(ledger.record(id), end);
    for (const Role role : {Role::Client, Role::Server}) {
      its.sides[index(role)].close_give_up = ledger.closest_give_up(id, role);
      add_place(report.sides[index(role)], its.sides[index(role)]);
    }
    const PlaceFigures& figures = session.figures(i);
    all.sums += figures;
    all.open += figures.open ? 1 : 0;
    if (its.sides[index(Role::Client)].counters.packets_sent > 0)
      all.places.push_back(place_report(its, figures));
    places.push_back(std::move(its));
  }
  const MessageBooks& requests =
      ledger.record(ConnectionId{static_cast<std::uint32_t>(connection_)})
          .messages[index(Role::Client)];
  for (const Role role : {Role::Client, Role::Server}) {
    SideReport& side = report.sides[index(role)];
    side.host = places.front().sides[index(role)].host;
    side.timeline = together(places, role);
    if (!side.timeline.empty()) side.outcome = side.timeline.back().outcome;
  }
  SideReport& client = report.sides[index(Role::Client)];
  client.messages = requests.counters(end);
  client.unsent_at = requests.unsent_at();
  all.tls_round_trips = client.counters.tls_round_trips;
  const SideReport& server = report.sides[index(Role::Server)];
  const Outcome of_client = client.outcome.value_or(Outcome::Refused);
  report.outcome = server.outcome ? worse(of_client, *server.outcome) : of_client;
  report.blame = client.blame.kind != FaultKind::None ? client.blame : server.blame;
  return report;
}

}  // namespace stayalive
