// SPDX-License-Identifier: Apache-2.0
#include "report/ladder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <variant>

#include "report/brief.h"
#include "report/idle_timer.h"
#include "report/ladder_words.h"
#include "report/passages.h"
#include "report/story.h"

namespace stayalive {
namespace {

// A row before it is decided whether it is shown.
struct Item {
  Ladder::Row row;
  std::string shape;
  int weight = 1;  // how much would be missing without it
};

class Draughtsman {
 public:
  Draughtsman(const Scenario& scenario, std::size_t connection, const Journeys& journeys,
              const RunReport& report, std::size_t most_rows);
  Ladder draw();

 private:
  void draw_columns();
  void add_journeys();
  void add_incidents();
  void add_scenario_events();
  void add_transitions();
  void add_event(TimePoint at, std::size_t from, std::size_t to, const std::string& text,
                 Ladder::Tone tone, int weight);
  std::vector<bool> choose(const std::vector<Passage>& passages) const;
  void lay_out(const std::vector<Passage>& passages, const std::vector<bool>& chosen);
  void put_items(std::size_t begin, std::size_t end);
  void put(Ladder::Row row);
  void put_between(Ladder::Row::Kind kind, TimePoint until, std::string note);
  void put_end();
  void fill(Ladder::Row& row) const;
  std::size_t column_of(Role role) const { return (role == Role::Client) == outward_ ? 0 : last_; }
  std::size_t column_of_hop(std::size_t hop) const;

