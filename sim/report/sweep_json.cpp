// SPDX-License-Identifier: Apache-2.0
#include "report/sweep_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "report/blame_json.h"
#include "report/sweep_story.h"
#include "study/sweep/boundary.h"
#include "study/trials/confidence.h"

namespace stayalive {
namespace {

using Json = nlohmann::ordered_json;

Json value_json(const JsonValue& value) {
  switch (value.kind) {
    case JsonValue::Kind::Null:
      return nullptr;
    case JsonValue::Kind::Boolean:
      return value.flag;
    case JsonValue::Kind::Number:
      return value.integer ? Json(*value.integer) : Json::parse(value.text);
    case JsonValue::Kind::Text:
      return value.text;
    case JsonValue::Kind::Array:
    case JsonValue::Kind::Object:
      break;
  }
  Json json = value.kind == JsonValue::Kind::Array ? Json::array() : Json::object();
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (value.kind == JsonValue::Kind::Array) {
      json.push_back(value_json(value.items[i]));
    } else {
      json[value.keys[i].text] = value_json(value.items[i]);
    }
  }
  return json;
}

// Seconds, to the millisecond.
Json seconds(Duration span) { return static_cast<double>(span / 1ms) / 1e3; }

Json share(double probability) { return std::round(probability * 1e4) / 1e4; }

Json spans_json(const SpanStatistics& spans) {
  if (spans.count == 0) return nullptr;
  return Json{{"runs", spans.count},
              {"least", seconds(spans.least)},
              {"mean", seconds(spans.mean())},
              {"most", seconds(spans.most)}};
}

Json side_json(const Tally& tally, Role role) {
  Json outcomes = Json::object();
  for (std::size_t i = 0; i < kOutcomeNames.size(); ++i) {
    const std::uint64_t count = tally.outcomes[index(role)][i];
    if (count > 0) outcomes[std::string(kOutcomeNames[i])] = count;
  }
  return Json{{"outcomes", outcomes},
              {"noticed_after", spans_json(tally.noticed[index(role)])},
              {"never_noticed", tally.never_noticed[index(role)]}};
}

// Where the probability to hold lies; of a single run nothing can be said.
Json confidence_json(const Tally& tally) {
  if (tally.runs <= 1) return nullptr;
  const Interval interval = confidence(tally.held, tally.runs);
  return Json::array({share(interval.low), share(interval.high)});
}

Json tally_json(const Tally& tally) {
  const Cost& cost = tally.cost;
  return Json{{"name", tally.name},
              {"strategy", tally.strategy},
              {"runs", tally.runs},
              {"held", tally.held},
              {"confidence", confidence_json(tally)},
              {"died_after", spans_json(tally.died)},
              {"blackhole", spans_json(tally.blackhole)},
              {"client", side_json(tally, Role::Client)},
              {"server", side_json(tally, Role::Server)},
              {"per_day", Json{{"keepalives", cost.per_day(cost.keepalives)},
                               {"packets", cost.per_day(cost.packets)},
                               {"bytes", cost.per_day(cost.bytes)},
                               {"radio_wakeups", cost.per_day(cost.wakeups)}}},
              {"blame", blame_json(tally.blame)},
              {"failed_seed", tally.failed_seed ? Json(*tally.failed_seed) : Json(nullptr)}};
}

Json values_json(const Sweep& sweep, std::size_t point) {
  Json values = Json::array();
  const std::vector<std::size_t> place = sweep.place(point);
  for (std::size_t i = 0; i < place.size(); ++i) {
    values.push_back(value_json(sweep.axes[i].values[place[i]]));
  }
  return values;
}

Json boundary_json(const Sweep& sweep, const Boundary& boundary) {
  const Tally& failed = sweep.points[boundary.fails].connections[boundary.connection];
  return Json{{"connection", failed.name},
              {"axis", sweep.axes[boundary.axis].path},
              {"holds_at", values_json(sweep, boundary.holds)},
              {"fails_at", values_json(sweep, boundary.fails)},
              {"blame", blame_json(failed.blame)},
              {"text", boundary_line(sweep, boundary)}};
}

}  // namespace

void write_sweep_json(std::ostream& out, const Sweep& sweep) {
  Json axes = Json::array();
  for (const Axis& axis : sweep.axes) {
    Json values = Json::array();
    for (const JsonValue& value : axis.values) values.push_back(value_json(value));
    axes.push_back({{"path", axis.path}, {"values", values}});
  }
  Json points = Json::array();
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    if (!sweep.points[i].done) continue;
    Json connections = Json::array();
    for (const Tally& tally : sweep.points[i].connections) connections.push_back(tally_json(tally));
    points.push_back({{"values", values_json(sweep, i)}, {"connections", connections}});
  }
  Json boundaries = Json::array();
  for (const Boundary& boundary : find_boundaries(sweep)) {
    boundaries.push_back(boundary_json(sweep, boundary));
  }
  const Json document{{"format", "stayalive-sweep"},
                      {"version", 1},
                      {"scenario", sweep.file.empty() ? Json(nullptr) : Json(sweep.file)},
                      {"title", sweep.title},
                      {"complete", sweep.done() == sweep.points.size()},
                      {"axes", axes},
                      {"points", points},
                      {"boundaries", boundaries}};
  out << document.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace stayalive
