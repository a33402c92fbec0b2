// SPDX-License-Identifier: Apache-2.0
#include "report/run/session_tree.h"

#include "report/run/blame_tree.h"

namespace stayalive {
namespace {

Value outcome_value(const std::optional<Outcome>& outcome) {
  return outcome ? Value(name(*outcome)) : Value();
}

Tree place_tree(const PlaceReport& place) {
  const PlaceFigures& figures = place.figures;
  const bool ended = figures.ended_by != SocketEnd::None;
  return Tree::record({{"name", place.name},
                       {"opened", figures.opened},
                       {"opened_at", figures.opened > 0 ? Value(figures.opened_at) : Value()},
                       {"requests", figures.carried},
                       {"answered", figures.answered},
                       {"failed", figures.failed},
                       {"repeated", figures.repeated},
                       {"checks", figures.checks},
                       {"open", figures.open},
                       {"closed_by", ended ? Value(name(figures.ended_by)) : Value()},
                       {"closed_at", ended ? Value(figures.ended_at) : Value()},
                       {"message", text_or_nothing(figures.said)},
                       {"client", outcome_value(place.outcomes[index(Role::Client)])},
                       {"server", outcome_value(place.outcomes[index(Role::Server)])},
                       {"losses", place.losses},
                       {"forgotten_at", place.forgotten_at},
                       {"blame", blame_tree(place.blame)}});
}

}  // namespace

Tree page_tree(const SessionReport& session) {
  if (!session.page) return nullptr;
  const PageFigures& pages = session.figures.pages;
  const auto some = [&](Duration span) { return pages.loaded > 0 ? Value(span) : Value(); };
  return Tree::record({{"begun", pages.begun},
                       {"loaded", pages.loaded},
                       {"failed", pages.failed},
                       {"missed", pages.missed},
                       {"first_load", some(pages.first_load)},
                       {"longest_load", some(pages.longest_load)},
                       {"mean_load", some(session.mean_load())}});
}

Tree session_tree(const SessionReport& session) {
  Tree places = Tree::list();
  for (const PlaceReport& place : session.places) places.add(place_tree(place));
  Tree tree = Tree::record({{"pool", text_or_nothing(session.product)},
                            {"opened", session.sums.opened},
                            {"refused", session.figures.refused},
                            {"open", session.open},
                            {"most_open", session.figures.most_open},
                            {"requests", session.sums.carried},
                            {"answered", session.sums.answered},
                            {"failed", session.sums.failed},
                            {"failed_waiting", session.figures.failed_waiting},
                            {"repeated", session.sums.repeated},
                            {"checks", session.sums.checks},
                            {"checks_failed", session.figures.checks_failed},
                            {"waited", session.figures.waited},
                            {"longest_wait", session.figures.longest_wait},
                            {"reused", session.reused()},
                            {"round_trips", session.round_trips()},
                            {"page", page_tree(session)}});
  tree.set("places", std::move(places));
  return tree;
}

}  // namespace stayalive
