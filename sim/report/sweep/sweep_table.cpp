// SPDX-License-Identifier: Apache-2.0
#include "report/sweep/sweep_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

#include "document/brief.h"
#include "document/not_yet.h"
#include "picture/blame_text.h"
#include "picture/margin_text.h"
#include "report/both_sides.h"
#include "report/sweep/axis_unit.h"
#include "report/sweep/sweep_story.h"
#include "report/tenths.h"
#include "study/sweep/boundary.h"
#include "study/trials/confidence.h"

namespace stayalive {
namespace {

Cell point_held(const Tally& tally) {
  const bool all = tally.held == tally.runs;
  const std::string text = tally.runs > 1 ? fmt::format("{}/{}", tally.held, tally.runs)
                           : all          ? "yes"
                                          : "no";
  return {tally.held, text, all ? Tone::Good : mostly_held(tally) ? Tone::Warn : Tone::Bad};
}

// Of a single run nothing can be said.
std::string likely_text(const Tally& tally, const Interval& likely) {
  if (tally.runs <= 1) return "";
  return fmt::format("{}-{} %", std::lround(likely.low * 100), std::lround(likely.high * 100));
}

Value bound(const Tally& tally, double probability) {
  return tally.runs > 1 ? Value(probability) : Value();
}

// How to see a run that did not hold.
std::string seed_text(const Tally& tally) {
  const bool chance = tally.runs > 1 && tally.failed_seed;
  return chance ? fmt::format("--seed {}", *tally.failed_seed) : "";
}

// The most frequent outcome of a side, and how often where there were others, too.
std::string most_frequent_outcome(const Tally& tally, Role role) {
  const auto& counts = tally.outcomes[index(role)];
  const auto most = std::ranges::max_element(counts);
  if (*most == 0) return "-";
  const std::string text(kOutcomeNames[static_cast<std::size_t>(most - counts.begin())]);
  return *most == tally.runs ? text : fmt::format("{} {}x", text, *most);
}

std::string noticed_after_text(const Tally& tally, Role role) {
  const SpanStatistics& noticed = tally.noticed[index(role)];
  const std::uint64_t unaware = tally.unaware[index(role)];
  const std::string not_yet = not_by(later(kStart, tally.longest_run));
  if (noticed.count == 0) return unaware > 0 ? not_yet : "-";
  return brief(noticed.mean()) + (unaware > 0 ? fmt::format(" ({} {}x)", not_yet, unaware) : "");
}

// What the columns of a sweep and the lines across its rows depend on.
class SweepRows {
 public:
  explicit SweepRows(const Sweep& sweep) : sweep_(sweep) {
    for (const SweepPoint& point : sweep.points) {
      connections_ = std::max(connections_, point.connections.size());
      chance_ = chance_ || point.runs > 1;
      for (const Tally& tally : point.connections) {
        seeds_ = seeds_ || !seed_text(tally).empty();
        sessions_ = sessions_ || tally.session;
        servers_ = servers_ || tally.at_server;
        pages_ = pages_ || (tally.session && tally.session->page_load.count > 0);
      }
    }
    for (const Axis& axis : sweep.axes) units_.push_back(unit_of(axis));
    for (const Boundary& boundary : find_boundaries(sweep)) {
      const std::size_t first = std::min(boundary.holds, boundary.fails);
      if (std::max(boundary.holds, boundary.fails) != first + 1) continue;
      lines_[{boundary.connection, first}] = boundary_line(sweep, boundary);
    }
  }

