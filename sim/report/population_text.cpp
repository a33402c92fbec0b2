// SPDX-License-Identifier: Apache-2.0
#include "report/population_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "document/brief.h"
#include "report/story.h"

namespace stayalive {
namespace {

std::uint64_t count_of(const PopulationReport& population, Outcome outcome) {
  return population.outcomes[static_cast<std::size_t>(outcome)];
}

Table::Cell good(std::uint64_t count, const Style& style) {
  const std::string text = std::to_string(count);
  return {text, count == 0 ? "" : style.good(text)};
}

Table::Cell bad(std::uint64_t count, const Style& style) {
  const std::string text = std::to_string(count);
  return {text, count == 0 ? "" : style.bad(text)};
}

std::string delivered(const MessageCounters& messages) {
  if (messages.sent + messages.unsent == 0) return "-";
  std::string text = fmt::format("{}/{}", messages.delivered, messages.sent);
  if (messages.unsent > 0) text += fmt::format(" +{} unsent", messages.unsent);
  return text;
}

std::string first_deaths(const PopulationReport& population) {
  if (!population.first_deaths) return "-";
  const auto& at = *population.first_deaths;
  const auto text = [](TimePoint when) { return brief(when.time_since_epoch()); };
  return fmt::format("{} .. {} .. {}", text(at[0]), text(at[2]), text(at[4]));
}

std::string cause_sentence(const PopulationReport::Cause& cause) {
  if (cause.blame.kind == FaultKind::Drop) {
    return fmt::format("{} never let {} of them begin: {}", cause.blame.who, cause.members,
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

std::vector<std::string> end_sentences(const PopulationReport& population) {
  std::vector<std::string> sentences;
  if (!population.ends) return sentences;
  for (const Role role : {Role::Client, Role::Server}) {
    std::string text =
        end_sentence((*population.ends)[index(role)], role == Role::Client ? "clients" : "server");
    if (!text.empty()) sentences.push_back(std::move(text));
  }
  return sentences;
}

// They have a column only where any member has come to them.
std::vector<Outcome> noticed_outcomes(const RunReport& report) {
  std::vector<Outcome> found;
  for (const Outcome outcome : {Outcome::Detected, Outcome::Reset, Outcome::Closed}) {
    const bool any = std::ranges::any_of(report.connections, [&](const auto& connection) {
      return connection.population && count_of(*connection.population, outcome) > 0;
    });
    if (any) found.push_back(outcome);
  }
  return found;
}

std::string upper(std::string_view word) {
  std::string text(word);
  for (char& c : text) c = static_cast<char>(c - 'a' + 'A');
  return text;
}

}  // namespace

void write_populations(std::ostream& out, const RunReport& report, const Style& style) {
  const std::vector<Outcome> noticed = noticed_outcomes(report);
  std::vector<std::string> titles{"POPULATION", "BEGAN",     "LEFT",   "ALIVE",
                                  "REMAPPED",   "FORGOTTEN", "REFUSED"};
  for (const Outcome outcome : noticed) titles.push_back(upper(name(outcome)));
  for (const char* title : {"EVER FORGOTTEN", "FIRST TIME", "BLACKHOLE", "KEEPALIVES", "DELIVERED"})
    titles.emplace_back(title);
  Table table(titles);
  bool any = false;
  for (const ConnectionReport& connection : report.connections) {
    if (!connection.population) continue;
    any = true;
    const PopulationReport& population = *connection.population;
    const std::array<SideReport, 2>& sides = connection.sides;
    const std::string messages = delivered(population.messages[index(Role::Client)]);
    const std::string pushes = delivered(population.messages[index(Role::Server)]);
    const bool silent = messages == "-" && pushes == "-";
    std::vector<Table::Cell> cells{{connection.name, ""},
                                   {fmt::format("{}/{}", population.started, population.count), ""},
                                   {std::to_string(population.left), ""},
                                   good(count_of(population, Outcome::Alive), style),
                                   {std::to_string(count_of(population, Outcome::Remapped)), ""},
                                   bad(count_of(population, Outcome::Forgotten), style),
                                   bad(count_of(population, Outcome::Refused), style)};
    for (const Outcome outcome : noticed)
      cells.push_back(bad(count_of(population, outcome), style));
    for (const std::string& text :
         {std::to_string(population.ever_forgotten), first_deaths(population),
          fmt::format("{} (most {})", brief(population.blackhole_mean),
                      brief(population.blackhole_most)),
          fmt::format("{}+{}", sides[0].counters.keepalives, sides[1].counters.keepalives),
          silent ? "-" : messages + " | " + pushes}) {
      cells.push_back({text, ""});
    }
    table.add(std::move(cells));
  }
  if (!any) return;
  table.print(out, style);
  out << '\n';
  for (const ConnectionReport& connection : report.connections) {
    if (!connection.population) continue;
    for (const PopulationReport::Cause& cause : connection.population->causes)
      out << fmt::format("  {}: {}\n", connection.name, cause_sentence(cause));
    for (const std::string& sentence : end_sentences(*connection.population))
      out << fmt::format("  {}: {}\n", connection.name, sentence);
  }
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
  for (const PopulationReport::Cause& cause : population.causes)
    story.push_back(cause_sentence(cause) + ".");
  for (const std::string& sentence : end_sentences(population)) story.push_back(sentence + ".");
  return story;
}

}  // namespace stayalive
