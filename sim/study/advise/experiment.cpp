// SPDX-License-Identifier: Apache-2.0
#include "study/advise/experiment.h"

#include <algorithm>
#include <variant>

#include "base/check.h"
#include "engine/trace.h"
#include "run/run.h"
#include "study/trials/tally.h"

namespace stayalive {
namespace {

constexpr Duration kJustBefore = 1ms;
constexpr int kPhases = 8;    // of the cycle at which something happens
constexpr int kSettling = 4;  // intervals

// Notes when the hosts put packets of one connection on the wire.
class Listener final : public TraceSink {
 public:
  explicit Listener(std::size_t connection)
      : connection_(ConnectionId{static_cast<std::uint32_t>(connection)}) {}
  void record(const TraceRecord& record, const std::string&) override {
    if (record.kind == TraceKind::Sent && record.packet.notes.connection == connection_) {
      sent.push_back(record.at);
    }
  }
  std::vector<TimePoint> sent;

 private:
  ConnectionId connection_;
};

ConnectionReport run_one(const Scenario& scenario, std::size_t connection) {
  return run(scenario).connections[connection];
}

// The position of the line next to the client, which is put there when the path has none.
std::size_t client_line(Scenario& scenario, std::size_t connection) {
  const HostSpec& client = scenario.hosts[scenario.connections[connection].client];
  const bool inside = client.side == Side::Internal;
  std::vector<Hop>& path = scenario.path;
  LinkConfig line;
  line.name = client.name + "-line";
  const auto is_line = [](const Hop& hop) { return std::holds_alternative<LinkConfig>(hop); };
  if (inside && (path.empty() || !is_line(path.front()))) {
    path.insert(path.begin(), line);
  }
  if (!inside && (path.empty() || !is_line(path.back()))) {
    path.push_back(line);
  }
  return inside ? 0 : path.size() - 1;
}

bool survives(const Scenario& quiet, std::size_t connection, const Rhythm& rhythm,
              Duration outage) {
  Scenario scenario = quiet;
  EventSpec cut;
  cut.kind = EventKind::Cut;
  cut.at = rhythm.beat - kJustBefore;
  cut.span = outage;
  cut.target = client_line(scenario, connection);
  scenario.events = {cut};
  // Retransmissions may be up to two minutes apart when the line is up again.
  scenario.duration = later(cut.at, outage + 5 * rhythm.cycle + 20min) - kStart;
  return held(run_one(scenario, connection));
}

bool works_again(const ConnectionReport& connection) {
  return std::ranges::all_of(connection.sides, [](const SideReport& side) {
    return side.outcome == Outcome::Alive || side.outcome == Outcome::Remapped;
  });
}

void add(Notice& notice, const ConnectionReport& report, Role role, TimePoint at) {
  const SideReport& side = report.sides[index(role)];
  notice.blackhole = std::max(notice.blackhole, side.blackhole);
  notice.recovers = notice.recovers && works_again(report);
  if (side.noticed_at && *side.noticed_at >= at) {
    notice.worst = std::max(notice.worst, *side.noticed_at - at);
  } else if (!side.outcome || *side.outcome == Outcome::Forgotten) {
    notice.always = false;
  }
}

// What becomes of the connection when the event happens at several instants of its cycle.
template <class See>
void at_each_phase(const Scenario& quiet, const Rhythm& rhythm, EventSpec event, See see) {
  const int phases = rhythm.cycle == Duration::zero() ? 1 : kPhases;
  for (int phase = 0; phase < phases; ++phase) {
    Scenario scenario = quiet;
    // Shortly after a beat, so that the first phase is after the exchange and not in its middle.
    event.at = later(rhythm.beat, rhythm.cycle / 100 + rhythm.cycle * phase / phases);
    scenario.events = {event};
    scenario.duration = later(event.at, kLongestWait + 10 * rhythm.cycle) - kStart;
    see(run(scenario), event.at);
  }
}

}  // namespace

Scenario without_chance(const Scenario& scenario) {
  Scenario quiet = scenario;
  quiet.events.clear();
  quiet.expectations.clear();
  for (Hop& hop : quiet.path) {
    auto* link = std::get_if<LinkConfig>(&hop);
    if (link == nullptr) continue;
    link->loss = {};
    link->jitter = {};
  }
  return quiet;
}

Rhythm find_rhythm(const Scenario& scenario, std::size_t connection, Duration interval) {
  Scenario quiet = without_chance(scenario);
  const TimePoint start = quiet.connections[connection].start;
  const TimePoint settled = later(start, kSettling * interval + 1min);
  if (interval == Duration::zero()) return {settled, Duration::zero()};
  quiet.duration = later(settled, 4 * interval + 1min) - kStart;
  Listener listener(connection);
  run(quiet, {std::nullopt, &listener});
  std::vector<TimePoint> beats;
  for (std::size_t i = 1; i < listener.sent.size(); ++i) {
    const TimePoint at = listener.sent[i];
    if (at > settled && at - listener.sent[i - 1] >= interval / 4) beats.push_back(at);
  }
  if (beats.size() < 2) return {settled, Duration::zero()};
  return {beats[0], beats[1] - beats[0]};
}

Endurance find_endurance(const Scenario& scenario, std::size_t connection, const Rhythm& rhythm) {
  const Scenario quiet = without_chance(scenario);
  Endurance found;
  Duration lasts = 0s;
  Duration ends = 1s;
  while (ends <= kLongestOutage && survives(quiet, connection, rhythm, ends)) {
    lasts = ends;
    ends *= 2;
  }
  if (ends > kLongestOutage) {
    ends = kLongestOutage;
    found.endless = survives(quiet, connection, rhythm, ends);
    if (found.endless) lasts = ends;
  }
  while (ends - lasts > 1s) {
    const Duration middle = lasts + (ends - lasts) / 2s * 1s;
    (survives(quiet, connection, rhythm, middle) ? lasts : ends) = middle;
  }
  found.outage = lasts;
  found.any = lasts > 0s;
  if (found.any && rhythm.cycle > 0s) {
    found.lost = static_cast<std::uint64_t>((lasts - kJustBefore - 1ns) / rhythm.cycle) + 1;
  }
  return found;
}

Detection find_detection(const Scenario& scenario, std::size_t connection, const Rhythm& rhythm) {
  const Scenario quiet = without_chance(scenario);
  const ConnectionSpec& spec = quiet.connections[connection];
  Detection detection;
  for (const Role role : {Role::Client, Role::Server}) {
    EventSpec crash;
    crash.kind = EventKind::Crash;
    crash.target = role == Role::Client ? spec.server : spec.client;
    at_each_phase(quiet, rhythm, crash, [&](const RunReport& report, TimePoint at) {
      add(detection.crash[index(role)], report.connections[connection], role, at);
    });
  }
  for (Notice& notice : detection.forgotten) notice.recovers = true;
  for (std::size_t hop = 0; hop < quiet.path.size(); ++hop) {
    if (!std::holds_alternative<MiddleboxSpec>(quiet.path[hop])) continue;
    detection.has_box = true;
    EventSpec flush;
    flush.kind = EventKind::Flush;
    flush.target = hop;
    at_each_phase(quiet, rhythm, flush, [&](const RunReport& report, TimePoint at) {
      for (const Role role : {Role::Client, Role::Server}) {
        add(detection.forgotten[index(role)], report.connections[connection], role, at);
      }
    });
  }
  return detection;
}

}  // namespace stayalive