  std::vector<Column> columns() const {
    std::vector<Column> columns;
    const std::vector<std::string> names = axis_names(sweep_);
    for (std::size_t i = 0; i < names.size(); ++i) {
      columns.push_back(Column::of(names[i], sweep_.axes[i].path));
    }
    // Columns for people only where they say something.
    const auto where = [](bool shown, const char* title, const char* key, std::size_t rank) {
      Column column = shown ? Column::of(title, key) : Column::for_programs(key);
      return std::move(column).ranked(rank);
    };
    columns.push_back(where(connections_ > 1, "CONNECTION", "connection", 0));
    columns.push_back(Column::for_programs("runs", Unit::Count));
    columns.push_back(Column::of("HELD", "held"));
    columns.push_back(Column::for_programs("held_low", Unit::Ratio));
    columns.push_back(Column::for_programs("held_high", Unit::Ratio));
    if (chance_) columns.push_back(Column::for_people("").ranked(1));
    if (sessions_) {
      columns.push_back(Column::for_people("ANSWERED"));
      columns.push_back(Column::for_programs("requests_asked", Unit::Count));
      columns.push_back(Column::for_programs("requests_answered", Unit::Count));
      columns.push_back(Column::for_programs("requests_failed", Unit::Count));
      columns.push_back(Column::of("OPENED", "connections_opened", Unit::Count));
      columns.push_back(pages_ ? Column::of("PAGE LOAD", "page_load", Unit::Span)
                               : Column::for_programs("page_load", Unit::Span));
    }
    if (servers_) {
      columns.push_back(Column::of("WAIT", "longest_accept_wait", Unit::Span));
      columns.push_back(Column::for_programs("accepted", Unit::Count));
      columns.push_back(Column::for_programs("waited", Unit::Count));
      columns.push_back(Column::of("KEPT OUT", "kept_out", Unit::Count));
      columns.push_back(Column::for_programs("turned_away", Unit::Count));
      columns.push_back(Column::for_programs("dropped_syns", Unit::Count));
      columns.push_back(Column::for_programs("most_served", Unit::Count));
      columns.push_back(Column::of("SERVED", "mean_served"));
    }
    columns.push_back(Column::for_people("OUTCOME").ranked(3));
    columns.push_back(Column::of("DIES AFTER", "died_after", Unit::Span).ranked(1));
    columns.push_back(Column::of("CLOSEST CALL", "closest_call", Unit::Span).ranked(1));
    columns.push_back(Column::of("BLACKHOLE", "blackhole", Unit::Span).ranked(4));
    for (const std::string side : {"client_", "server_"}) {
      for (const std::string_view outcome : kOutcomeNames) {
        columns.push_back(Column::for_programs(side + std::string(outcome), Unit::Count));
      }
      columns.push_back(Column::for_programs(side + "noticed_after", Unit::Span));
      columns.push_back(Column::for_programs(side + "unaware", Unit::Count));
    }
    columns.push_back(Column::for_people("NOTICED AFTER").ranked(2));
    columns.push_back(Column::of("KEEPALIVES/DAY", "keepalives_per_day", Unit::Count).ranked(6));
    columns.push_back(Column::for_programs("packets_per_day", Unit::Count));
    columns.push_back(Column::of("BYTES/DAY", "bytes_per_day", Unit::Bytes).ranked(5));
    columns.push_back(Column::for_programs("radio_wakeups_per_day", Unit::Count));
    columns.push_back(Column::of("AWAKE/DAY", "radio_awake_per_day", Unit::Span).ranked(7));
    columns.push_back(Column::of("BLAME", "blame").wrapping(24).below_if_narrower());
    columns.push_back(where(seeds_, "FAILS WITH", "failed_seed", 3));
    for (std::size_t i = 0; i < units_.size(); ++i) {
      if (units_[i] == AxisUnit::None) continue;
      columns.push_back(
          Column::for_programs(sweep_.axes[i].path + "_" + name(units_[i]), Unit::Number));
    }
    // Without rows people need no titles.
    if (sweep_.done() == 0) {
      for (Column& column : columns) column.for_people_too = false;
    }
    return columns;
  }

  void make(Audience audience, const Table::Visit& visit) const {
    const bool people = audience == Audience::People;
    const std::size_t points = sweep_.points.size();
    for (std::size_t i = 0; i < points * connections_; ++i) {
      const std::size_t point = people ? i % points : i / connections_;
      const std::size_t connection = people ? i / points : i % connections_;
      if (connection >= sweep_.points[point].connections.size()) continue;
      visit({row(point, sweep_.points[point].connections[connection])});
      const auto line = lines_.find({connection, point});
      if (line == lines_.end()) continue;
      visit({{}, Phrase(line->second, Tone::Strong)});
    }
  }

