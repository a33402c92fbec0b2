// SPDX-License-Identifier: Apache-2.0
#include "report/run/population.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "document/brief.h"
#include "picture/margin_text.h"
#include "picture/population_story.h"
#include "report/both_sides.h"
#include "report/early_end.h"

namespace stayalive {
namespace {

std::uint64_t count_of(const PopulationReport& population, Outcome outcome) {
  return population.outcomes[static_cast<std::size_t>(outcome)];
}

Cell counted_cell(std::uint64_t count, Tone tone) {
  return {count, count == 0 ? Tone::Plain : tone};
}

std::string delivered_to_members(const MessageCounters& messages) {
  if (messages.sent + messages.unsent == 0) return "-";
  std::string text = fmt::format("{}/{}", messages.delivered, messages.sent);
  if (messages.unsent > 0) text += fmt::format(" +{} unsent", messages.unsent);
  return text;
}

// What some members have come to gets a column for people only where any has.
struct OutcomeColumn {
  Outcome outcome;
  Tone tone;
  std::size_t rank;
  bool always;
};
constexpr OutcomeColumn kOutcomeColumns[] = {
    {Outcome::Alive, Tone::Good, 0, true},    {Outcome::Remapped, Tone::Plain, 4, true},
    {Outcome::Forgotten, Tone::Bad, 0, true}, {Outcome::Refused, Tone::Bad, 3, true},
    {Outcome::Detected, Tone::Bad, 2, false}, {Outcome::Reset, Tone::Bad, 2, false},
    {Outcome::Closed, Tone::Bad, 2, false},
};

std::string in_capitals(std::string_view word) {
  std::string text(word);
  for (char& c : text) c = static_cast<char>(c - 'a' + 'A');
  return text;
}

Column column_of(const OutcomeColumn& entry, const RunReport& report) {
  const bool any = std::ranges::any_of(report.connections, [&entry](const auto& connection) {
    return connection.population && count_of(*connection.population, entry.outcome) > 0;
  });
  const std::string word(name(entry.outcome));
  if (!entry.always && !any) return Column::for_programs(word, Unit::Count);
  return Column::of(in_capitals(word), word, Unit::Count).ranked(entry.rank);
}

Table populations_table(const RunReport& report) {
  std::vector<Column> columns{
      Column::for_programs("scenario"),
      Column::of("POPULATION", "population"),
      Column::for_people("BEGAN"),
      Column::for_programs("count", Unit::Count),
      Column::for_programs("began", Unit::Count),
      Column::of("LEFT", "left", Unit::Count).ranked(5),
  };
  for (const OutcomeColumn& entry : kOutcomeColumns) columns.push_back(column_of(entry, report));
  columns.push_back(Column::of("EVER FORGOTTEN", "ever_forgotten", Unit::Count).ranked(1));
  columns.push_back(Column::for_people("FIRST TIME").ranked(2));
  columns.push_back(Column::for_programs("first_forgotten_at", Unit::Instant));
  columns.push_back(Column::for_programs("deaths", Unit::Count));
  columns.push_back(Column::for_people("CLOSEST CALL").ranked(3));
  columns.push_back(Column::for_programs("closest_call", Unit::Span));
  columns.push_back(Column::for_people("BLACKHOLE").ranked(1));
  columns.push_back(Column::for_programs("blackhole_mean", Unit::Span));
  columns.push_back(Column::for_programs("blackhole_most", Unit::Span));
  columns.push_back(Column::for_people("KEEPALIVES").ranked(6));
  columns.push_back(Column::for_people("DELIVERED").ranked(3));
  columns.push_back(Column::for_programs("ended_early"));
  return Table(std::move(columns));
}

void add_population(Table& table, const RunReport& report, const ConnectionReport& connection) {
  const PopulationReport& population = *connection.population;
  const std::array<SideReport, 2>& sides = connection.sides;
  std::vector<Cell> cells{report.file,
                          connection.name,
                          fmt::format("{}/{}", population.started, population.count),
                          population.count,
                          population.started,
                          population.left};
  for (const OutcomeColumn& entry : kOutcomeColumns) {
    cells.push_back(counted_cell(count_of(population, entry.outcome), entry.tone));
  }
  cells.emplace_back(population.ever_forgotten);
  cells.emplace_back(first_deaths(population));
  cells.emplace_back(population.first_deaths ? Value(population.first_deaths->front()) : Value());
  cells.emplace_back(population.deaths);
  const ClosestCall* margin = margin_of(connection);
  cells.emplace_back(margin == nullptr ? "-" : brief_left(margin->left));
  cells.emplace_back(connection.closest_call ? Value(connection.closest_call->left) : Value());
  cells.emplace_back(fmt::format("{} (most {})", brief(population.blackhole_mean),
                                 brief(population.blackhole_most)));
  cells.emplace_back(population.blackhole_mean);
  cells.emplace_back(population.blackhole_most);
  cells.emplace_back(
      fmt::format("{}+{}", sides[0].counters.keepalives, sides[1].counters.keepalives));
  cells.emplace_back(both_sides(delivered_to_members(population.messages[index(Role::Client)]),
                                delivered_to_members(population.messages[index(Role::Server)])));
  cells.emplace_back(early_end_value(report.early_end));
  table.add(std::move(cells));
}

}  // namespace

void add_populations(std::vector<Block>& blocks, const RunReport& report) {
  Table table = populations_table(report);
  for (const ConnectionReport& connection : report.connections) {
    if (connection.population) add_population(table, report, connection);
  }
  if (table.empty()) return;
  blocks.push_back(std::move(table));
  blocks.push_back(Gap{});
  for (const ConnectionReport& connection : report.connections) {
    if (!connection.population) continue;
    for (const std::string& clause : causes_of(*connection.population)) {
      blocks.push_back(Item{{connection.name + ": " + clause}, 2, 4});
    }
  }
}

}  // namespace stayalive
