// SPDX-License-Identifier: Apache-2.0
#include "picture/chart/run_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "document/width.h"
#include "picture/blame_text.h"
#include "picture/chart/round_span.h"
#include "picture/chart/svg_sheet.h"
#include "picture/instant.h"

namespace stayalive {
namespace {

constexpr int kRunWidth = 960;
constexpr int kNames = 210;  // where time begins
constexpr int kEnd = 930;    // and where the run ends
constexpr int kRunTop = 66;
constexpr int kEventLine = 16;
constexpr int kLane = 15;        // of one end
constexpr int kConnection = 62;  // with the sentence below
constexpr int kLegend = 62;

// What is said of an outcome to whoever does not know the words.
const char* plain_words(Outcome outcome) {
  switch (outcome) {
    case Outcome::Alive:
      return "works";
    case Outcome::Remapped:
      return "works, under another address";
    case Outcome::Forgotten:
      return "dead, and this end does not know";
    case Outcome::Detected:
      return "this end gave up";
    case Outcome::Reset:
      return "this end was told";
    case Outcome::Closed:
      return "closed in order";
    case Outcome::Refused:
      return "never came to be";
  }
  return "";
}

std::string event_words(const Scenario& scenario, const EventSpec& event) {
  const auto target = [&](const char* what, const std::string& whom) {
    return fmt::format("{} {}", whom, what);
  };
  const auto hop = [&] {
    const Hop& its = scenario.path[event.target];
    if (const auto* box = std::get_if<MiddleboxSpec>(&its)) return box->name;
    if (const auto* link = std::get_if<LinkConfig>(&its)) return link->name;
    return std::get<ProxySpec>(its).name;
  };
  switch (event.kind) {
    case EventKind::Cut:
      return target("is down", hop());
    case EventKind::Flush:
      return target("forgets everything", hop());
    case EventKind::RebootBox:
      return target("restarts", hop());
    case EventKind::Crash:
      return target("crashes", scenario.hosts[event.target].name);
    case EventKind::Reboot:
      return target("restarts", scenario.hosts[event.target].name);
    case EventKind::Suspend:
      return target("sleeps", scenario.hosts[event.target].name);
    case EventKind::ChangeAddress:
      return target("has another address", scenario.hosts[event.target].name);
    case EventKind::Kill:
      return target("is killed", scenario.connections[event.target].name);
    case EventKind::Close:
      return target("closes", scenario.connections[event.target].name);
    case EventKind::Shutdown:
      return target("closes one direction", scenario.connections[event.target].name);
    case EventKind::StopReading:
      return target("stops reading", scenario.connections[event.target].name);
    case EventKind::Hang:
      return target("hangs", scenario.connections[event.target].name);
    case EventKind::TakeOver:
      return target(event.keeps_entries ? "is taken over, with its table"
                                        : "is taken over, without its table",
                    hop());
    case EventKind::ChangeOutside:
      return target("has another address", hop());
    case EventKind::Replace:
      return target("is replaced", scenario.hosts[event.target].name);
  }
  return "";
}

class RunSheet {
 public:
  RunSheet(std::ostream& out, const Scenario& scenario, const RunReport& report,
           const std::string& id)
      : scenario_(scenario),
        report_(report),
        end_(later(kStart, std::max<Duration>(report.duration, 1ns))),
        events_(place_events()),
        sheet_(out, {title(), description()}, kRunWidth, height(), id) {}
  void write();

 private:
  struct PlacedEvent {
    int x = 0;
    std::size_t line = 0;
    std::string words;
    bool before = false;  // its words stand before it, at the edge
  };
  std::string title() const;
  std::string description() const;
  int height() const;
  std::size_t event_lines() const;
  std::vector<PlacedEvent> place_events() const;
  int x_of(TimePoint at) const {
    const Duration whole = end_ - kStart;
    // In millionths, so that no product is too large.
    const std::int64_t part =
        (std::min(at, end_) - kStart) / std::max<Duration>(whole / 1'000'000, 1ns);
    return kNames +
           static_cast<int>((kEnd - kNames) * std::min<std::int64_t>(part, 1'000'000) / 1'000'000);
  }
  void write_time(int top, int bottom);
  void write_members(const PopulationReport& members, int y);
  void write_connection(const ConnectionReport& connection, int y);
  void write_lane(const SideReport& side, const char* who, int y);
  void write_legend(int y);

