// SPDX-License-Identifier: Apache-2.0
#include "run/expectation.h"

#include <fmt/format.h>

#include <numeric>
#include <string>
#include <vector>

#include "base/text.h"
#include "run/held.h"

namespace stayalive {
namespace {

std::string sentence(const Scenario& scenario, const ExpectSpec& expect) {
  std::string text = scenario.connections[expect.connection].name;
  if (expect.side) text += fmt::format(" ({} side)", name(*expect.side));
  text +=
      expect.held ? std::string(" held throughout") : fmt::format(" is {}", name(*expect.outcome));
  if (expect.share) text += fmt::format(" (at least {})", print_ratio(*expect.share));
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
    text += connection.blame.who.empty() ? "; nobody to blame" : "; blame " + connection.blame.who;
  }
  return text;
}

// Of the members that have begun and not left, how many have come to what was expected, or to
// anything.
std::uint64_t members_at(const PopulationReport& population, std::optional<Outcome> outcome) {
  if (outcome) return population.outcomes[static_cast<std::size_t>(*outcome)];
  return std::accumulate(population.outcomes.begin(), population.outcomes.end(), std::uint64_t{0});
}

bool population_holds(const PopulationReport& population, const ExpectSpec& expect) {
  const std::uint64_t members =
      expect.held ? population.started : members_at(population, std::nullopt);
  const std::uint64_t right =
      expect.held ? population.started - population.fell : members_at(population, expect.outcome);
  const Ratio least = expect.share.value_or(Ratio{1, 1});
  return members > 0 && right * least.denominator >= members * least.numerator;
}

std::string population_found(const PopulationReport& population, const ExpectSpec& expect) {
  std::string text;
  if (expect.held) {
    text = fmt::format("{} of {} members held; ", population.started - population.fell,
                       population.started);
  }
  text += fmt::format("of {} members", members_at(population, std::nullopt));
  for (std::size_t i = 0; i < kOutcomeNames.size(); ++i) {
    if (population.outcomes[i] > 0)
      text += fmt::format(", {} {}", population.outcomes[i], kOutcomeNames[i]);
  }
  for (const PopulationReport::Cause& cause : population.causes)
    text += fmt::format("; {} by {}", cause.members, cause.blame.who);
  return text;
}

}  // namespace

ExpectationReport check_expectation(const Scenario& scenario, const ExpectSpec& expect,
                                    const ConnectionReport& connection) {
  ExpectationReport report;
  report.text = sentence(scenario, expect);
  report.pointer = expect.pointer;
  report.line = expect.line;
  report.column = expect.column;
  report.found = found(connection, expect);
  const SideReport& client = connection.sides[index(Role::Client)];
  const SideReport& server = connection.sides[index(Role::Server)];
  if (connection.population) {
    report.holds = population_holds(*connection.population, expect);
    report.found = population_found(*connection.population, expect);
  } else if (expect.held) {
    report.holds = held(connection);
  } else if (expect.side) {
    report.holds = side_holds(connection.sides[index(*expect.side)], expect);
  } else if (expect.outcome == Outcome::Alive || expect.outcome == Outcome::Remapped) {
    report.holds = side_holds(client, expect) && side_holds(server, expect);
  } else {
    report.holds = side_holds(client, expect) || side_holds(server, expect);
  }
  if (!expect.blame.empty() && connection.blame.who != expect.blame) report.holds = false;
  return report;
}

}  // namespace stayalive
