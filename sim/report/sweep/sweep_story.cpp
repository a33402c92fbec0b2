// SPDX-License-Identifier: Apache-2.0
#include "report/sweep/sweep_story.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string_view>

#include "base/text.h"
#include "picture/blame_text.h"

namespace stayalive {
namespace {

// The last keys of a path, so many of them; what follows "timeouts" is one key.
std::string end_of(const std::string& path, std::size_t keys) {
  std::string_view rest = path;
  const char separator = rest.starts_with('/') ? '/' : '.';
  std::size_t begin = rest.size();
  for (std::size_t i = 0; i < keys && begin > 0; ++i) {
    const std::size_t before = rest.rfind(separator, begin - 1);
    constexpr std::string_view kTimeouts = "timeouts.";
    const std::size_t timeouts = rest.rfind(kTimeouts, begin - 1);
    begin = before == std::string_view::npos ? 0 : before;
    if (timeouts != std::string_view::npos && timeouts + kTimeouts.size() <= begin + 1) {
      const std::string_view between = rest.substr(timeouts + kTimeouts.size());
      if (i == 0 && !between.empty()) begin = timeouts + kTimeouts.size() - 1;
    }
  }
  const std::string_view end = rest.substr(begin);
  return std::string(begin > 0 && end.size() > 1 ? end.substr(1) : end);
}

std::string value_of(const Sweep& sweep, std::size_t axis, std::size_t point) {
  return label(sweep.axes[axis].values[sweep.place(point)[axis]]);
}

// Why a connection did not hold, as the end of a sentence.
std::string cause(const Tally& tally) {
  const Blame& blame = tally.blame;
  std::string text;
  if (tally.runs > 1) text = fmt::format("{}/{} hold: ", tally.held, tally.runs);
  if (blame.kind == FaultKind::Flow && blame.event == FlowEvent::Expired) {
    const std::string span = print_duration(blame.timeout);
    text += blame.timer.empty() ? fmt::format("{} forgets it after {} of silence", blame.who, span)
                                : fmt::format("{} forgets it: {} {}", blame.who, blame.timer, span);
    if (blame.taken_up == kPicksUp) {
      text += fmt::format(", and takes it up again when the inside sends ({})", kPicksUp);
    }
    return text;
  }
  const std::string brief_blame = short_blame(blame);
  // "server had left" is a sentence of its own already.
  if (blame.kind == FaultKind::Peer) return text + brief_blame;
  return text + (brief_blame.empty() ? "it does not" : "it dies of " + brief_blame);
}

// "20/20" where there were several runs.
std::string share(const Tally& tally) {
  return tally.runs > 1 ? fmt::format(" ({}/{})", tally.held, tally.runs) : "";
}

// A connection at the points along one axis, in rising order of its values.
class AxisLine {
 public:
  AxisLine(const Sweep& sweep, std::size_t axis, std::size_t connection, std::size_t first)
      : sweep_(sweep), axis_(axis), connection_(connection), order_(order_of(sweep.axes[axis])) {
    const std::size_t stride = sweep.stride(axis);
    for (std::size_t i = 0; i < sweep.axes[axis].values.size(); ++i) {
      const SweepPoint& point = sweep.points[first + i * stride];
      if (point.done && connection < point.connections.size())
        points_.push_back(first + i * stride);
    }
    if (order_ == AxisOrder::Falling) std::ranges::reverse(points_);
  }
  bool empty() const { return points_.empty(); }
  const std::string& name() const { return tally(points_.front()).name; }

  std::string sentence() const {
    const auto holds = [this](std::size_t point) { return mostly_held(tally(point)); };
    const auto count = std::ranges::count_if(points_, holds);
    const std::string last = value(points_.back());
    const std::string first = value(points_.front());
    const std::string range = points_.size() == 1 ? "at " + first
                              : order_ == AxisOrder::None
                                  ? "with all of them"
                                  : fmt::format("at all values from {} to {}", first, last);
    if (static_cast<std::size_t>(count) == points_.size()) return "holds " + range + worst_share();
    if (count == 0) {
      const std::string none =
          points_.size() == 1 ? " at " + first + ": " : " at any of them; at " + first + " ";
      return "does not hold" + none + cause(tally(points_.front()));
    }
    return order_ == AxisOrder::None ? in_any_order() : in_order();
  }

 private:
  const Tally& tally(std::size_t point) const {
    return sweep_.points[point].connections[connection_];
  }
  std::string value(std::size_t point) const { return value_of(sweep_, axis_, point); }
  // How often it held where it held least, when that was not always.
  std::string worst_share() const {
    const auto less = [this](std::size_t a, std::size_t b) {
      return tally(a).held * tally(b).runs < tally(b).held * tally(a).runs;
    };
    const std::size_t worst = *std::ranges::min_element(points_, less);
    if (tally(worst).held == tally(worst).runs) return "";
    return fmt::format(", least of all at {}{}", value(worst), share(tally(worst)));
  }

