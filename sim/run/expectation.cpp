// SPDX-License-Identifier: Apache-2.0
#include "run/expectation.h"

#include <fmt/format.h>

#include <numeric>
#include <string>
#include <vector>

#include "base/text.h"
#include "run/claim.h"
#include "run/held.h"
#include "run/rehearsal/rehearsal.h"

namespace stayalive {
namespace {

std::string verdict_text(const ExpectSpec& expect) {
  std::string text =
      expect.held ? std::string("held throughout") : fmt::format("is {}", name(*expect.outcome));
  if (expect.share) text += fmt::format(" ({})", limits_text(*expect.share));
  if (expect.at) text += " at " + print_duration(expect.at->time_since_epoch());
  if (expect.within) text += " within " + print_duration(*expect.within);
  if (!expect.blame.empty()) text += ", blame " + expect.blame;
  return text;
}

// Whether the side became `outcome` at an instant within the tolerance.
bool became(const SideReport& side, const ExpectSpec& expect) {
  for (const Transition& transition : side.timeline) {
    const Duration off =
        transition.at > *expect.at ? transition.at - *expect.at : *expect.at - transition.at;
    if (transition.outcome == expect.outcome && off <= *expect.within) return true;
  }
  return false;
}

bool side_holds(const SideReport& side, const ExpectSpec& expect) {
  if (expect.at && expect.within) return became(side, expect);
  const std::optional<Outcome> outcome = expect.at ? outcome_at(side, *expect.at) : side.outcome;
  return outcome == expect.outcome;
}

// Who is to blame for what was found instead.
Blame blame_for(const ConnectionReport& connection, const ExpectSpec& expect) {
  Blame whole = blame_for_loss(connection);
  if (!expect.side || connection.population) return whole;
  const Blame& of_side = connection.sides[index(*expect.side)].blame;
  return of_side.kind == FaultKind::None ? whole : of_side;
}

std::string found(const ConnectionReport& connection, const ExpectSpec& expect) {
  std::string text;
  for (const Role role : {Role::Client, Role::Server}) {
    if (expect.side && *expect.side != role) continue;
    const SideReport& side = connection.sides[index(role)];
    if (!text.empty()) text += "; ";
    text += std::string(name(role)) + ": ";
    if (side.timeline.empty()) text += "did not begin";
    constexpr std::size_t kShown = 6;
    for (std::size_t i = 0; i < side.timeline.size() && i < kShown; ++i) {
      const Transition& transition = side.timeline[i];
      text += fmt::format("{}{} at {}", i == 0 ? "" : ", ", name(transition.outcome),
                          print_duration(transition.at.time_since_epoch()));
    }
    if (side.timeline.size() > kShown)
      text += fmt::format(", and {} changes more", side.timeline.size() - kShown);
    if (side.unsent_at) {
      text += fmt::format(", {} of {} messages unsent, the first at {}", side.messages.unsent,
                          side.messages.sent + side.messages.unsent,
                          print_duration(side.unsent_at->time_since_epoch()));
    }
  }
  if (!expect.blame.empty()) {
    const std::string who = blame_for(connection, expect).who;
    text += who.empty() ? "; nobody to blame" : "; blame " + who;
  }
  return text;
}

// Of the members that have begun and not left, how many have come to what, at one end or at worst.
const PopulationReport::Outcomes& outcomes_of(const PopulationReport& population,
                                              const ExpectSpec& expect) {
  const bool of_an_end = expect.side && population.ends;
  return of_an_end ? (*population.ends)[index(*expect.side)].outcomes : population.outcomes;
}

bool population_holds(const PopulationReport& population, const ExpectSpec& expect) {
  const Limits all{Ratio{1, 1}, std::nullopt};
  const Limits share = expect.share.value_or(all);
  if (expect.held)
    return lies_within(share, population.started - population.fell, population.started);
  const PopulationReport::Outcomes& outcomes = outcomes_of(population, expect);
  return lies_within(share, outcomes[static_cast<std::size_t>(*expect.outcome)],
                     std::accumulate(outcomes.begin(), outcomes.end(), std::uint64_t{0}));
}

std::string population_found(const PopulationReport& population, const ExpectSpec& expect) {
  const PopulationReport::Outcomes& outcomes = outcomes_of(population, expect);
  std::string text;
  if (expect.held) {
    text = fmt::format("{} of {} members held; ", population.started - population.fell,
                       population.started);
  }
  text += fmt::format("of {} members",
                      std::accumulate(outcomes.begin(), outcomes.end(), std::uint64_t{0}));
  for (std::size_t i = 0; i < kOutcomeNames.size(); ++i) {
    if (outcomes[i] > 0) text += fmt::format(", {} {}", outcomes[i], kOutcomeNames[i]);
  }
  for (const PopulationReport::Cause& cause : population.causes)
    text += fmt::format("; {} by {}", cause.members, cause.blame.who);
  return text;
}

bool verdict_holds(const ConnectionReport& connection, const ExpectSpec& expect) {
  if (!expect.blame.empty() && blame_for(connection, expect).who != expect.blame) return false;
  if (connection.population) return population_holds(*connection.population, expect);
  if (expect.held) return held(connection);
  if (expect.side) return side_holds(connection.sides[index(*expect.side)], expect);
  const bool client = side_holds(connection.sides[index(Role::Client)], expect);
  const bool server = side_holds(connection.sides[index(Role::Server)], expect);
  const bool both = expect.outcome == Outcome::Alive || expect.outcome == Outcome::Remapped;
  return both ? client && server : client || server;
}

bool is_decided(const ExpectationReport& report, const ExpectSpec& expect,
                const ConnectionReport& connection, TimePoint end) {
  if (connection.population || !expect.claims.empty()) return false;
  if (expect.held) return !held(connection);
  if (!expect.at || later(*expect.at, expect.within.value_or(Duration::zero())) >= end)
    return false;
  // Who is to blame may show later.
  return expect.blame.empty() || report.holds;
}

// Adds one of the things that are expected.  What was found is told of those that fail, or of all
// when none does.
void add(ExpectationReport& report, bool holds, const std::string& found) {
  if (report.holds && !holds) report.found.clear();
  if (holds && !report.holds) return;
  report.holds = report.holds && holds;
  report.found += (report.found.empty() ? "" : "; ") + found;
}

}  // namespace

ExpectationReport check_expectation(const Scenario& scenario, const ExpectSpec& expect,
                                    const ConnectionReport& connection,
                                    const CheckOptions& options) {
  ExpectationReport report;
  report.pointer = expect.pointer;
  report.line = expect.line;
  report.column = expect.column;
  report.of_many = connection.population.has_value();
  report.text = scenario.connections[expect.connection].name;
  report.holds = true;
  if (expect.expects_outcome()) {
    if (expect.side) report.text += fmt::format(" ({} side)", name(*expect.side));
    report.text += " " + verdict_text(expect);
    add(report, verdict_holds(connection, expect),
        connection.population ? population_found(*connection.population, expect)
                              : found(connection, expect));
  }
  const TimePoint end = later(kStart, scenario.duration);
  bool first = !expect.expects_outcome();
  Rehearsal rehearsal(scenario, expect.connection, options);
  std::optional<Blame> blame;
  for (const Claim& claim : expect.claims) {
    const ClaimReport its =
        is_rehearsed(claim.metric) ? rehearsal.check(claim) : check_claim(claim, connection, end);
    if (!its.holds && !blame) blame = its.blame;
    report.text += (first ? ": " : ", ") + its.text;
    first = false;
    add(report, its.holds, its.found);
  }
  if (!report.holds) report.blame = blame_for(connection, expect);
  // What went wrong in a copy only is told as far as nothing did in the run itself.
  if (!report.holds && report.blame.kind == FaultKind::None && blame) report.blame = *blame;
  return report;
}

void leave_open_what_is(ExpectationReport& report, const ExpectSpec& expect,
                        const ConnectionReport& connection, TimePoint end) {
  if (is_decided(report, expect, connection, end)) return;
  report.decided = report.holds = false;
  report.blame = {};
}

}  // namespace stayalive
