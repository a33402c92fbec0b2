// SPDX-License-Identifier: Apache-2.0
#include "report/sweep/sweep_tree.h"

#include <cmath>

#include "report/run/blame_tree.h"
#include "report/run/closest_call_tree.h"
#include "report/sweep/axis_unit.h"
#include "report/sweep/sweep_expectations.h"
#include "report/sweep/sweep_story.h"
#include "report/tenths.h"
#include "study/sweep/boundary.h"
#include "study/trials/confidence.h"

namespace stayalive {
namespace {

// A value of a scenario as it is written there.
Tree as_written(const JsonValue& value) {
  switch (value.kind) {
    case JsonValue::Kind::Null:
      return nullptr;
    case JsonValue::Kind::Boolean:
      return value.flag;
    case JsonValue::Kind::Number:
      if (value.integer) return *value.integer;
      return number_of(value, AxisUnit::None);
    case JsonValue::Kind::Text:
      return value.text;
    case JsonValue::Kind::Array: {
      Tree items = Tree::list();
      for (const JsonValue& item : value.items) items.add(as_written(item));
      return items;
    }
    case JsonValue::Kind::Object:
      break;
  }
  Tree members = Tree::record();
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    members.set(value.keys[i].text, as_written(value.items[i]));
  }
  return members;
}

// A whole number stays one.
Value as_number(const JsonValue& value, AxisUnit unit) {
  return value.integer ? Value(*value.integer) : Value(number_of(value, unit));
}

Duration in_milliseconds(Duration span) { return span / 1ms * 1ms; }

double in_four_decimals(double probability) { return std::round(probability * 1e4) / 1e4; }

Tree spans_tree(const SpanStatistics& spans) {
  if (spans.count == 0) return nullptr;
  return Tree::record({{"runs", spans.count},
                       {"least", in_milliseconds(spans.least)},
                       {"mean", in_milliseconds(spans.mean())},
                       {"most", in_milliseconds(spans.most)}});
}

Tree tally_side_tree(const Tally& tally, Role role) {
  Tree outcomes = Tree::record();
  for (std::size_t i = 0; i < kOutcomeNames.size(); ++i) {
    const std::uint64_t count = tally.outcomes[index(role)][i];
    if (count > 0) outcomes.set(std::string(kOutcomeNames[i]), count);
  }
  return Tree::record({{"outcomes", outcomes},
                       {"noticed_after", spans_tree(tally.noticed[index(role)])},
                       {"unaware", tally.unaware[index(role)]}});
}

// Where the probability to hold lies; of a single run nothing can be said.
Tree confidence_tree(const Tally& tally) {
  if (tally.runs <= 1) return nullptr;
  const Interval interval = confidence(tally.held, tally.runs);
  Tree bounds = Tree::list();
  bounds.add(in_four_decimals(interval.low));
  bounds.add(in_four_decimals(interval.high));
  return bounds;
}

Tree session_tally_tree(const std::optional<SessionTally>& session) {
  if (!session) return nullptr;
  return Tree::record({{"opened", session->opened},
                       {"asked", session->asked},
                       {"answered", session->answered},
                       {"failed", session->failed},
                       {"page_load", spans_tree(session->page_load)}});
}

Tree server_tally_tree(const std::optional<ServerTally>& server) {
  if (!server) return nullptr;
  return Tree::record({{"accepted", server->accepted},
                       {"waited", server->waited},
                       {"longest_wait", spans_tree(server->longest_wait)},
                       {"kept_out", server->kept_out},
                       {"turned_away", server->turned_away},
                       {"dropped_syns", server->dropped_syns},
                       {"most_served", server->most_served},
                       {"mean_served", tenths(server->mean_served())}});
}

Tree tally_tree(const Tally& tally) {
  const Cost& cost = tally.cost;
  return Tree::record({{"name", tally.name},
                       {"strategy", tally.strategy},
                       {"runs", tally.runs},
                       {"held", tally.held},
                       {"confidence", confidence_tree(tally)},
                       {"died_after", spans_tree(tally.died)},
                       {"blackhole", spans_tree(tally.blackhole)},
                       {"client", tally_side_tree(tally, Role::Client)},
                       {"server", tally_side_tree(tally, Role::Server)},
                       {"per_day", Tree::record({{"keepalives", cost.per_day(cost.keepalives)},
                                                 {"packets", cost.per_day(cost.packets)},
                                                 {"bytes", cost.per_day(cost.bytes)},
                                                 {"radio_wakeups", cost.per_day(cost.wakeups)},
                                                 {"radio_awake", cost.awake_per_day()}})},
                       {"blame", blame_tree(tally.blame)},
                       {"failed_seed", tally.failed_seed},
                       {"closest_call", closest_call_tree(tally.closest_call)},
                       {"session", session_tally_tree(tally.session)},
                       {"at_server", server_tally_tree(tally.at_server)}});
}

// The values of all axes at a point, as they are written and as numbers.
class PointValues {
 public:
  explicit PointValues(const Sweep& sweep) : sweep_(sweep) {
    for (const Axis& axis : sweep.axes) units_.push_back(unit_of(axis));
  }
  AxisUnit unit(std::size_t axis) const { return units_[axis]; }
  Tree texts(std::size_t point) const {
    Tree values = Tree::list();
    const std::vector<std::size_t> place = sweep_.place(point);
    for (std::size_t i = 0; i < place.size(); ++i) {
      values.add(as_written(sweep_.axes[i].values[place[i]]));
    }
    return values;
  }
  Tree numbers(std::size_t point) const {
    Tree values = Tree::list();
    const std::vector<std::size_t> place = sweep_.place(point);
    for (std::size_t i = 0; i < place.size(); ++i) {
      values.add(as_number(sweep_.axes[i].values[place[i]], units_[i]));
    }
    return values;
  }

