// SPDX-License-Identifier: Apache-2.0
#include "picture/population_story.h"

#include <fmt/format.h>

#include <utility>

#include "document/brief.h"
#include "picture/blame_text.h"
#include "picture/margin_text.h"

namespace stayalive {
namespace {

std::string cause_sentence(const PopulationReport::Cause& cause) {
  if (cause.blame.kind == FaultKind::Drop || cause.blame.kind == FaultKind::Server) {
    return fmt::format("{} did not let {} of them begin: {}", cause.blame.who, cause.members,
                       cause.blame.reason);
  }
  if (cause.blame.kind == FaultKind::Peer) {
    return fmt::format("{} had given up {} of them, {} times in all", cause.blame.who,
                       cause.members, cause.deaths);
  }
  if (cause.blame.kind != FaultKind::Flow) {
    return fmt::format("{}: {} of them fell for the first time", short_blame(cause.blame),
                       cause.members);
  }
  if (cause.blame.event == FlowEvent::Closed) {
    return fmt::format(
        "{}: a FIN or RST that passed ended the flows of members {} times, {} of them for the "
        "first time",
        cause.blame.who, cause.deaths, cause.members);
  }
  return fmt::format("{}: it forgot members {} times, {} of them for the first time",
                     short_blame(cause.blame), cause.deaths, cause.members);
}

// What became of one end of all members; empty where none of them ended.
std::string end_sentence(const PopulationReport::End& end, const char* whose) {
  std::string errors;
  for (std::size_t i = 1; i < kSocketErrors; ++i) {
    if (end.errors[i] > 0)
      errors += fmt::format("{}{} {}", errors.empty() ? "" : ", ",
                            name(static_cast<SocketError>(i)), end.errors[i]);
  }
  if (errors.empty() && end.noticed == 0) return "";
  std::string text = fmt::format("{}: {} noticed that something was wrong", whose, end.noticed);
  if (!errors.empty()) text += fmt::format(" ({})", errors);
  if (end.delays) {
    const auto& after = *end.delays;
    text += fmt::format(", {} .. {} .. {} after they were forgotten", brief(after[0]),
                        brief(after[2]), brief(after[4]));
  }
  return text;
}

}  // namespace

std::string first_deaths(const PopulationReport& population) {
  if (!population.first_deaths) return "-";
  const auto& at = *population.first_deaths;
  const auto text = [](TimePoint when) { return brief(when.time_since_epoch()); };
  return fmt::format("{} .. {} .. {}", text(at[0]), text(at[2]), text(at[4]));
}

std::vector<std::string> causes_of(const PopulationReport& population) {
  std::vector<std::string> clauses;
  for (const PopulationReport::Cause& cause : population.causes)
    clauses.push_back(cause_sentence(cause));
  if (!population.ends) return clauses;
  for (const Role role : {Role::Client, Role::Server}) {
    std::string text =
        end_sentence((*population.ends)[index(role)], role == Role::Client ? "clients" : "server");
    if (!text.empty()) clauses.push_back(std::move(text));
  }
  return clauses;
}

std::vector<std::string> tell_population(const ConnectionReport& connection) {
  const PopulationReport& population = *connection.population;
  std::vector<std::string> story{fmt::format(
      "{} ({} over {}) stands for {}, of whom {} began and {} left; their clients sent {} "
      "keepalives and the server {}.",
      connection.name, connection.strategy, connection.transport, population.count,
      population.started, population.left, connection.sides[0].counters.keepalives,
      connection.sides[1].counters.keepalives)};
  std::string ends;
  for (std::size_t i = 0; i < kOutcomeNames.size(); ++i) {
    if (population.outcomes[i] > 0)
      ends += fmt::format("{}{} {}", ends.empty() ? "" : ", ", population.outcomes[i],
                          kOutcomeNames[i]);
  }
  if (!ends.empty()) story.push_back("At the end: " + ends + ".");
  if (population.ever_forgotten > 0) {
    story.push_back(fmt::format(
        "{} were forgotten at least once, {} times in all; for the first time {} (first .. median "
        ".. last).",
        population.ever_forgotten, population.deaths, first_deaths(population)));
  }
  for (const std::string& clause : causes_of(population)) story.push_back(clause + ".");
  const ClosestCall* margin = margin_of(connection);
  if (margin != nullptr) story.push_back(margin_sentence(*margin));
  return story;
}

}  // namespace stayalive