  const Scenario& scenario_;
  const ConnectionSpec& spec_;
  const Journeys& journeys_;
  const ConnectionReport& report_;
  std::size_t most_rows_;
  bool outward_;  // the client is at the internal end
  std::size_t last_ = 0;
  std::vector<IdleTimer> timers_;
  std::vector<Item> items_;
  Ladder ladder_;
};

Draughtsman::Draughtsman(const Scenario& scenario, std::size_t connection, const Journeys& journeys,
                         const RunReport& report, std::size_t most_rows)
    : scenario_(scenario),
      spec_(scenario.connections[connection]),
      journeys_(journeys),
      report_(report.connections[connection]),
      most_rows_(most_rows),
      outward_(scenario.hosts[spec_.client].side == Side::Internal),
      last_(journeys.stations().size() - 1),
      timers_(journeys.stations().size()) {
  for (const Journeys::TimerRecord& record : journeys.timers()) {
    timers_[record.station].add(record.at, record.change);
  }
  ladder_.title = report_.name;
  if (!report.title.empty()) ladder_.title += ": " + report.title;
  ladder_.summary =
      fmt::format("{} over {}, seed {}", report_.strategy, report_.transport, report.seed);
  ladder_.story = tell_story(report_);
}

void Draughtsman::draw_columns() {
  using Kind = Ladder::Column::Kind;
  const auto host = [&](std::size_t position, Role role) {
    ladder_.columns.push_back({Kind::Host, scenario_.hosts[position].name, name(role)});
    ladder_.lines.emplace_back();
  };
  outward_ ? host(spec_.client, Role::Client) : host(spec_.server, Role::Server);
  for (const Hop& hop : scenario_.path) {
    if (const auto* link = std::get_if<LinkConfig>(&hop)) {
      std::string& line = ladder_.lines.back();
      line += (line.empty() ? "" : " + ") + link->name;
      continue;
    }
    const auto* box = std::get_if<MiddleboxSpec>(&hop);
    ladder_.columns.push_back({box != nullptr ? Kind::Box : Kind::Proxy,
                               box != nullptr ? box->name : std::get<ProxySpec>(hop).name, ""});
    ladder_.lines.emplace_back();
  }
  outward_ ? host(spec_.server, Role::Server) : host(spec_.client, Role::Client);
  ladder_.lines.pop_back();
}

std::size_t Draughtsman::column_of_hop(std::size_t hop) const {
  return static_cast<std::size_t>(std::count_if(
      scenario_.path.begin(), scenario_.path.begin() + static_cast<std::ptrdiff_t>(hop) + 1,
      [](const Hop& each) { return !std::holds_alternative<LinkConfig>(each); }));
}

void Draughtsman::add_journeys() {
  const LadderWords words(ladder_.columns, timers_);
  for (const Journey& journey : journeys_.journeys()) {
    Item item;
    Ladder::Row& row = item.row;
    row.at = journey.stops.front().at;
    row.until = journey.stops.back().at;
    row.from = journey.stops.front().station;
    row.to = journey.stops.back().station;
    row.end = journey.end;
    row.outward = journey.towards == Side::External;
    row.label = LadderWords::label(journey);
    words.describe(journey, row);
    item.shape = fmt::format("{} {} {} {}", row.from, row.to, without_numbers(row.label),
                             without_numbers(row.note));
    item.weight = row.tone == Ladder::Tone::Plain ? 1 : 2;
    items_.push_back(std::move(item));
  }
}

void Draughtsman::add_event(TimePoint at, std::size_t from, std::size_t to, const std::string& text,
                            Ladder::Tone tone, int weight) {
  Item item;
  item.row.kind = Ladder::Row::Kind::Event;
  item.row.at = item.row.until = at;
  item.row.from = from;
  item.row.to = to;
  item.row.note = text;
  item.row.tone = tone;
  item.shape = fmt::format("{} {}", from, without_numbers(text));
  item.weight = weight;
  items_.push_back(std::move(item));
}

void Draughtsman::add_incidents() {
  const LadderWords words(ladder_.columns, timers_);
  for (const Incident& incident : journeys_.incidents()) {
    const auto kind = ladder_.columns[incident.station].kind;
    // A box says nothing else than what became of its flows, a proxy says that itself.
    if (incident.timer.has_value() != (kind == Ladder::Column::Kind::Box)) continue;
    Ladder::Row row;
    words.describe(incident, row);
    add_event(incident.at, incident.station, incident.station, row.note, row.tone,
              row.tone == Ladder::Tone::Bad ? 4
              : incident.timer              ? 1
                                            : 3);
  }
}

void Draughtsman::add_scenario_events() {
  for (const EventSpec& event : scenario_.events) {
    const std::string span = event.span == kForever ? " for good" : " for " + brief(event.span);
    const auto tell = [&](std::size_t from, std::size_t to, const std::string& text,
                          const std::string& afterwards) {
      add_event(event.at, from, to, text, Ladder::Tone::Warn, 4);
      const TimePoint over = later(event.at, event.span);
      if (!afterwards.empty() && over <= later(kStart, scenario_.duration))
        add_event(over, from, to, afterwards, Ladder::Tone::Plain, 4);
    };
    if (event.kind == EventKind::Cut) {
      const std::string& line = std::get<LinkConfig>(scenario_.path[event.target]).name;
      const std::size_t column = column_of_hop(event.target);
      tell(column, column + 1, line + " is cut" + span, line + " is whole again");
    }
    if (event.kind == EventKind::RebootBox) {
      const std::size_t column = column_of_hop(event.target);
      const std::string& box = ladder_.columns[column].name;
      tell(column, column, box + " reboots, away" + span, box + " is back");
    }
    for (const Role role : {Role::Client, Role::Server}) {
      if (event.target != (role == Role::Client ? spec_.client : spec_.server)) continue;
      const std::size_t column = column_of(role);
      const std::string& host = ladder_.columns[column].name;
      if (event.kind == EventKind::Crash) tell(column, column, host + " crashes", "");
      if (event.kind == EventKind::Reboot)
        tell(column, column, host + " reboots, away" + span, host + " is back");
      if (event.kind == EventKind::Suspend)
        tell(column, column, host + " sleeps" + span, host + " wakes up");
      if (event.kind == EventKind::ChangeAddress)
        tell(column, column, host + " gets another address", "");
    }
  }
}

// What a side learned and nobody has said yet.
void Draughtsman::add_transitions() {
  for (const Role role : {Role::Client, Role::Server}) {
    const std::size_t column = column_of(role);
    for (const Transition& transition : report_.sides[index(role)].timeline) {
      const Outcome outcome = transition.outcome;
      if (outcome == Outcome::Alive || outcome == Outcome::Forgotten) continue;
      if (outcome == Outcome::Remapped) continue;
      const bool bad = outcome != Outcome::Closed;
      bool told = false;
      for (Item& item : items_) {
        if (item.row.kind != Ladder::Row::Kind::Event || item.row.at != transition.at) continue;
        if (item.row.from != column || item.row.to != column) continue;
        if (item.row.tone == Ladder::Tone::Warn) continue;
        if (bad) item.row.tone = Ladder::Tone::Bad;
        item.weight = 5;
        told = true;
      }
      if (told) continue;
      const std::string said =
          transition.said.empty() ? std::string(name(outcome)) : transition.said;
      add_event(transition.at, column, column,
                fmt::format("{}: {}", ladder_.columns[column].name, said),
                bad ? Ladder::Tone::Bad : Ladder::Tone::Plain, 5);
    }
  }
}

Ladder Draughtsman::draw() {
  draw_columns();
  // At one instant: the scenario, then packets and what stations know, then what a side learns.
  add_scenario_events();
  add_journeys();
  add_incidents();
  add_transitions();
  std::stable_sort(items_.begin(), items_.end(),
                   [](const Item& a, const Item& b) { return a.row.at < b.row.at; });
  std::vector<Beat> beats;
  beats.reserve(items_.size());
  for (const Item& item : items_) beats.push_back({item.row.at, item.shape});
  const std::vector<Passage> passages = find_passages(beats);
  lay_out(passages, choose(passages));
  put_end();
  for (Ladder::Row& row : ladder_.rows) fill(row);
  return std::move(ladder_);
}

constexpr std::size_t kRowsOfAPassage = 24;  // more at once are shortened in the middle

// The weightiest passages that fit, of equal ones the first.
std::vector<bool> Draughtsman::choose(const std::vector<Passage>& passages) const {
  std::vector<std::pair<int, std::size_t>> order;  // lightness, position
  for (std::size_t i = 0; i < passages.size(); ++i) {
    int weight = passages[i].times > 1 ? 3 : 1;
    for (std::size_t n = passages[i].begin; n < passages[i].end; ++n) {
      weight = std::max(weight, items_[n].weight);
    }
    if (i < 2 || i + 1 == passages.size()) weight = 9;
    order.emplace_back(-weight, i);
  }
  std::sort(order.begin(), order.end());
  std::vector<bool> chosen(passages.size());
  std::size_t rows = 0;
  for (const auto& [lightness, i] : order) {
    const Passage& passage = passages[i];
    const std::size_t length = std::min(passage.end - passage.begin, kRowsOfAPassage);
    const std::size_t cost = 1 + (passage.times > 1 ? 2 * length + 1 : length);
    if (rows + cost > most_rows_ && lightness > -9) continue;
    rows += cost;
    chosen[i] = true;
  }
  return chosen;
}

void Draughtsman::lay_out(const std::vector<Passage>& passages, const std::vector<bool>& chosen) {
  std::size_t omitted = 0;
  for (std::size_t i = 0; i < passages.size(); ++i) {
    const Passage& passage = passages[i];
    if (!chosen[i]) {
      omitted += passage.last_end - passage.begin;
      continue;
    }
    const TimePoint begin = items_[passage.begin].row.at;
    if (omitted > 0)
      put_between(Ladder::Row::Kind::Omitted, begin, fmt::format("{} rows are left out", omitted));
    omitted = 0;
    put_items(passage.begin, passage.end);
    if (passage.times == 1) continue;
    put_between(Ladder::Row::Kind::Repeat, items_[passage.last_begin].row.at,
                fmt::format("{} times more, {}{}", passage.times - 1,
                            passage.steady ? "every " : "", brief(passage.period)) +
                    (passage.steady ? "" : " apart at first"));
    put_items(passage.last_begin, passage.last_end);
  }
  if (omitted > 0) {
    put_between(Ladder::Row::Kind::Omitted, later(kStart, scenario_.duration),
                fmt::format("{} rows are left out", omitted));
  }
}

void Draughtsman::put_items(std::size_t begin, std::size_t end) {
  constexpr std::size_t kAtEachEnd = kRowsOfAPassage / 2;
  for (std::size_t i = begin; i < end; ++i) {
    if (end - begin > kRowsOfAPassage && i == begin + kAtEachEnd) {
      const std::size_t resume = end - kAtEachEnd;
      put_between(Ladder::Row::Kind::Omitted, items_[resume].row.at,
                  fmt::format("{} rows are left out", resume - i));
      i = resume;
    }
    put(items_[i].row);
  }
}

// A row, after a pause where nothing happens for a second.
void Draughtsman::put(Ladder::Row row) {
  const TimePoint before = ladder_.rows.empty() ? kStart : ladder_.rows.back().until;
  if (row.at - before >= 1s) put_between(Ladder::Row::Kind::Pause, row.at, "");
  ladder_.rows.push_back(std::move(row));
}

void Draughtsman::put_between(Ladder::Row::Kind kind, TimePoint until, std::string note) {
  Ladder::Row row;
  row.kind = kind;
  row.at = ladder_.rows.empty() ? kStart : ladder_.rows.back().until;
  row.until = until;
  row.note = std::move(note);
  if (kind == Ladder::Row::Kind::Pause) LadderWords(ladder_.columns, timers_).describe_pause(row);
  ladder_.rows.push_back(std::move(row));
}

void Draughtsman::put_end() {
  Ladder::Row row;
  row.kind = Ladder::Row::Kind::End;
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
  put(std::move(row));
}

Ladder::Cell::State standing(const SideReport& side, TimePoint at) {
  const std::optional<Outcome> outcome = outcome_at(side, at);
  if (!outcome) return Ladder::Cell::State::Nothing;
  if (*outcome == Outcome::Forgotten) return Ladder::Cell::State::BlackHole;
  const bool works = *outcome == Outcome::Alive || *outcome == Outcome::Remapped;
  return works ? Ladder::Cell::State::Knows : Ladder::Cell::State::Nothing;
}

void Draughtsman::fill(Ladder::Row& row) const {
  const bool between = row.kind == Ladder::Row::Kind::Pause ||
                       row.kind == Ladder::Row::Kind::Repeat ||
                       row.kind == Ladder::Row::Kind::Omitted;
  row.cells.resize(ladder_.columns.size());
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    Ladder::Cell& cell = row.cells[i];
    if (ladder_.columns[i].kind == Ladder::Column::Kind::Host) {
      const Role role = column_of(Role::Client) == i ? Role::Client : Role::Server;
      const TimePoint at = between ? row.until - Duration{1} : row.at;
      cell.state = standing(report_.sides[index(role)], at);
      continue;
    }
    const TimerLevel before = between ? timers_[i].at(row.at) : timers_[i].before(row.at);
    const TimerLevel after = between ? timers_[i].before(row.until) : timers_[i].at(row.until);
    cell.before = before.permille;
    cell.after = after.permille;
    if (after.held) cell.state = Ladder::Cell::State::Knows;
    const bool ends = row.kind == Ladder::Row::Kind::Event && row.from == i;
    if (ends && before.held && !after.held) cell.state = Ladder::Cell::State::Forgot;
  }
}

}  // namespace

Ladder draw_ladder(const Scenario& scenario, std::size_t connection, const Journeys& journeys,
                   const RunReport& report, std::size_t most_rows) {
  return Draughtsman(scenario, connection, journeys, report, most_rows).draw();
}

std::vector<std::string> stations_of(const Scenario& scenario, std::size_t connection) {
  const ConnectionSpec& spec = scenario.connections[connection];
  std::vector<std::string> names{scenario.hosts[spec.client].name};
  std::vector<std::string> path;
  for (const Hop& hop : scenario.path) {
    if (const auto* box = std::get_if<MiddleboxSpec>(&hop)) path.push_back(box->name);
    if (const auto* proxy = std::get_if<ProxySpec>(&hop)) path.push_back(proxy->name);
  }
  names.insert(names.end(), path.begin(), path.end());
  names.push_back(scenario.hosts[spec.server].name);
  if (scenario.hosts[spec.client].side == Side::External) {
    std::swap(names.front(), names.back());
  }
  return names;
}

}  // namespace stayalive