 private:
  const Sweep& sweep_;
  std::vector<AxisUnit> units_;
};

Tree axes_tree(const Sweep& sweep, const PointValues& values) {
  Tree axes = Tree::list();
  for (std::size_t i = 0; i < sweep.axes.size(); ++i) {
    Tree texts = Tree::list();
    Tree numbers = Tree::list();
    for (const JsonValue& value : sweep.axes[i].values) {
      texts.add(as_written(value));
      numbers.add(as_number(value, values.unit(i)));
    }
    const char* unit = name(values.unit(i));
    axes.add(Tree::record({{"path", sweep.axes[i].path},
                           {"values", texts},
                           {"unit", unit == nullptr ? Value() : Value(unit)},
                           {"numbers", numbers}}));
  }
  return axes;
}

Tree boundary_tree(const Sweep& sweep, const PointValues& values, const Boundary& boundary) {
  const Tally& failed = sweep.points[boundary.fails].connections[boundary.connection];
  return Tree::record({{"connection", failed.name},
                       {"axis", sweep.axes[boundary.axis].path},
                       {"holds_at", values.texts(boundary.holds)},
                       {"fails_at", values.texts(boundary.fails)},
                       {"blame", blame_tree(failed.blame)},
                       {"text", boundary_line(sweep, boundary)}});
}

}  // namespace

Tree sweep_tree(const Sweep& sweep) {
  const PointValues values(sweep);
  Tree points = Tree::list();
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    if (!sweep.points[i].done) continue;
    Tree connections = Tree::list();
    for (const Tally& tally : sweep.points[i].connections) connections.add(tally_tree(tally));
    Tree point = Tree::record({{"values", values.texts(i)}, {"numbers", values.numbers(i)}});
    point.set("connections", std::move(connections));
    point.set("expectations", expectations_tree(sweep.points[i]));
    points.add(std::move(point));
  }
  Tree boundaries = Tree::list();
  for (const Boundary& boundary : find_boundaries(sweep)) {
    boundaries.add(boundary_tree(sweep, values, boundary));
  }
  Tree tree =
      Tree::record({{"format", "stayalive-sweep"},
                    {"version", 1},
                    {"scenario", text_or_nothing(sweep.file)},
                    {"title", sweep.title},
                    {"complete", sweep.done() == sweep.points.size()},
                    {"holds", sweep.expects() ? Value(sweep.fulfils_expectations()) : Value()},
                    {"axes", axes_tree(sweep, values)}});
  tree.set("points", std::move(points));
  tree.set("boundaries", std::move(boundaries));
  return tree;
}

}  // namespace stayalive
