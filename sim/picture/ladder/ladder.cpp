// SPDX-License-Identifier: Apache-2.0
#include "picture/ladder/ladder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <variant>

#include "base/text.h"
#include "document/brief.h"
#include "picture/idle_timer.h"
#include "picture/ladder/ladder_items.h"
#include "picture/ladder/ladder_words.h"
#include "picture/passages.h"
#include "picture/story.h"

namespace stayalive {
namespace {

std::vector<IdleTimer> timers_of(const Journeys& journeys) {
  std::vector<IdleTimer> timers(journeys.stations().size());
  for (const Journeys::TimerRecord& record : journeys.timers()) {
    timers[record.station].add(record.when, record.change);
  }
  return timers;
}

// The ways that begin at a hop and have no box, which are columns of their own.
std::vector<WayPlace> bare_ways_at(const Scenario& scenario, std::size_t hop) {
  std::vector<WayPlace> bare;
  for (std::size_t group = 0; group < scenario.alternatives.size(); ++group) {
    const AlternativesSpec& its = scenario.alternatives[group];
    for (std::size_t way = 0; way < its.ways.size(); ++way) {
      const auto begin = scenario.path.begin() + static_cast<std::ptrdiff_t>(its.ways[way].first);
      const bool has_box =
          std::any_of(begin, begin + static_cast<std::ptrdiff_t>(its.ways[way].count),
                      [](const Hop& each) { return !std::holds_alternative<LinkConfig>(each); });
      if (its.ways[way].first == hop && !has_box) bare.push_back({group, way});
    }
  }
  return bare;
}

std::vector<Ladder::Column> columns_of(const Scenario& scenario, const ConnectionSpec& spec) {
  using Kind = Ladder::Column::Kind;
  std::vector<Ladder::Column> columns;
  columns.push_back({Kind::Host, scenario.hosts[spec.client].name, name(Role::Client)});
  for (std::size_t hop = 0; hop <= scenario.path.size(); ++hop) {
    for (const WayPlace& place : bare_ways_at(scenario, hop)) {
      const AlternativesSpec& group = scenario.alternatives[place.group];
      columns.push_back({Kind::Way, group.ways[place.way].name, group.name, place});
    }
    if (hop == scenario.path.size()) break;
    const std::optional<WayPlace> place = way_of(scenario, hop);
    const std::string way =
        place ? scenario.alternatives[place->group].ways[place->way].name : std::string();
    if (const auto* box = std::get_if<MiddleboxSpec>(&scenario.path[hop]))
      columns.push_back({Kind::Box, box->name, way, place});
    if (const auto* proxy = std::get_if<ProxySpec>(&scenario.path[hop]))
      columns.push_back({Kind::Proxy, proxy->name, ""});
  }
  columns.push_back({Kind::Host, scenario.hosts[spec.server].name, name(Role::Server)});
  if (scenario.hosts[spec.client].side == Side::External)
    std::swap(columns.front(), columns.back());
  return columns;
}

// Between a column and the next.
std::vector<std::string> lines_of(const Scenario& scenario) {
  std::vector<std::string> lines(1);
  for (std::size_t hop = 0; hop <= scenario.path.size(); ++hop) {
    for (std::size_t bare = bare_ways_at(scenario, hop).size(); bare > 0; --bare)
      lines.emplace_back();
    if (hop == scenario.path.size()) break;
    if (const auto* link = std::get_if<LinkConfig>(&scenario.path[hop])) {
      lines.back() += (lines.back().empty() ? "" : " + ") + link->name;
    } else {
      lines.emplace_back();
    }
  }
  return lines;
}

std::string left_out(std::size_t rows) {
  return rows == 1 ? "1 row is left out" : fmt::format("{} rows are left out", rows);
}

Ladder ladder_with(std::vector<Ladder::Column> columns) {
  Ladder ladder;
  ladder.columns = std::move(columns);
  return ladder;
}

class LadderLayout {
 public:
  LadderLayout(const Scenario& scenario, std::size_t connection, const Journeys& journeys,
               const RunReport& report, Wording wording, std::size_t most_rows);
  Ladder draw();

