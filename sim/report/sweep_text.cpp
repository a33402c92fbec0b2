// SPDX-License-Identifier: Apache-2.0
#include "report/sweep_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.h"
#include "document/brief.h"
#include "picture/blame_text.h"
#include "report/sweep_story.h"
#include "study/sweep/boundary.h"
#include "study/trials/confidence.h"

namespace stayalive {
namespace {

constexpr std::size_t kMostSentences = 60;

Table::Cell held_cell(const Tally& tally, const Style& style) {
  const bool all = tally.held == tally.runs;
  const std::string text = tally.runs > 1 ? fmt::format("{}/{}", tally.held, tally.runs)
                           : all          ? "yes"
                                          : "no";
  if (all) return {text, style.good(text)};
  return {text, mostly_held(tally) ? style.warn(text) : style.bad(text)};
}

std::string interval_text(const Tally& tally) {
  if (tally.runs <= 1) return "";
  const Interval interval = confidence(tally.held, tally.runs);
  return fmt::format("{}-{} %", std::lround(interval.low * 100), std::lround(interval.high * 100));
}

// How to see a run that did not hold.
std::string seed_text(const Tally& tally) {
  const bool chance = tally.runs > 1 && tally.failed_seed;
  return chance ? fmt::format("--seed {}", *tally.failed_seed) : "";
}

// The most frequent outcome of a side, and how often where there were others, too.
std::string outcome_text(const Tally& tally, Role role) {
  const auto& counts = tally.outcomes[index(role)];
  const auto most = std::ranges::max_element(counts);
  if (*most == 0) return "-";
  const std::string text(kOutcomeNames[static_cast<std::size_t>(most - counts.begin())]);
  return *most == tally.runs ? text : fmt::format("{} {}x", text, *most);
}

std::string noticed_text(const Tally& tally, Role role) {
  const SpanStatistics& noticed = tally.noticed[index(role)];
  const std::uint64_t never = tally.never_noticed[index(role)];
  if (noticed.count == 0) return never > 0 ? "never" : "-";
  return brief(noticed.mean()) + (never > 0 ? fmt::format(" (never {}x)", never) : "");
}

std::string pair(const std::string& client, const std::string& server) {
  return client == "-" && server == "-" ? "-" : client + " | " + server;
}

class SweepTable {
 public:
  SweepTable(const Sweep& sweep, const Style& style) : sweep_(sweep), style_(style) {
    for (const SweepPoint& point : sweep.points) {
      connections_ = std::max(connections_, point.connections.size());
      chance_ = chance_ || point.runs > 1;
    }
    for (const SweepPoint& point : sweep.points) {
      for (const Tally& tally : point.connections) seeds_ = seeds_ || !seed_text(tally).empty();
    }
    for (const Boundary& boundary : find_boundaries(sweep)) {
      const std::size_t first = std::min(boundary.holds, boundary.fails);
      if (std::max(boundary.holds, boundary.fails) != first + 1) continue;
      lines_[{boundary.connection, first}] = boundary_line(sweep, boundary);
    }
  }

  // The connections one after the other, so that neighbours along the last axis are neighbours in
  // the table.
  void print(std::ostream& out) const {
    Table table(header());
    for (std::size_t connection = 0; connection < connections_; ++connection) {
      for (std::size_t i = 0; i < sweep_.points.size(); ++i) {
        if (connection >= sweep_.points[i].connections.size()) continue;
        table.add(row(i, sweep_.points[i].connections[connection]));
        const auto line = lines_.find({connection, i});
        if (line == lines_.end()) continue;
        const std::string text = "---- " + line->second + " ----";
        table.rule({text, style_.strong(text)});
      }
    }
    table.print(out, style_);
  }

 private:
  std::vector<std::string> header() const {
    std::vector<std::string> titles = axis_names(sweep_);
    if (connections_ > 1) titles.emplace_back("CONNECTION");
    titles.emplace_back("HELD");
    if (chance_) titles.emplace_back("");
    for (const char* title : {"OUTCOME", "DIES AFTER", "BLACKHOLE", "NOTICED AFTER",
                              "KEEPALIVES/DAY", "BYTES/DAY", "BLAME"}) {
      titles.emplace_back(title);
    }
    if (seeds_) titles.emplace_back("FAILS WITH");
    return titles;
  }

  std::vector<Table::Cell> row(std::size_t point, const Tally& tally) const {
    std::vector<Table::Cell> cells;
    const std::vector<std::size_t> place = sweep_.place(point);
    for (std::size_t i = 0; i < place.size(); ++i) {
      cells.push_back({label(sweep_.axes[i].values[place[i]]), ""});
    }
    if (connections_ > 1) cells.push_back({tally.name, ""});
    cells.push_back(held_cell(tally, style_));
    if (chance_) cells.push_back({interval_text(tally), ""});
    const bool died = tally.died.count > 0;
    const Cost& cost = tally.cost;
    for (const std::string& text :
         {pair(outcome_text(tally, Role::Client), outcome_text(tally, Role::Server)),
          died ? brief(tally.died.least) : "-", died ? brief(tally.blackhole.most) : "-",
          pair(noticed_text(tally, Role::Client), noticed_text(tally, Role::Server)),
          std::to_string(cost.per_day(cost.keepalives)), std::to_string(cost.per_day(cost.bytes)),
          died ? short_blame(tally.blame) : ""}) {
      cells.push_back({text, ""});
    }
    if (seeds_) cells.push_back({seed_text(tally), ""});
    return cells;
  }

  const Sweep& sweep_;
  const Style& style_;
  std::size_t connections_ = 0;
  bool chance_ = false;
  bool seeds_ = false;
  std::map<std::pair<std::size_t, std::size_t>, std::string> lines_;  // below connection and point
};

void write_heading(std::ostream& out, const Sweep& sweep, const Style& style) {
  if (!sweep.title.empty()) out << style.strong(sweep.title) << '\n';
  const std::size_t points = sweep.points.size();
  std::uint64_t least = UINT64_MAX;
  std::uint64_t most = 0;
  for (const SweepPoint& point : sweep.points) {
    least = std::min(least, point.runs);
    most = std::max(most, point.runs);
  }
  out << fmt::format("{} point{}", points, points == 1 ? "" : "s");
  if (least == most) {
    out << fmt::format(", {} run{} each", most, most == 1 ? "" : "s");
  } else {
    out << fmt::format(", {} runs of each that depends on chance", most);
  }
  if (sweep.done() < points) out << fmt::format("; {} of them done", sweep.done());
  out << "\n\n";
}

}  // namespace

void write_sweep_text(std::ostream& out, const Sweep& sweep, const Style& style) {
  write_heading(out, sweep, style);
  if (sweep.done() == 0) return;
  SweepTable(sweep, style).print(out);
  const std::vector<std::string> names = axis_names(sweep);
  for (std::size_t axis = 0; axis < sweep.axes.size(); ++axis) {
    if (sweep.axes[axis].values.size() == 1 && sweep.axes.size() > 1) continue;
    out << '\n' << style.strong(names[axis]) << '\n';
    const std::vector<std::string> sentences = tell_axis(sweep, axis);
    for (std::size_t i = 0; i < std::min(sentences.size(), kMostSentences); ++i) {
      out << "  " << sentences[i] << '\n';
    }
    if (sentences.size() > kMostSentences) {
      out << fmt::format("  and {} more: --format json has them all\n",
                         sentences.size() - kMostSentences);
    }
  }
}

}  // namespace stayalive