  const Scenario& scenario_;
  const RunReport& report_;
  TimePoint end_;
  std::vector<PlacedEvent> events_;
  SvgSheet sheet_;
};

std::string RunSheet::title() const {
  return report_.title.empty() ? "What became of each connection" : report_.title;
}

std::string RunSheet::description() const {
  std::string text;
  for (const ConnectionReport& connection : report_.connections) {
    text += fmt::format("{}: {}. {}\n", connection.name, name(connection.outcome),
                        blame_sentence(connection.blame));
  }
  return text;
}

// Events whose words would lie on each other have lines of their own.
std::vector<RunSheet::PlacedEvent> RunSheet::place_events() const {
  constexpr std::size_t kMostLines = 6;
  std::vector<PlacedEvent> placed;
  std::vector<int> free_from(kMostLines, 0);
  for (const EventSpec& event : scenario_.events) {
    if (event.at > end_) continue;
    PlacedEvent its{x_of(event.at), kMostLines, event_words(scenario_, event)};
    // On the side where they have room, or more of it.
    const int room = kRunWidth - 8 - its.x;
    int width = 8 + 7 * static_cast<int>(display_width(its.words));
    its.before = width > room && its.x > room;
    width = std::min(width, its.before ? its.x : room);
    const int begin = its.before ? its.x - width : its.x;
    const auto line = std::ranges::find_if(free_from, [&](int from) { return from <= begin; });
    if (line != free_from.end()) {
      its.line = static_cast<std::size_t>(line - free_from.begin());
      *line = begin + width;
    }
    placed.push_back(std::move(its));
  }
  return placed;
}

std::size_t RunSheet::event_lines() const {
  std::size_t lines = 0;
  for (const PlacedEvent& its : events_) {
    if (its.line < 6) lines = std::max(lines, its.line + 1);
  }
  return lines;
}

int RunSheet::height() const {
  return kRunTop + kEventLine * static_cast<int>(event_lines()) +
         kConnection * static_cast<int>(report_.connections.size()) + 44 + kLegend;
}

// Ticks at round spans, about eight of them.
void RunSheet::write_time(int top, int bottom) {
  const Duration step = round_span(end_ - kStart, 8);
  for (TimePoint at = kStart; at <= end_; at += step) {
    sheet_.line(x_of(at), top, x_of(at), bottom, "grid");
    sheet_.text(x_of(at), bottom + 16, "faint mid",
                at == kStart ? "0s" : print_duration(at - kStart));
  }
}

void RunSheet::write_lane(const SideReport& side, const char* who, int y) {
  sheet_.text(kNames - 8, y + 11, "faint end", who);
  sheet_.rect(kNames, y, kEnd - kNames, kLane - 2, "none");
  for (std::size_t i = 0; i < side.timeline.size(); ++i) {
    const Transition& from = side.timeline[i];
    const bool last = i + 1 == side.timeline.size();
    const int x = x_of(from.at);
    const int width = std::max(x_of(last ? end_ : side.timeline[i + 1].at) - x, 1);
    const std::string word(name(from.outcome));
    const std::string said = from.said.empty() ? "" : ": " + from.said;
    sheet_.rect(x, y, width, kLane - 2, word,
                fmt::format("{} from {}{}", word, print_instant(from.at), said));
    if (static_cast<int>(display_width(word)) * 6 + 8 < width)
      sheet_.text(x + 4, y + 10, "on", word);
  }
}

// How many of all were never forgotten so far, from below, and how many once were.
void RunSheet::write_members(const PopulationReport& members, int y) {
  constexpr int kHigh = 2 * kLane - 2;
  sheet_.text(kNames - 8, y + 11, "faint end", "members");
  sheet_.rect(
      kNames, y, kEnd - kNames, kHigh, "alive",
      fmt::format("{} of {} were forgotten some time", members.ever_forgotten, members.count));
  if (!members.first_deaths || members.count == 0) return;
  constexpr std::array<std::uint64_t, 5> kPercent{0, 10, 50, 90, 100};
  std::string steps;
  int depth = 0;
  for (std::size_t i = 0; i < kPercent.size(); ++i) {
    depth = static_cast<int>(static_cast<std::uint64_t>(kHigh) * members.ever_forgotten *
                             kPercent[i] / (100 * members.count));
    steps +=
        fmt::format("{}{} {}", i == 0 ? "M" : "L", x_of((*members.first_deaths)[i]), y + depth);
  }
  sheet_.path(
      steps + fmt::format("L{} {}V{}H{}z", kEnd, y + depth, y, x_of(members.first_deaths->front())),
      "forgotten");
}

void RunSheet::write_connection(const ConnectionReport& connection, int y) {
  std::string label = connection.name;
  if (connection.population) label += fmt::format(" ×{}", connection.population->count);
  sheet_.name(16, y + 18, "name", label, columns_in(kNames - 100));
  sheet_.text(16, y + 33, "faint", connection.strategy, columns_in(kNames - 100));
  if (connection.population) {
    write_members(*connection.population, y + 4);
  } else {
    write_lane(connection.sides[0], "client", y + 4);
    write_lane(connection.sides[1], "server", y + 4 + kLane);
  }
  std::string words = short_blame(connection.blame);
  // Of many, each died at another instant.
  if (!words.empty() && !connection.population)
    words += ", at " + print_instant(connection.blame.at);
  sheet_.text(kNames, y + 4 + 2 * kLane + 12, "faint", words, columns_in(kEnd - kNames));
}

void RunSheet::write_legend(int y) {
  int x = 16;
  for (std::size_t i = 0; i < kOutcomeNames.size(); ++i) {
    const auto outcome = static_cast<Outcome>(i);
    const std::string words = fmt::format("{}: {}", name(outcome), plain_words(outcome));
    const int width = 24 + 7 * static_cast<int>(display_width(words)) + 14;
    if (x + width > kRunWidth - 8) {
      x = 16;
      y += 18;
    }
    sheet_.rect(x, y - 9, 14, 10, std::string(name(outcome)));
    sheet_.text(x + 20, y, "faint", words);
    x += width;
  }
}

void RunSheet::write() {
  sheet_.text(16, 28, "title", title(), columns_in((kRunWidth - 32) * 3 / 4));
  std::string subtitle = print_duration(report_.duration) + " simulated";
  if (report_.early_end)
    subtitle += fmt::format(" of {}: it ended early", print_duration(report_.planned));
  sheet_.text(16, 48, "faint", subtitle);
  const int top = kRunTop + kEventLine * static_cast<int>(event_lines());
  const int bottom = top + kConnection * static_cast<int>(report_.connections.size());
  write_time(top, bottom);
  for (std::size_t i = 0; i < report_.connections.size(); ++i)
    write_connection(report_.connections[i], top + kConnection * static_cast<int>(i));
  for (const PlacedEvent& event : events_) {
    sheet_.line(event.x, event.line < 6 ? kRunTop + kEventLine * static_cast<int>(event.line) : top,
                event.x, bottom, "event");
    if (event.line >= 6) continue;
    const int y = kRunTop + kEventLine * static_cast<int>(event.line) + 8;
    sheet_.text(event.before ? event.x - 4 : event.x + 4, y, event.before ? "faint end" : "faint",
                event.words, columns_in(event.before ? event.x - 16 : kRunWidth - event.x - 8));
  }
  write_legend(bottom + 44);
  sheet_.end();
}

}  // namespace

void write_run_svg(std::ostream& out, const Scenario& scenario, const RunReport& report,
                   const std::string& id) {
  RunSheet(out, scenario, report, id).write();
}

}  // namespace stayalive