 private:
  std::vector<Passage> find() const;
  std::size_t end_of_run(std::size_t begin, std::size_t end) const;
  std::size_t rows_of(const Passage& passage) const;
  std::vector<bool> choose(const std::vector<Passage>& passages) const;
  void lay_out(const std::vector<Passage>& passages, const std::vector<bool>& chosen);
  void put_items(std::size_t begin, std::size_t end);
  void put(Ladder::Row row, const std::vector<Moment>& moments);
  void put_between(Ladder::Row::Kind kind, TimePoint until, std::string note);
  void put_end();
  void fill(Ladder::Row& row, const std::vector<Moment>& moments);
  std::size_t column_of(Role role) const { return (role == Role::Client) == outward_ ? 0 : last_; }

  const Scenario& scenario_;
  const ConnectionSpec& spec_;
  const ConnectionReport& report_;
  Wording wording_;
  std::size_t most_rows_;
  // Whether the client is at the internal end.
  bool outward_;
  std::size_t last_ = 0;
  std::vector<IdleTimer> timers_;
  Ladder ladder_;
  LadderItems items_;
  // Until when the rows so far show each column: it never goes back, though rows overlap in time.
  std::vector<Moment> shown_;
};

LadderLayout::LadderLayout(const Scenario& scenario, std::size_t connection,
                           const Journeys& journeys, const RunReport& report, Wording wording,
                           std::size_t most_rows)
    : scenario_(scenario),
      spec_(scenario.connections[connection]),
      report_(report.connections[connection]),
      wording_(wording),
      most_rows_(most_rows),
      outward_(scenario.hosts[spec_.client].side == Side::Internal),
      last_(journeys.stations().size() - 1),
      timers_(timers_of(journeys)),
      ladder_(ladder_with(columns_of(scenario, spec_))),
      items_(scenario, connection, journeys, report, ladder_.columns, timers_, wording) {
  shown_.resize(ladder_.columns.size(), Moment::before(kStart));
  ladder_.lines = lines_of(scenario);
  ladder_.title = report_.name;
  if (!report.title.empty()) ladder_.title += ": " + report.title;
  ladder_.summary =
      fmt::format("{} over {}, seed {}", report_.strategy, report_.transport, report.seed);
  if (report.early_end) {
    ladder_.summary += fmt::format(", only a part: {} after {} of {}", report.early_end->words(),
                                   print_duration(report.duration), print_duration(report.planned));
  }
  ladder_.story = tell_story(report_, later(kStart, report.duration));
}

Ladder LadderLayout::draw() {
  const std::vector<Passage> passages = find();
  lay_out(passages, choose(passages));
  put_end();
  return std::move(ladder_);
}

std::vector<Passage> LadderLayout::find() const {
  std::vector<StoryLine> lines;
  lines.reserve(items_.size());
  for (std::size_t i = 0; i < items_.size(); ++i)
    lines.push_back({items_.place(i), items_.shape(i)});
  return find_passages(lines);
}

// Where the items that look like the one at `begin` end; just after it where they are too few to
// be told once and counted.
std::size_t LadderLayout::end_of_run(std::size_t begin, std::size_t end) const {
  std::size_t run = begin + 1;
  while (run < end && items_.shape(run) == items_.shape(begin)) ++run;
  return run - begin > kListedEachTime ? run : begin + 1;
}

constexpr std::size_t kRowsOfAPassage = 24;  // more at once are shortened in the middle

std::size_t LadderLayout::rows_of(const Passage& passage) const {
  std::size_t rows = 0;
  for (std::size_t i = passage.begin; i < passage.end;) {
    const std::size_t next = end_of_run(i, passage.end);
    rows += next == i + 1 ? 1 : 3;
    i = next;
  }
  rows = std::min(rows, kRowsOfAPassage);
  return 1 + (passage.times > 1 ? 2 * rows + 1 : rows);
}

// The weightiest passages that fit, of equal ones the first.
std::vector<bool> LadderLayout::choose(const std::vector<Passage>& passages) const {
  std::vector<std::pair<int, std::size_t>> order;  // lightness, position
  for (std::size_t i = 0; i < passages.size(); ++i) {
    int weight = passages[i].times > 1 ? 3 : 1;
    for (std::size_t n = passages[i].begin; n < passages[i].end; ++n) {
      weight = std::max(weight, items_.weight(n));
    }
    if (i < 2 || i + 1 == passages.size()) weight = 9;
    order.emplace_back(-weight, i);
  }
  std::sort(order.begin(), order.end());
  std::vector<bool> chosen(passages.size());
  std::size_t rows = 0;
  for (const auto& [lightness, i] : order) {
    const Passage& passage = passages[i];
    const std::size_t cost = rows_of(passage);
    if (rows + cost > most_rows_ && lightness > -9) continue;
    rows += cost;
    chosen[i] = true;
  }
  return chosen;
}

void LadderLayout::lay_out(const std::vector<Passage>& passages, const std::vector<bool>& chosen) {
  std::size_t omitted = 0;
  for (std::size_t i = 0; i < passages.size(); ++i) {
    const Passage& passage = passages[i];
    if (!chosen[i]) {
      omitted += items_.rows(passage.begin, passage.last_end);
      continue;
    }
    const TimePoint begin = items_.at(passage.begin);
    if (omitted > 0) put_between(Ladder::Row::Kind::Omitted, begin, left_out(omitted));
    omitted = 0;
    put_items(passage.begin, passage.end);
    if (passage.times == 1) continue;
    put_between(Ladder::Row::Kind::Repeat, items_.at(passage.last_begin),
                fmt::format("{} times more, {}{}", passage.times - 1,
                            passage.steady ? "every " : "", brief(passage.period)) +
                    (passage.steady ? "" : " apart at first"));
    put_items(passage.last_begin, passage.last_end);
  }
  if (omitted > 0) {
    put_between(Ladder::Row::Kind::Omitted, later(kStart, scenario_.duration), left_out(omitted));
  }
}

// The items of a passage: those that look alike are told once and counted, and of too many some in
// the middle are left out.
void LadderLayout::put_items(std::size_t begin, std::size_t end) {
  std::vector<std::pair<std::size_t, std::size_t>> runs;  // [first, behind the last)
  for (std::size_t i = begin; i < end; i = runs.back().second) {
    runs.emplace_back(i, end_of_run(i, end));
  }
  constexpr std::size_t kAtEachEnd = kRowsOfAPassage / 2;
  for (std::size_t n = 0; n < runs.size(); ++n) {
    if (runs.size() > kRowsOfAPassage && n == kAtEachEnd) {
      const std::size_t resume = runs.size() - kAtEachEnd;
      const std::size_t omitted = items_.rows(runs[n].first, runs[resume].first);
      put_between(Ladder::Row::Kind::Omitted, items_.at(runs[resume].first), left_out(omitted));
      n = resume;
    }
    const auto [first, behind] = runs[n];
    Ladder::Row row = items_.row(first);
    if (row.is_between()) {
      put_between(row.kind, row.until, std::move(row.note));
      continue;
    }
    put(std::move(row), items_.moments(first));
    if (behind == first + 1) continue;
    put_between(Ladder::Row::Kind::Repeat, items_.at(behind - 1),
                fmt::format("{} times more", behind - first - 1));
    put(items_.row(behind - 1), items_.moments(behind - 1));
  }
}

// A row, after a pause where nothing happens for a second.
void LadderLayout::put(Ladder::Row row, const std::vector<Moment>& moments) {
  const TimePoint before = ladder_.rows.empty() ? kStart : ladder_.rows.back().until;
  if (row.at - before >= 1s) put_between(Ladder::Row::Kind::Pause, row.at, "");
  fill(row, moments);
  ladder_.rows.push_back(std::move(row));
}

void LadderLayout::put_between(Ladder::Row::Kind kind, TimePoint until, std::string note) {
  Ladder::Row row;
  row.kind = kind;
  // Packets may follow each other before the first has arrived.
  row.at = ladder_.rows.empty() ? kStart : std::min(ladder_.rows.back().until, until);
  row.until = until;
  row.note = std::move(note);
  if (kind == Ladder::Row::Kind::Pause)
    LadderWords(ladder_.columns, timers_, wording_).describe_pause(row);
  fill(row, std::vector<Moment>(ladder_.columns.size(), Moment::before(until)));
  ladder_.rows.push_back(std::move(row));
}

void LadderLayout::put_end() {
  Ladder::Row row;
  row.kind = Ladder::Row::Kind::RunEnd;
  row.at = row.until = later(kStart, scenario_.duration);
  row.note = "the run ends";
  std::string who;
  Duration lost{};
  for (const Role role : {Role::Client, Role::Server}) {
    const SideReport& side = report_.sides[index(role)];
    if (side.outcome != Outcome::Forgotten) continue;
    who = who.empty() ? std::string("the ") + name(role) + " has" : "both ends have";
    lost = std::max(lost, side.blackhole);
  }
  if (!who.empty()) {
    row.note += fmt::format(": {} not noticed, {} in a black hole", who, brief(lost));
    row.tone = Ladder::Tone::Bad;
  }
  const std::vector<Moment> moments(ladder_.columns.size(), Moment::after(row.at));
  put(std::move(row), moments);
}

Ladder::Cell::State host_state(const SideReport& side, TimePoint at) {
  const std::optional<Outcome> outcome = outcome_at(side, at);
  if (!outcome) return Ladder::Cell::State::Nothing;
  if (*outcome == Outcome::Forgotten) return Ladder::Cell::State::BlackHole;
  const bool works = *outcome == Outcome::Alive || *outcome == Outcome::Remapped;
  return works ? Ladder::Cell::State::Knows : Ladder::Cell::State::Nothing;
}

// The columns of a row that shows each until a moment, or until where rows above it have shown it.
void LadderLayout::fill(Ladder::Row& row, const std::vector<Moment>& moments) {
  row.cells.resize(ladder_.columns.size());
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    Ladder::Cell& cell = row.cells[i];
    Moment& shown = shown_[i];
    if (ladder_.columns[i].kind == Ladder::Column::Kind::Way) {
      cell.state = Ladder::Cell::State::Knows;
      continue;
    }
    if (ladder_.columns[i].kind == Ladder::Column::Kind::Host) {
      const Role role = column_of(Role::Client) == i ? Role::Client : Role::Server;
      shown = std::max(shown, Moment::before(row.is_between() ? row.until - Duration{1} : row.at));
      cell.state = host_state(report_.sides[index(role)], shown.at);
      continue;
    }
    const Moment until = std::max(shown, moments[i]);
    const TimerLevel left = timers_[i].level(shown, until.at);
    const TimerLevel after = timers_[i].level(until);
    cell.before = timers_[i].level(shown).permille;
    cell.left = left.permille;
    cell.after = after.permille;
    if (after.held) cell.state = Ladder::Cell::State::Knows;
    const bool ends = row.kind == Ladder::Row::Kind::Event && row.from == i;
    if (ends && left.held && !after.held) cell.state = Ladder::Cell::State::Forgot;
    shown = until;
  }
}

}  // namespace

Ladder draw_ladder(const Scenario& scenario, std::size_t connection, const Journeys& journeys,
                   const RunReport& exact, Wording wording, std::size_t most_rows) {
  const RunReport report = in_words(exact, wording);
  if (report.early_end) {
    // As far as the run came.
    Scenario so_far = scenario;
    so_far.duration = report.duration;
    std::erase_if(so_far.events, [&so_far](const EventSpec& event) {
      return event.at > later(kStart, so_far.duration);
    });
    return LadderLayout(so_far, connection, journeys, report, wording, most_rows).draw();
  }
  return LadderLayout(scenario, connection, journeys, report, wording, most_rows).draw();
}

std::vector<StationOnPath> stations_of(const Scenario& scenario, std::size_t connection) {
  std::vector<StationOnPath> stations;
  for (Ladder::Column& column : columns_of(scenario, scenario.connections[connection])) {
    const bool way = column.kind == Ladder::Column::Kind::Way;
    // As the fork records it.
    stations.push_back({way ? column.role + "/" + column.name : column.name, column.way});
  }
  return stations;
}

}  // namespace stayalive