 private:
  static void add_session(std::vector<Cell>& cells, const SessionTally& its) {
    const bool all = its.answered == its.asked;
    cells.emplace_back(
        Cell(fmt::format("{}/{}", its.answered, its.asked), all ? Tone::Good : Tone::Bad));
    for (const std::uint64_t count : {its.asked, its.answered, its.failed, its.opened})
      cells.emplace_back(count);
    cells.emplace_back(its.page_load.count > 0 ? Value(its.page_load.most) : Value());
  }

  static void add_server(std::vector<Cell>& cells, const ServerTally& its) {
    const bool waited = its.longest_wait.count > 0;
    cells.emplace_back(waited ? Value(its.longest_wait.most) : Value(Duration::zero()));
    cells.emplace_back(its.accepted);
    cells.emplace_back(its.waited);
    cells.emplace_back(Cell(its.kept_out, its.kept_out == 0 ? Tone::Plain : Tone::Bad));
    for (const std::uint64_t count : {its.turned_away, its.dropped_syns, its.most_served})
      cells.emplace_back(count);
    cells.emplace_back(tenths(its.mean_served()), in_tenths(its.mean_served()));
  }

  std::vector<Cell> row(std::size_t point, const Tally& tally) const {
    std::vector<Cell> cells;
    const std::vector<std::size_t> place = sweep_.place(point);
    for (std::size_t i = 0; i < place.size(); ++i) {
      cells.emplace_back(label(sweep_.axes[i].values[place[i]]));
    }
    const Interval likely = confidence(tally.held, tally.runs);
    const bool died = tally.died.count > 0;
    cells.emplace_back(tally.name);
    cells.emplace_back(tally.runs);
    cells.push_back(point_held(tally));
    cells.emplace_back(bound(tally, likely.low));
    cells.emplace_back(bound(tally, likely.high));
    if (chance_) cells.emplace_back(likely_text(tally, likely));
    if (sessions_) add_session(cells, tally.session.value_or(SessionTally{}));
    if (servers_) add_server(cells, tally.at_server.value_or(ServerTally{}));
    cells.emplace_back(both_sides(most_frequent_outcome(tally, Role::Client),
                                  most_frequent_outcome(tally, Role::Server)));
    cells.emplace_back(died ? Value(tally.died.least) : Value());
    cells.push_back(margin_cell(tally.closest_call ? &*tally.closest_call : nullptr));
    cells.emplace_back(died ? Value(tally.blackhole.most) : Value());
    for (const Role role : {Role::Client, Role::Server}) {
      for (const std::uint64_t count : tally.outcomes[index(role)]) cells.emplace_back(count);
      const SpanStatistics& noticed = tally.noticed[index(role)];
      cells.emplace_back(noticed.count > 0 ? Value(noticed.mean()) : Value());
      cells.emplace_back(tally.unaware[index(role)]);
    }
    cells.emplace_back(both_sides(noticed_after_text(tally, Role::Client),
                                  noticed_after_text(tally, Role::Server)));
    const Cost& cost = tally.cost;
    for (const std::uint64_t count : {cost.keepalives, cost.packets, cost.bytes, cost.wakeups}) {
      cells.emplace_back(cost.per_day(count));
    }
    const std::optional<Duration> awake = cost.awake_per_day();
    cells.emplace_back(awake ? Value(*awake) : Value());
    cells.emplace_back(died ? short_blame(tally.blame) : "");
    cells.emplace_back(tally.failed_seed, seed_text(tally));
    for (std::size_t i = 0; i < place.size(); ++i) {
      if (units_[i] == AxisUnit::None) continue;
      cells.emplace_back(number_of(sweep_.axes[i].values[place[i]], units_[i]));
    }
    return cells;
  }

  const Sweep& sweep_;
  std::size_t connections_ = 0;
  bool chance_ = false;
  bool seeds_ = false;
  bool sessions_ = false;  // with several connections side by side
  bool pages_ = false;     // that loaded pages
  bool servers_ = false;   // whose server serves others, too
  std::vector<AxisUnit> units_;
  // Below which connection and point they stand.
  std::map<std::pair<std::size_t, std::size_t>, std::string> lines_;
};

}  // namespace

Table sweep_table(const Sweep& sweep) {
  const auto rows = std::make_shared<const SweepRows>(sweep);
  return {rows->columns(),
          [rows](Audience audience, const Table::Visit& visit) { rows->make(audience, visit); }};
}

}  // namespace stayalive
