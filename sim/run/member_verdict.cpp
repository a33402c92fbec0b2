// SPDX-License-Identifier: Apache-2.0
#include "run/member_verdict.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "run/population_verdict.h"
#include "run/verdict.h"

namespace stayalive {
namespace {

// When at least one side was forgotten, in order of time.
std::vector<Lapse> merge(std::array<std::vector<Lapse>, 2> sides) {
  std::vector<Lapse> all = std::move(sides[index(Role::Client)]);
  for (Lapse& lapse : sides[index(Role::Server)]) all.push_back(std::move(lapse));
  std::stable_sort(all.begin(), all.end(),
                   [](const Lapse& a, const Lapse& b) { return a.from < b.from; });
  std::vector<Lapse> merged;
  for (Lapse& lapse : all) {
    if (merged.empty() || lapse.from > merged.back().until) {
      merged.push_back(std::move(lapse));
    } else {
      merged.back().until = std::max(merged.back().until, lapse.until);
    }
  }
  return merged;
}

bool is_loss(const SideReport& side, Outcome outcome) {
  switch (outcome) {
    case Outcome::Detected:
    case Outcome::Reset:
    case Outcome::Refused:
      return true;
    case Outcome::Closed:
      // A proxy that grew tired of waiting closes in order, too, but nobody had asked it to.
      return side.blame.kind == FaultKind::Proxy;
    default:
      return false;  // to be forgotten is judged by its lapses
  }
}

bool is_end(Outcome outcome) {
  return outcome == Outcome::Detected || outcome == Outcome::Reset || outcome == Outcome::Closed ||
         outcome == Outcome::Refused;
}

bool lost(const SideReport& side) {
  return std::ranges::any_of(side.timeline, [&](const Transition& transition) {
    return is_loss(side, transition.outcome);
  });
}

bool same_cause(const Blame& a, const Blame& b) {
  return a.kind == b.kind && a.who == b.who && a.reason == b.reason && a.event == b.event &&
         a.timer == b.timer && a.timeout == b.timeout;
}

void add(MessageCounters& sum, const MessageCounters& more) {
  sum.sent += more.sent;
  sum.delivered += more.delivered;
  sum.late += more.late;
  sum.lost += more.lost;
  sum.unsent += more.unsent;
}

// Adds up what single members have come to.
class Sum {
 public:
  void add(const ConnectionRecord& record, const ConnectionReport& report,
           std::vector<Lapse> lapses);
  PopulationReport take();
  const std::array<SideCounters, 2>& counters() const { return counters_; }

 private:
  void add_lapse(const Lapse& lapse);
  void add_end(Role role, const SideReport& side, bool left);
  void blame(const Blame& blame) { ++cause(blame).members; }
  PopulationReport::Cause& cause(const Blame& blame);

