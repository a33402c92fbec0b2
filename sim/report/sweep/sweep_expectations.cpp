// SPDX-License-Identifier: Apache-2.0
#include "report/sweep/sweep_expectations.h"

#include <fmt/format.h>

#include <algorithm>

#include "picture/failure_reason.h"
#include "report/counted.h"
#include "report/run/blame_tree.h"
#include "report/sweep/sweep_story.h"

namespace stayalive {
namespace {

constexpr std::size_t kMostFailures = 10;  // shown of each expectation

// The same expectation at all points that are done.
struct Throughout {
  const ExpectationTally* first = nullptr;
  std::size_t points = 0;
  std::vector<std::size_t> failed;  // points
};

std::vector<Throughout> gather(const Sweep& sweep) {
  std::vector<Throughout> all;
  for (std::size_t point = 0; point < sweep.points.size(); ++point) {
    const std::vector<ExpectationTally>& tallies = sweep.points[point].expectations;
    if (all.size() < tallies.size()) all.resize(tallies.size());
    for (std::size_t i = 0; i < tallies.size(); ++i) {
      if (all[i].first == nullptr) all[i].first = &tallies[i];
      ++all[i].points;
      if (!tallies[i].holds()) all[i].failed.push_back(point);
    }
  }
  return all;
}

// "every 1m15s, loss 1%".
std::string values_at(const Sweep& sweep, std::size_t point) {
  const std::vector<std::string> names = axis_names(sweep);
  const std::vector<std::size_t> place = sweep.place(point);
  std::string text;
  for (std::size_t i = 0; i < place.size(); ++i) {
    text +=
        fmt::format("{}{} {}", i == 0 ? "" : ", ", names[i], label(sweep.axes[i].values[place[i]]));
  }
  return text;
}

std::string failure_text(const ExpectationTally& tally) {
  const ExpectationFailure& failure = *tally.failure;
  std::string text;
  if (tally.runs > 1) {
    text = fmt::format("in {} of {} runs, first with --seed {}; ", tally.runs - tally.held,
                       tally.runs, failure.seed);
  }
  text += "found: " + failure.found;
  ExpectationReport report;
  report.blame = failure.blame;
  report.of_many = failure.of_many;
  const std::string reason = failure_reason(report);
  return reason.empty() ? text : text + "; because: " + reason;
}

}  // namespace

void add_sweep_expectations(std::vector<Block>& blocks, const Sweep& sweep) {
  const std::vector<Throughout> all = gather(sweep);
  if (all.empty()) return;
  blocks.push_back(Gap{});
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Throughout& its = all[i];
    const bool holds = its.failed.empty();
    std::string text = "  " + its.first->text;
    if (!holds)
      text += fmt::format(": at {} of {}", its.failed.size(), counted(its.points, "point"));
    blocks.push_back(
        Item{{holds ? Phrase("holds", Tone::Good) : Phrase("FAILS", Tone::Bad), text}, 2, 9});
    for (std::size_t n = 0; n < std::min(its.failed.size(), kMostFailures); ++n) {
      const std::size_t point = its.failed[n];
      blocks.push_back(
          Item{{values_at(sweep, point) + ": " + failure_text(sweep.points[point].expectations[i])},
               9,
               11});
    }
    if (its.failed.size() > kMostFailures) {
      blocks.push_back(Item{{fmt::format("and at {} points more: --format json has them all",
                                         its.failed.size() - kMostFailures)},
                            9,
                            11});
    }
  }
}

Tree expectations_tree(const SweepPoint& point) {
  Tree list = Tree::list();
  for (const ExpectationTally& tally : point.expectations) {
    Tree tree = Tree::record({{"expect", tally.text},
                              {"pointer", tally.pointer},
                              {"runs", tally.runs},
                              {"held", tally.held}});
    tree.set("failed_seed", tally.failure ? Value(tally.failure->seed) : Value());
    tree.set("found", tally.failure ? Value(tally.failure->found) : Value());
    tree.set("blame", tally.failure ? blame_tree(tally.failure->blame) : Tree());
    list.add(std::move(tree));
  }
  return list;
}

}  // namespace stayalive