  std::string in_any_order() const {
    std::string good;
    std::string bad;
    for (const std::size_t point : points_) {
      std::string& text = mostly_held(tally(point)) ? good : bad;
      if (!text.empty()) text += ", ";
      text += value(point);
      if (&text == &good) {
        text += share(tally(point));
      } else {
        text += fmt::format(" ({})", cause(tally(point)));
      }
    }
    return fmt::format("holds with {}; not with {}", good, bad);
  }

  // One stretch of values at which it holds: points_[from] to points_[to].
  std::string stretch(std::size_t from, std::size_t to) const {
    if (from == 0) return fmt::format("up to {}{}", value(points_[to]), share(tally(points_[to])));
    const std::string begin = value(points_[from]) + share(tally(points_[from]));
    if (to + 1 == points_.size()) return fmt::format("from {} on", begin);
    if (from == to) return "at " + begin;
    return fmt::format("from {} to {}{}", begin, value(points_[to]), share(tally(points_[to])));
  }

  std::string in_order() const {
    std::string good;
    std::string bad;
    for (std::size_t from = 0; from < points_.size(); ++from) {
      if (!mostly_held(tally(points_[from]))) continue;
      std::size_t to = from;
      while (to + 1 < points_.size() && mostly_held(tally(points_[to + 1]))) ++to;
      good += (good.empty() ? "" : " and ") + stretch(from, to);
      if (from > 0) bad += failure(points_[from - 1]);
      if (to + 1 < points_.size()) bad += failure(points_[to + 1]);
      from = to;
    }
    return "holds " + good + bad;
  }
  std::string failure(std::size_t point) const {
    return fmt::format("; at {} {}", value(point), cause(tally(point)));
  }

  const Sweep& sweep_;
  std::size_t axis_;
  std::size_t connection_;
  AxisOrder order_;
  std::vector<std::size_t> points_;
};

// "with a 1 and b 2: " for the values of all axes but one; empty when they do not vary.
std::string others(const Sweep& sweep, const std::vector<std::string>& names, std::size_t axis,
                   std::size_t point) {
  std::string text;
  for (std::size_t i = 0; i < sweep.axes.size(); ++i) {
    if (i == axis || sweep.axes[i].values.size() == 1) continue;
    text += text.empty() ? "with " : " and ";
    text += names[i] + " " + value_of(sweep, i, point);
  }
  return text.empty() ? "" : text + ": ";
}

}  // namespace

std::vector<std::string> axis_names(const Sweep& sweep) {
  std::vector<std::string> names;
  for (const Axis& axis : sweep.axes) {
    // Longer until no other axis ends so, too.
    std::string name;
    for (std::size_t keys = 1; name != axis.path && keys < 64; ++keys) {
      name = end_of(axis.path, keys);
      const auto same = std::ranges::count_if(
          sweep.axes, [&](const Axis& other) { return end_of(other.path, keys) == name; });
      if (same == 1) break;
    }
    names.push_back(name);
  }
  return names;
}

std::string boundary_line(const Sweep& sweep, const Boundary& boundary) {
  const std::string holds = value_of(sweep, boundary.axis, boundary.holds);
  const std::string fails = value_of(sweep, boundary.axis, boundary.fails);
  const bool falling = order_of(sweep.axes[boundary.axis]) == AxisOrder::Falling;
  const bool upwards = (boundary.holds < boundary.fails) != falling;
  if (upwards) return fmt::format("holds up to {}, not at {}", holds, fails);
  return fmt::format("not at {}, holds from {} on", fails, holds);
}

std::vector<std::string> tell_axis(const Sweep& sweep, std::size_t axis) {
  const std::vector<std::string> names = axis_names(sweep);
  std::size_t connections = 0;
  for (const SweepPoint& point : sweep.points) {
    connections = std::max(connections, point.connections.size());
  }
  std::vector<std::string> sentences;
  for (std::size_t connection = 0; connection < connections; ++connection) {
    for (std::size_t point = 0; point < sweep.points.size(); ++point) {
      if (sweep.place(point)[axis] != 0) continue;
      const AxisLine line(sweep, axis, connection, point);
      if (line.empty()) continue;
      sentences.push_back(
          fmt::format("{}{} {}", others(sweep, names, axis, point), line.name(), line.sentence()));
    }
  }
  return sentences;
}

}  // namespace stayalive
