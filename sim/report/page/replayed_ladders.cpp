// SPDX-License-Identifier: Apache-2.0
#include "report/page/replayed_ladders.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

#include "picture/journeys.h"
#include "picture/ladder/ladder_svg.h"
#include "report/counted.h"
#include "run/held.h"
#include "run/run.h"

namespace stayalive {
namespace {

// The packets of several connections of one run, each of which takes its own.
class ManyJourneys final : public TraceSink {
 public:
  void follow(const Scenario& scenario, std::size_t connection) {
    const ConnectionId id{static_cast<std::uint32_t>(connection)};
    all_.emplace(id.value, std::make_unique<Journeys>(id, stations_of(scenario, connection)));
  }
  void record(const TraceRecord& record, const std::string& where) override {
    for (auto& [connection, journeys] : all_) journeys->record(record, where);
  }
  std::size_t held_bytes() const override {
    std::size_t bytes = 0;
    for (const auto& [connection, journeys] : all_) bytes += journeys->held_bytes();
    return bytes;
  }
  const Journeys& of(std::size_t connection) const {
    return *all_.at(static_cast<std::uint32_t>(connection));
  }

 private:
  std::map<std::uint32_t, std::unique_ptr<Journeys>> all_;
};

bool drawable(const ConnectionSpec& spec) { return spec.population.count == 0 && !spec.session; }

}  // namespace

std::vector<std::size_t> failed_connections(const Scenario& scenario, const RunReport& report) {
  std::vector<std::size_t> failed;
  const auto add = [&failed](std::size_t connection) {
    if (std::ranges::find(failed, connection) == failed.end()) failed.push_back(connection);
  };
  for (const ExpectationReport& expectation : report.expectations) {
    if (expectation.holds || !expectation.decided) continue;
    const auto spec =
        std::ranges::find(scenario.expectations, expectation.pointer, &ExpectSpec::pointer);
    if (spec != scenario.expectations.end()) add(spec->connection);
  }
  for (std::size_t i = 0; i < report.connections.size(); ++i) {
    if (!held(report.connections[i])) add(i);
  }
  return failed;
}

void add_ladders(HtmlPage& page, const FailedRun& failed) {
  if (failed.stop.stop_requested()) {
    page.words({{"Not drawn: it was interrupted.", Tone::Faint}});
    return;
  }
  std::vector<std::size_t> drawn;
  std::size_t left_out = 0;
  std::string many;
  ManyJourneys journeys;
  for (const std::size_t i : failed.connections) {
    const ConnectionSpec& spec = failed.scenario.connections[i];
    if (!drawable(spec)) {
      many += (many.empty() ? "" : ", ") + spec.name;
    } else if (drawn.size() == kMostLadders) {
      ++left_out;
    } else {
      drawn.push_back(i);
      journeys.follow(failed.scenario, i);
    }
  }
  if (!drawn.empty()) {
    const RunReport report =
        run(failed.scenario, {.seed = failed.seed, .trace = &journeys, .stop = failed.stop});
    for (const std::size_t i : drawn) {
      const Ladder ladder = draw_ladder(failed.scenario, i, journeys.of(i), report, failed.wording);
      page.figure(
          "Ladder of " + report.connections[i].name,
          [&](std::ostream& out, const std::string& id) { write_ladder_svg(out, ladder, id); });
    }
  }
  if (!many.empty())
    page.words({{many + ": stands for many, of which no ladder is drawn", Tone::Faint}});
  if (left_out > 0) {
    page.words({{fmt::format("{} more failed; `stayalive explain` draws each",
                             counted(left_out, "connection")),
                 Tone::Faint}});
  }
}

}  // namespace stayalive
