// SPDX-License-Identifier: Apache-2.0
#include "study/web/pause_trials.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "run/run.h"
#include "strategy/strategy.h"
#include "study/advise/scenario_draft.h"

namespace stayalive {
namespace {

constexpr Duration kFirstRequest = 1s;
constexpr Duration kWarmUp = 300ms;
constexpr Duration kAfterLast = 1min;
constexpr Duration kEdge = 10us;
constexpr Duration kPrinted = 100us;  // to which windows are widened

void keep_idle_for(Scenario& scenario, Duration keep_alive) {
  ConnectionSpec& web = scenario.connections.front();
  web.options.set("keep_alive_timeout", keep_alive);
}

// A request that opens every connection, soon after it another, and from then on `requests` more,
// each after the pause: what comes first on a connection would be later than the others.
void ask_after(Scenario& scenario, Duration pause, std::uint32_t requests) {
  std::vector<TrafficSpec>& traffic = scenario.connections.front().traffic;
  traffic.resize(2, traffic.front());
  const Duration soon = std::min<Duration>(pause / 2, kWarmUp);
  traffic[0].at = kStart + kFirstRequest;
  traffic[1].at = traffic[0].at + soon;
  traffic[1].every = pause;
  traffic[1].until = later(traffic[1].at, pause * requests + pause / 2);
  scenario.duration = traffic[1].until - kStart + kAfterLast;
}

PauseOutcome outcome_of(const ConnectionReport& web) {
  const MessageCounters& client = web.sides[index(Role::Client)].messages;
  PauseOutcome outcome;
  if (client.answered == client.sent) return outcome;
  for (std::size_t i = 0; i < kErrorStatuses.size(); ++i) {
    if (client.errors[i] > 0) outcome.status = kErrorStatuses[i];
  }
  outcome.fault = PauseOutcome::Fault::Other;
  if (web.blame.kind == FaultKind::Flow) {
    outcome.fault = PauseOutcome::Fault::BoxForgets;
    outcome.who = web.blame.who;
    return outcome;
  }
  if (web.lost_requests.empty()) return outcome;
  const LostRequestReport& lost = web.lost_requests.back();
  const bool closed = lost.why == LostRequest::Why::Closed || lost.why == LostRequest::Why::Reset;
  outcome.who = lost.peer;
  if (closed) {
    outcome.fault =
        lost.by_client ? PauseOutcome::Fault::PeerCloses : PauseOutcome::Fault::ServerCloses;
  }
  return outcome;
}

// What ends an idle connection somewhere on the path.
std::vector<Duration> idle_timers(const Scenario& scenario, Duration keep_alive) {
  std::vector<Duration> timers{keep_alive};
  for (const Hop& hop : scenario.path) {
    if (const auto* box = std::get_if<MiddleboxSpec>(&hop)) {
      timers.push_back(box->profile.timeouts[Timeout::TcpEstablished]);
    } else if (const auto* proxy = std::get_if<ProxySpec>(&hop)) {
      timers.push_back(proxy->rules.http.keep_alive_timeout);
      if (proxy->rules.http.pool_size > 0) timers.push_back(proxy->rules.http.pool_idle_timeout);
    }
  }
  std::erase_if(timers,
                [](Duration timer) { return timer <= Duration::zero() || timer >= kForever / 4; });
  std::ranges::sort(timers);
  timers.erase(std::unique(timers.begin(), timers.end()), timers.end());
  return timers;
}

// The time there and back over the whole path.
Duration round_trip(const Scenario& scenario) {
  Duration sum{};
  for (const Hop& hop : scenario.path) {
    if (const auto* link = std::get_if<LinkConfig>(&hop)) sum += 2 * link->delay;
  }
  return sum;
}

}  // namespace

double PauseWindow::share(Duration mean) const {
  const auto survives = [mean](Duration span) {
    if (span == kForever) return 0.0;
    return std::exp(-static_cast<double>(span.count()) / static_cast<double>(mean.count()));
  };
  return survives(from) - survives(to);
}

Result<PauseTrials> PauseTrials::prepare(const WebQuestion& question) {
  Result<Scenario> scenario = parse_scenario(web_scenario(question, {1s}), "", question.parse);
  if (!scenario.ok()) return told_of_command_line(scenario.errors(), question.path);
  return PauseTrials(std::move(scenario).value());
}

PauseOutcome PauseTrials::outcome(Duration keep_alive, Duration pause) {
  ++runs_;
  keep_idle_for(scenario_, keep_alive);
  ask_after(scenario_, pause, 1);
  return outcome_of(run(scenario_).connections.front());
}

std::uint64_t PauseTrials::failures(Duration keep_alive, Duration pause,
                                    std::uint32_t requests) const {
  Scenario scenario = scenario_;
  keep_idle_for(scenario, keep_alive);
  ask_after(scenario, pause, requests);
  const RunReport report = run(scenario);
  const MessageCounters& client = report.connections.front().sides[index(Role::Client)].messages;
  return client.sent - client.answered;
}

// Close to each timer, where two hops may act within the time of their line, and far from all.
std::vector<Duration> PauseTrials::points(Duration keep_alive) const {
  const std::vector<Duration> timers = idle_timers(scenario_, keep_alive);
  const Duration trip = round_trip(scenario_);
  std::vector<Duration> points{1ms};
  const auto around = [&points](Duration timer, Duration step, int most) {
    for (int i = -most; i <= most; ++i) points.push_back(timer + i * step);
  };
  for (std::size_t i = 0; i < timers.size(); ++i) {
    around(timers[i], kServerLine / 2, 12);
    around(timers[i], std::max<Duration>(trip / 5, 1ms), 10);
    const Duration next = i + 1 < timers.size() ? timers[i + 1] : timers[i] * 2;
    points.push_back((timers[i] + next) / 2);
    if (i + 1 == timers.size()) points.push_back(next);
  }
  std::erase_if(points, [](Duration point) { return point < 1ms; });
  std::ranges::sort(points);
  points.erase(std::unique(points.begin(), points.end()), points.end());
  return points;
}

Duration PauseTrials::edge(Duration keep_alive, Duration before, Duration after,
                           const PauseOutcome& outcome_before) {
  while (after - before > kEdge) {
    const Duration middle = before + (after - before) / 2;
    (outcome(keep_alive, middle) == outcome_before ? before : after) = middle;
  }
  return after;
}

std::vector<PauseWindow> PauseTrials::windows(Duration keep_alive) {
  std::vector<PauseWindow> found;
  Duration last{};
  PauseOutcome before;
  for (const Duration point : points(keep_alive)) {
    const PauseOutcome here = outcome(keep_alive, point);
    if (here != before) {
      const Duration at = last == Duration::zero() ? point : edge(keep_alive, last, point, before);
      const Duration down = at / kPrinted * kPrinted;
      if (!found.empty() && found.back().to == kForever) found.back().to = down + kPrinted;
      if (here.fault != PauseOutcome::Fault::None) found.push_back({down, kForever, here});
    }
    before = here;
    last = point;
  }
  return found;
}

}  // namespace stayalive
