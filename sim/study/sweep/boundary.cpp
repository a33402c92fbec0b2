// SPDX-License-Identifier: Apache-2.0
#include "study/sweep/boundary.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "base/text.h"

namespace stayalive {
namespace {

constexpr std::int64_t kRatioParts = 1'000'000'000;

std::optional<std::int64_t> as_number(const JsonValue& value) { return value.integer; }
std::optional<std::int64_t> as_span(const JsonValue& value) {
  if (value.kind != JsonValue::Kind::Text) return std::nullopt;
  const std::optional<Duration> span = parse_duration(value.text);
  return span ? std::optional(span->count()) : std::nullopt;
}
std::optional<std::int64_t> as_rate(const JsonValue& value) {
  if (value.kind != JsonValue::Kind::Text) return std::nullopt;
  const std::optional<BitRate> rate = parse_rate(value.text);
  return rate ? std::optional(static_cast<std::int64_t>(rate->bits_per_second)) : std::nullopt;
}
std::optional<std::int64_t> as_ratio(const JsonValue& value) {
  if (value.kind != JsonValue::Kind::Text) return std::nullopt;
  const std::optional<Ratio> ratio = parse_ratio(value.text);
  return ratio ? std::optional(ratio->numerator * kRatioParts / ratio->denominator) : std::nullopt;
}

using Measure = std::optional<std::int64_t> (*)(const JsonValue&);

// Every value in that measure; empty when one has none.
std::vector<std::int64_t> measured(const Axis& axis, Measure measure) {
  std::vector<std::int64_t> sizes;
  for (const JsonValue& value : axis.values) {
    const std::optional<std::int64_t> size = measure(value);
    if (!size) return {};
    sizes.push_back(*size);
  }
  return sizes;
}

}  // namespace

AxisOrder order_of(const Axis& axis) {
  constexpr std::array<Measure, 4> kMeasures{as_number, as_span, as_rate, as_ratio};
  for (const Measure measure : kMeasures) {
    const std::vector<std::int64_t> sizes = measured(axis, measure);
    if (sizes.empty()) continue;
    if (std::ranges::is_sorted(sizes)) return AxisOrder::Rising;
    if (std::ranges::is_sorted(sizes, std::greater<>())) return AxisOrder::Falling;
  }
  return AxisOrder::None;
}

bool mostly_held(const Tally& tally) { return tally.held > tally.runs - tally.held; }

namespace {

// Boundaries between a point and the next one along the axis.
void compare_neighbours(const Sweep& sweep, std::size_t axis, std::size_t point, std::size_t next,
                        std::size_t connection, std::vector<Boundary>& boundaries) {
  const std::vector<Tally>& here = sweep.points[point].connections;
  const std::vector<Tally>& there = sweep.points[next].connections;
  if (connection >= here.size() || connection >= there.size()) return;
  if (here[connection].name != there[connection].name) return;
  const bool holds = mostly_held(here[connection]);
  if (holds == mostly_held(there[connection])) return;
  boundaries.push_back({axis, connection, holds ? point : next, holds ? next : point});
}

}  // namespace

std::vector<Boundary> find_boundaries(const Sweep& sweep) {
  std::size_t connections = 0;
  for (const SweepPoint& point : sweep.points) {
    connections = std::max(connections, point.connections.size());
  }
  std::vector<Boundary> boundaries;
  for (std::size_t axis = 0; axis < sweep.axes.size(); ++axis) {
    if (order_of(sweep.axes[axis]) == AxisOrder::None) continue;
    const std::size_t stride = sweep.stride(axis);
    const std::size_t values = sweep.axes[axis].values.size();
    for (std::size_t connection = 0; connection < connections; ++connection) {
      for (std::size_t point = 0; point < sweep.points.size(); ++point) {
        if (point / stride % values + 1 == values) continue;
        const std::size_t next = point + stride;
        if (!sweep.points[point].done || !sweep.points[next].done) continue;
        compare_neighbours(sweep, axis, point, next, connection, boundaries);
      }
    }
  }
  return boundaries;
}

}  // namespace stayalive
