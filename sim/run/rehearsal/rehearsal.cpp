// SPDX-License-Identifier: Apache-2.0
#include "run/rehearsal/rehearsal.h"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "base/check.h"
#include "base/text.h"
#include "run/held.h"
#include "run/rehearsal/detection.h"
#include "run/rehearsal/endurance.h"
#include "run/rehearsal/keepalive_interval.h"

namespace stayalive {
namespace {

std::string instant_text(TimePoint at) { return print_duration(at.time_since_epoch()); }

std::string keepalives_text(std::uint64_t count) {
  return fmt::format("{} keepalive{}", count, count == 1 ? "" : "s");
}

// What a connection that was cut off became: "the client was forgotten at 1h45m".
std::string end_text(const ConnectionReport& report) {
  const TimePoint lost = first_loss(report);
  if (lost == kNever) return "it was opened anew";
  for (const Role role : {Role::Client, Role::Server}) {
    const SideReport& side = report.sides[index(role)];
    if (first_loss(side) != lost) continue;
    for (const Transition& transition : side.timeline) {
      if (transition.at == lost && is_loss(transition.outcome, side.blame.kind))
        return fmt::format("the {} was {} at {}", name(role), name(transition.outcome),
                           instant_text(lost));
    }
    return fmt::format("a message of the {} was unsent at {}", name(role), instant_text(lost));
  }
  return "it did not hold";
}

// Which of the copies it was, where they draw different numbers.
std::string seed_text(const Experiment& experiment, std::uint64_t seed) {
  return experiment.random() ? fmt::format(" (seed {})", seed) : "";
}

bool sends_keepalives(const Experiment& experiment) {
  for (const Experiment::Sample& sample : experiment.samples()) {
    if (!sample.rhythm.keepalives.empty()) return true;
  }
  return false;
}

}  // namespace

Rehearsal::Rehearsal(const Scenario& scenario, std::size_t connection, CheckOptions options)
    : scenario_(scenario), connection_(connection), options_(std::move(options)) {}

const Experiment& Rehearsal::experiment() {
  if (!experiment_) {
    Scenario seeded = scenario_;
    seeded.seed = options_.seed.value_or(seeded.seed);
    seeded.limits.reached = options_.reached;
    const Duration interval = keepalive_interval(seeded.connections[connection_]);
    experiment_.emplace(seeded, connection_, interval, true, options_.stop);
  }
  return *experiment_;
}

ClaimReport Rehearsal::check(const Claim& claim) {
  CHECK(is_rehearsed(claim.metric), "other claims are about the run itself");
  ClaimReport report = claim.metric == Metric::CrashNoticed ? check_crash(claim) : check_cut(claim);
  if (!experiment().lives()) {
    report.holds = false;
    report.blame.reset();
    report.found =
        "it does not live until it has settled, or not for long, so that nothing could be tried";
  }
  return report;
}

ClaimReport Rehearsal::check_cut(const Claim& claim) {
  ClaimReport report;
  const Amount& least = *claim.limits.least;
  std::optional<CutTrial> deadly;
  if (claim.metric == Metric::LostKeepalives) {
    const std::uint64_t count = std::get<std::uint64_t>(least);
    report.text = fmt::format("survives {} lost in a row", keepalives_text(count));
    if (!experiment().lives()) return report;
    if (!sends_keepalives(experiment())) {
      report.found = "it sends no keepalive that could be lost";
      return report;
    }
    deadly = first_deadly_loss(experiment(), count);
  } else {
    const Duration outage = std::get<Duration>(least);
    report.text = fmt::format("survives an outage of {}", print_duration(outage));
    if (!experiment().lives()) return report;
    deadly = first_deadly_outage(experiment(), outage);
  }
  report.holds = !deadly;
  if (!deadly) {
    report.found = "it survived every such cut of the client's line";
    return report;
  }
  report.found =
      fmt::format("with the client's line cut from {} for {}{}{}, {}", instant_text(deadly->from),
                  print_duration(deadly->until - deadly->from),
                  deadly->lost ? ", which takes " + keepalives_text(*deadly->lost) : "",
                  seed_text(experiment(), deadly->seed), end_text(deadly->report));
  report.blame = blame_for_loss(deadly->report);
  return report;
}

ClaimReport Rehearsal::check_crash(const Claim& claim) {
  ClaimReport report;
  report.text = "a crash of the other end noticed after " + limits_text(claim.limits);
  if (claim.side) report.text += fmt::format(" by the {}", name(*claim.side));
  if (!experiment().lives()) return report;
  report.holds = true;
  for (const Role role : {Role::Client, Role::Server}) {
    if (claim.side && *claim.side != role) continue;
    const Notice notice = find_crash_notice(experiment(), role);
    const Limits& limits = claim.limits;
    const bool soon = !limits.most || notice.worst <= std::get<Duration>(*limits.most);
    const bool late = !limits.least || notice.worst >= std::get<Duration>(*limits.least);
    report.holds = report.holds && (notice.always ? soon && late : !limits.most.has_value());
    if (!report.found.empty()) report.found += ", ";
    const std::string when = instant_text(notice.worst_at) + seed_text(experiment(), notice.seed);
    report.found += notice.always
                        ? fmt::format("the {} notices within {}, at worst after a crash at {}",
                                      name(role), print_duration(notice.worst), when)
                        : fmt::format("the {} does not notice a crash at {}", name(role), when);
  }
  return report;
}

}  // namespace stayalive
