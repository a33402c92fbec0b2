// SPDX-License-Identifier: Apache-2.0
#include "report/population_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "document/brief.h"
#include "picture/population_story.h"

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
    for (const std::string& clause : causes_of(*connection.population))
      out << fmt::format("  {}: {}\n", connection.name, clause);
  }
}

}  // namespace stayalive
