// SPDX-License-Identifier: Apache-2.0
#include "report/page/sweep_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "picture/chart/chart_svg.h"
#include "report/counted.h"
#include "report/page/evidence.h"
#include "report/page/html_page.h"
#include "report/page/replayed_ladders.h"
#include "report/sweep/plain_sweep.h"
#include "report/sweep/sweep.h"
#include "report/sweep/sweep_chart.h"
#include "report/sweep/sweep_story.h"
#include "study/sweep/boundary.h"

namespace stayalive {
namespace {

std::size_t connections_of(const Sweep& sweep) {
  std::size_t most = 0;
  for (const SweepPoint& point : sweep.points) most = std::max(most, point.connections.size());
  return most;
}

// At how many points that are done a connection was judged, and at how many it held.
struct Share {
  std::size_t held = 0;
  std::size_t all = 0;
};
Share share_of(const Sweep& sweep) {
  Share share;
  for (const SweepPoint& point : sweep.points) {
    if (!point.done) continue;
    for (const Tally& tally : point.connections) {
      ++share.all;
      if (mostly_held(tally)) ++share.held;
    }
  }
  return share;
}

Phrase sweep_verdict(const SweepForPage& page) {
  const Sweep& sweep = page.sweep;
  if (sweep.done() < sweep.points.size()) {
    return {
        fmt::format("Only {} of {} were run", sweep.done(), counted(sweep.points.size(), "point")),
        Tone::Warn};
  }
  if (page.with_expectations && sweep.expects()) {
    return sweep.fulfils_expectations()
               ? Phrase("What is expected comes true in every run", Tone::Good)
               : Phrase("What is expected does not come true everywhere", Tone::Bad);
  }
  const Share share = share_of(sweep);
  if (share.held == share.all) return {"Every connection holds at every value", Tone::Good};
  if (share.held == 0) return {"No connection holds at any value", Tone::Bad};
  return {find_boundaries(sweep).empty() ? "Not every connection holds at every value"
                                         : "There are limits beyond which connections do not hold",
          Tone::Warn};
}

// What each axis shows, of the first that vary, until there is enough to read.
std::vector<Sentence> sweep_reasons(const Sweep& sweep) {
  constexpr std::size_t kMost = 12;
  std::vector<Sentence> reasons;
  for (std::size_t axis = 0; axis < sweep.axes.size() && sweep.done() > 0; ++axis) {
    if (sweep.axes[axis].values.size() == 1 && sweep.axes.size() > 1) continue;
    const std::string name = axis_names(sweep)[axis];
    for (const std::string& sentence : tell_axis(sweep, axis)) {
      if (reasons.size() == kMost) {
        reasons.push_back({{"and more, below", Tone::Faint}});
        return reasons;
      }
      reasons.push_back({{name + ": ", Tone::Faint}, sentence});
    }
  }
  return reasons;
}

// Where a connection does not hold, just beside a value at which it does where there is one.
std::optional<std::size_t> failing_point(const Sweep& sweep, std::size_t connection) {
  for (const Boundary& boundary : find_boundaries(sweep)) {
    if (boundary.connection == connection) return boundary.fails;
  }
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    const SweepPoint& point = sweep.points[i];
    if (point.done && connection < point.connections.size() &&
        !mostly_held(point.connections[connection]))
      return i;
  }
  return std::nullopt;
}

void add_failures(HtmlPage& page, const SweepForPage& its) {
  const Sweep& sweep = its.sweep;
  const std::vector<std::string> names = axis_names(sweep);
  std::size_t drawn = 0;
  for (std::size_t connection = 0; connection < connections_of(sweep); ++connection) {
    const std::optional<std::size_t> point = failing_point(sweep, connection);
    if (!point) continue;
    if (++drawn > kMostLadders) continue;
    const Tally& tally = sweep.points[*point].connections[connection];
    std::string where;
    const std::vector<std::size_t> place = sweep.place(*point);
    for (std::size_t axis = 0; axis < place.size(); ++axis) {
      where += fmt::format("{}{} {}", axis > 0 ? ", " : "", names[axis],
                           label(sweep.axes[axis].values[place[axis]]));
    }
    page.part(fmt::format("{} with {}", tally.name, where));
    if (tally.runs > 1)
      page.words({fmt::format("It held in {} of {}; this is the first in which it did not.",
                              tally.held, counted(tally.runs, "run"))});
    const Result<Scenario> scenario = scenario_at(its.document, its.request, sweep, *point);
    if (scenario.ok())
      add_ladders(page, {scenario.value(), tally.failed_seed, {connection}, its.stop, its.wording});
  }
  if (drawn == 0) page.words({"Every connection held at every value that was run."});
  if (drawn > kMostLadders) {
    page.words({{fmt::format("{} more did not hold somewhere",
                             counted(drawn - kMostLadders, "connection")),
                 Tone::Faint}});
  }
}

}  // namespace

void write_sweep_page(std::ostream& out, const SweepForPage& its, const std::string& made_by) {
  const Sweep& sweep = its.sweep;
  HtmlPage page(out, sweep.title.empty() ? sweep.file : sweep.title);
  const Sweep in_its_words = its.wording == Wording::Plain ? in_plain_words(sweep) : sweep;
  page.verdict(sweep_verdict(its), sweep_reasons(in_its_words));
  page.section("Charts");
  const Result<Chart> chart = draw_sweep(in_its_words);
  if (chart.ok()) {
    page.figure("Charts of the sweep", [&](std::ostream& drawing, const std::string& id) {
      write_chart_svg(drawing, chart.value(), id);
    });
  } else {
    page.words({"There is none: " + chart.errors().front().message + "."});
  }
  page.section("What did not hold, packet by packet");
  add_failures(page, its);
  page.section("Evidence");
  page.document(describe_sweep(sweep, its.with_expectations));
  page.section("Where the values are from");
  const Result<Scenario> scenario = scenario_at(its.document, its.request, sweep, 0);
  if (scenario.ok()) add_sources(page, {&scenario.value()});
  page.section("The scenario");
  page.file(its.document.file(), its.document.text());
  page.end(made_by);
}

}  // namespace stayalive