  PopulationReport all_;
  std::array<SideCounters, 2> counters_;
  std::vector<TimePoint> first_deaths_;
  std::array<PopulationReport::End, 2> ends_;
  std::array<std::vector<Duration>, 2> delays_;
  std::int64_t blackhole_ms_ = 0;
};

void Sum::add(const ConnectionRecord& record, const ConnectionReport& report,
              std::vector<Lapse> lapses) {
  ++all_.count;
  for (const Role role : {Role::Client, Role::Server}) {
    counters_[index(role)] += record.counters[index(role)];
    stayalive::add(all_.messages[index(role)], report.sides[index(role)].messages);
  }
  if (record.sides[index(Role::Client)].empty()) return;  // its time had not come
  ++all_.started;
  // Whom a box has not let begin yet was never known to anybody who could forget it.
  const auto kept_out = [](const Lapse& lapse) { return lapse.blame.kind == FaultKind::Drop; };
  const bool barred = !lapses.empty() && kept_out(lapses.back());
  const Blame barred_by = barred ? lapses.back().blame : Blame{};
  std::erase_if(lapses, kept_out);
  // Whoever is left behind by the other end has been brought down by what made that give up.
  for (Lapse& lapse : lapses) {
    const bool second_hand = lapse.blame.kind == FaultKind::Peer;
    if (second_hand && report.blame.kind != FaultKind::None) lapse.blame = report.blame;
    add_lapse(lapse);
  }
  Outcome outcome = report.outcome;
  if (barred && outcome == Outcome::Forgotten) outcome = Outcome::Refused;
  for (const Role role : {Role::Client, Role::Server})
    add_end(role, report.sides[index(role)], record.left);
  if (record.left) {
    ++all_.left;
  } else {
    ++all_.outcomes[static_cast<std::size_t>(outcome)];
  }
  const bool refused = outcome == Outcome::Refused;
  const bool fell = !lapses.empty() || refused || lost(report.sides[0]) || lost(report.sides[1]);
  if (!fell) return;
  ++all_.fell;
  if (!lapses.empty()) {
    ++all_.ever_forgotten;
    first_deaths_.push_back(lapses.front().from);
    blame(lapses.front().blame);
  } else if (refused && barred) {
    blame(barred_by);
  } else if (report.blame.kind != FaultKind::None) {
    blame(report.blame);
  }
}

void Sum::add_end(Role role, const SideReport& side, bool left) {
  PopulationReport::End& end = ends_[index(role)];
  if (side.noticed_at && side.opened_at) {
    ++end.noticed;
    if (side.forgotten_at && *side.forgotten_at <= *side.noticed_at)
      delays_[index(role)].push_back(*side.noticed_at - *side.forgotten_at);
  }
  if (left || !side.outcome) return;
  ++end.outcomes[static_cast<std::size_t>(*side.outcome)];
  if (is_end(*side.outcome)) ++end.errors[static_cast<std::size_t>(side.error)];
}

void Sum::add_lapse(const Lapse& lapse) {
  ++all_.deaths;
  ++cause(lapse.blame).deaths;
  const Duration span = lapse.until - lapse.from;
  all_.blackhole_most = std::max(all_.blackhole_most, span);
  blackhole_ms_ += span / 1ms;
}

PopulationReport::Cause& Sum::cause(const Blame& blame) {
  const auto found = std::ranges::find_if(all_.causes, [&](const PopulationReport::Cause& known) {
    return same_cause(known.blame, blame);
  });
  if (found != all_.causes.end()) return *found;
  // When and by which packet belongs to one member alone.
  PopulationReport::Cause cause;
  cause.blame.kind = blame.kind;
  cause.blame.who = blame.who;
  cause.blame.reason = blame.reason;
  cause.blame.event = blame.event;
  cause.blame.timer = blame.timer;
  cause.blame.setting = blame.setting;
  cause.blame.timeout = blame.timeout;
  return all_.causes.emplace_back(std::move(cause));
}

PopulationReport Sum::take() {
  std::sort(first_deaths_.begin(), first_deaths_.end());
  if (!first_deaths_.empty()) all_.first_deaths = spread_of(first_deaths_);
  for (std::size_t role = 0; role < delays_.size(); ++role) {
    std::sort(delays_[role].begin(), delays_[role].end());
    if (!delays_[role].empty()) ends_[role].delays = spread_of(delays_[role]);
  }
  all_.ends = ends_;
  all_.blackhole_mean = mean_blackhole(blackhole_ms_, all_.started);
  sort_causes(all_.causes);
  return std::move(all_);
}

}  // namespace

ConnectionReport judge_members(const Roster& roster, const World& world, std::size_t connection) {
  const Scenario& scenario = roster.scenario();
  const Roster::Members members = *roster.members(connection);
  Sum sum;
  for (std::size_t i = members.first; i < members.first + members.count; ++i) {
    const ConnectionId id{static_cast<std::uint32_t>(i)};
    std::array<std::vector<Lapse>, 2> lapses;
    const ConnectionReport report = judge(scenario, world, i, &lapses);
    sum.add(world.ledger().record(id), report, merge(std::move(lapses)));
  }
  return report_as_one(scenario, connection, sum.take(), sum.counters());
}

}  // namespace stayalive
