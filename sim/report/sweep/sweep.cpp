// SPDX-License-Identifier: Apache-2.0
#include "report/sweep/sweep.h"

#include <fmt/format.h>

#include <algorithm>

#include "picture/margin_text.h"
#include "report/counted.h"
#include "report/sweep/sweep_expectations.h"
#include "report/sweep/sweep_story.h"
#include "report/sweep/sweep_table.h"
#include "report/sweep/sweep_tree.h"

namespace stayalive {
namespace {

constexpr std::size_t kMostSentences = 60;

void add_heading(std::vector<Block>& blocks, const Sweep& sweep) {
  if (!sweep.title.empty()) blocks.push_back(Heading{{{sweep.title, Tone::Strong}}});
  const std::size_t points = sweep.points.size();
  std::uint64_t least = UINT64_MAX;
  std::uint64_t most = 0;
  for (const SweepPoint& point : sweep.points) {
    least = std::min(least, point.runs);
    most = std::max(most, point.runs);
  }
  std::string text = counted(points, "point");
  if (least == most) {
    text += fmt::format(", {} each", counted(most, "run"));
  } else {
    text += fmt::format(", {} runs of each that depends on chance", most);
  }
  if (sweep.done() < points) text += fmt::format("; {} of them done", sweep.done());
  blocks.push_back(Line{{text}});
  blocks.push_back(Gap{});
}

void add_sentences(std::vector<Block>& blocks, const std::vector<std::string>& sentences) {
  for (std::size_t i = 0; i < std::min(sentences.size(), kMostSentences); ++i) {
    blocks.push_back(Item{{sentences[i]}, 2, 4});
  }
  if (sentences.size() <= kMostSentences) return;
  blocks.push_back(Item{
      {fmt::format("and {} more: --format json has them all", sentences.size() - kMostSentences)},
      2,
      4});
}

void add_axis(std::vector<Block>& blocks, const Sweep& sweep, std::size_t axis,
              const std::string& axis_name) {
  blocks.push_back(Gap{});
  blocks.push_back(Heading{{{axis_name, Tone::Strong}}, 2});
  add_sentences(blocks, tell_axis(sweep, axis));
}

// Where a connection held by less than a timer may be late.
void add_margins(std::vector<Block>& blocks, const Sweep& sweep,
                 const std::vector<std::string>& names) {
  std::vector<std::string> sentences;
  for (std::size_t point = 0; point < sweep.points.size(); ++point) {
    const std::vector<std::size_t> place = sweep.place(point);
    std::string where;
    for (std::size_t axis = 0; axis < place.size(); ++axis) {
      where += fmt::format("{}{} {}", axis > 0 ? ", " : "", names[axis],
                           label(sweep.axes[axis].values[place[axis]]));
    }
    for (const Tally& tally : sweep.points[point].connections) {
      if (!tally.closest_call || !tally.closest_call->within_slip()) continue;
      sentences.push_back(
          fmt::format("{}: {} {}", where, tally.name, slip_warning(*tally.closest_call)));
    }
  }
  if (sentences.empty()) return;
  blocks.push_back(Gap{});
  blocks.push_back(Heading{{{"Margins that a timer may use up", Tone::Strong}}, 2});
  add_sentences(blocks, sentences);
}

}  // namespace

Document describe_sweep(const Sweep& sweep, bool with_expectations) {
  const auto blocks = [&sweep, with_expectations] {
    std::vector<Block> all;
    add_heading(all, sweep);
    all.push_back(sweep_table(sweep));
    const std::vector<std::string> names = axis_names(sweep);
    for (std::size_t axis = 0; axis < sweep.axes.size() && sweep.done() > 0; ++axis) {
      if (sweep.axes[axis].values.size() == 1 && sweep.axes.size() > 1) continue;
      add_axis(all, sweep, axis, names[axis]);
    }
    add_margins(all, sweep, names);
    if (with_expectations) add_sweep_expectations(all, sweep);
    return all;
  };
  return {[&sweep] { return sweep_tree(sweep); }, blocks};
}

}  // namespace stayalive
