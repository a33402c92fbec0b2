// SPDX-License-Identifier: Apache-2.0
#include "report/json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "document/seconds_json.h"
#include "report/blame_json.h"
#include "report/population_json.h"
#include "report/run_json.h"

namespace stayalive {
namespace {

using Json = nlohmann::ordered_json;

Json seconds(Duration span) { return seconds_json(span); }
Json seconds(TimePoint at) { return seconds(at.time_since_epoch()); }
Json seconds(const std::optional<TimePoint>& at) { return at ? seconds(*at) : Json(nullptr); }

Json text_or_null(std::string_view text) { return text.empty() ? Json(nullptr) : Json(text); }

Json counters_json(const SideCounters& counters) {
  Json by_kind = Json::object();
  for (std::size_t kind = 0; kind < kPacketKinds; ++kind) {
    if (counters.sent_by_kind[kind] == 0) continue;
    by_kind[name(static_cast<PacketKind>(kind))] = counters.sent_by_kind[kind];
  }
  return Json{{"packets_sent", counters.packets_sent},
              {"bytes_sent", counters.bytes_sent},
              {"packets_received", counters.packets_received},
              {"bytes_received", counters.bytes_received},
              {"keepalives", counters.keepalives},
              {"keepalive_answers", counters.keepalive_answers},
              {"radio_wakeups", counters.wakeups},
              {"packets_sent_by_kind", by_kind}};
}

Json side_json(const SideReport& side) {
  Json timeline = Json::array();
  for (const Transition& transition : side.timeline) {
    timeline.push_back({{"at", seconds(transition.at)}, {"outcome", name(transition.outcome)}});
  }
  return Json{{"host", side.host},
              {"outcome", side.outcome ? Json(name(*side.outcome)) : Json(nullptr)},
              {"opened_at", seconds(side.opened_at)},
              {"forgotten_at", seconds(side.forgotten_at)},
              {"noticed_at", seconds(side.noticed_at)},
              {"times_forgotten", side.times_forgotten},
              {"reconnects", side.reconnects},
              {"blackhole", seconds(side.blackhole)},
              {"error", side.error == SocketError::None ? Json(nullptr) : Json(name(side.error))},
              {"message", text_or_null(side.message)},
              {"exit_code", side.exit_code},
              {"blame", blame_json(side.blame)},
              {"timeline", timeline},
              {"messages", Json{{"sent", side.messages.sent},
                                {"delivered", side.messages.delivered},
                                {"late", side.messages.late},
                                {"lost", side.messages.lost},
                                {"unsent", side.messages.unsent}}},
              {"packets", counters_json(side.counters)}};
}

}  // namespace

Json connection_json(const ConnectionReport& connection) {
  Json json{{"name", connection.name},
            {"strategy", connection.strategy},
            {"transport", connection.transport},
            {"outcome", name(connection.outcome)},
            {"blame", blame_json(connection.blame)},
            {"client", side_json(connection.sides[index(Role::Client)])},
            {"server", side_json(connection.sides[index(Role::Server)])}};
  if (connection.population) json["population"] = population_json(*connection.population);
  return json;
}

Json run_json(const RunReport& report) {
  Json connections = Json::array();
  for (const ConnectionReport& connection : report.connections)
    connections.push_back(connection_json(connection));
  Json expectations = Json::array();
  for (const ExpectationReport& expectation : report.expectations) {
    expectations.push_back({{"expect", expectation.text},
                            {"pointer", expectation.pointer},
                            {"holds", expectation.holds},
                            {"found", expectation.found}});
  }
  return Json{{"scenario", text_or_null(report.file)},
              {"title", report.title},
              {"seed", report.seed},
              {"duration", seconds(report.duration)},
              {"events", report.events},
              {"digest", fmt::format("{:016x}", report.digest)},
              {"holds", report.holds()},
              {"connections", connections},
              {"expectations", expectations}};
}

std::string print_json(const Json& document) {
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

void write_json(std::ostream& out, const std::vector<RunReport>& reports) {
  Json runs = Json::array();
  bool holds = true;
  for (const RunReport& report : reports) {
    runs.push_back(run_json(report));
    holds = holds && report.holds();
  }
  const Json document{
      {"format", "stayalive-result"}, {"version", 1}, {"holds", holds}, {"runs", runs}};
  out << print_json(document);
}

}  // namespace stayalive
