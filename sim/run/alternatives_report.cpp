// SPDX-License-Identifier: Apache-2.0
#include "run/alternatives_report.h"

#include <algorithm>
#include <variant>

namespace stayalive {
namespace {

// A time in which a way was not whole.
struct Gap {
  TimePoint from;
  TimePoint until;
  std::string who;
};

std::string hop_name(const Hop& hop) {
  return std::visit([](const auto& its) { return its.name; }, hop);
}

// Of the hops that the watcher of a way looks through, in order of time.
std::vector<Gap> gaps_of(const Scenario& scenario, const AlternativesSpec& group,
                         const AlternativesSpec::Way& way) {
  std::vector<Gap> gaps;
  for (const EventSpec& event : scenario.events) {
    const bool closes = event.kind == EventKind::Cut || event.kind == EventKind::RebootBox ||
                        (event.kind == EventKind::TakeOver && event.span > Duration::zero());
    if (!closes) continue;
    const bool in_way = event.target >= way.first && event.target < way.end();
    // A target within the way hides what lies behind it.
    const bool beyond = event.target >= group.end() && way.target && event.target <= *way.target;
    const bool hidden = way.target && *way.target < way.end() && event.target > *way.target;
    if (!(in_way || beyond) || hidden) continue;
    gaps.push_back({event.at, later(event.at, event.span), hop_name(scenario.path[event.target])});
  }
  return gaps;
}

// No later than this after a gap is over a watcher may still find it.
Duration reaction_of(const WatcherRules& rules) {
  Duration span = rules.answer_time() + rules.interval;
  if (rules.method == WatcherRules::Method::Loss) span += rules.window + rules.look_every;
  if (rules.method == WatcherRules::Method::Hellos) span += rules.patience();
  return span;
}

class ChangeReader {
 public:
  ChangeReader(const Scenario& scenario, std::size_t group)
      : scenario_(scenario), group_(scenario.alternatives[group]) {}

  void read(const std::vector<WayEvent>& events, std::vector<WayChangeReport>& out) {
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (events[i].kind == WayEvent::Kind::Taken) out.push_back(change_at(events, i));
    }
  }

 private:
  WayChangeReport change_at(const std::vector<WayEvent>& events, std::size_t at) const {
    const WayEvent& taken = events[at];
    WayChangeReport change;
    change.group = group_.name;
    change.at = taken.at;
    change.settled_at = later(taken.at, group_.watcher.settles_for);
    change.end = taken.end;
    change.from = group_.ways[taken.from].name;
    change.to = group_.ways[taken.way].name;
    change.back = taken.way < taken.from;
    // What the watchers of the way that is left, or of the better one, found last.
    const std::size_t way = change.back ? taken.way : taken.from;
    const auto wanted = change.back ? WayEvent::Kind::Up : WayEvent::Kind::Down;
    change.noticed_at = taken.at;
    for (std::size_t i = at; i-- > 0;) {
      if (events[i].kind != wanted || events[i].way != way) continue;
      change.noticed_at = events[i].at;
      break;
    }
    find_reason(way, change);
    return change;
  }

  void find_reason(std::size_t way, WayChangeReport& change) const {
    for (const Gap& gap : gaps_of(scenario_, group_, group_.ways[way])) {
      const TimePoint began = change.back ? gap.until : gap.from;
      if (began > change.noticed_at) continue;
      if (!change.back && later(gap.until, reaction_of(group_.watcher)) < change.noticed_at)
        continue;
      // Of several that overlap, the first that had not been over before counts.
      const bool joins = !change.back && change.since && last_until_ >= gap.from;
      last_until_ = joins ? std::max(last_until_, gap.until) : gap.until;
      if (joins) continue;
      change.since = began;
      change.culprit = gap.who;
    }
  }

  const Scenario& scenario_;
  const AlternativesSpec& group_;
  mutable TimePoint last_until_{};
};

std::optional<Duration> longest(const std::vector<WayChangeReport>& changes, bool back) {
  std::optional<Duration> most;
  for (const WayChangeReport& change : changes) {
    if (change.back == back && change.took()) most = std::max(most.value_or(0ns), *change.took());
  }
  return most;
}

}  // namespace

std::uint64_t AlternativesReport::false_alarms() const {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(changes, [](const auto& its) { return its.false_alarm(); }));
}
std::optional<Duration> AlternativesReport::longest_failover() const {
  return longest(changes, false);
}
std::optional<Duration> AlternativesReport::longest_return() const {
  return longest(changes, true);
}

WayFigures& WayFigures::operator+=(const AlternativesReport& more) {
  if (const auto span = more.longest_failover())
    longest_failover = std::max(longest_failover.value_or(0ns), *span);
  if (const auto span = more.longest_return())
    longest_return = std::max(longest_return.value_or(0ns), *span);
  changes += more.all_changes;
  false_alarms += more.false_alarms();
  return *this;
}

AlternativesReport report_alternatives(const Scenario& scenario, std::size_t group,
                                       const std::array<const Fork*, 2>& forks) {
  const AlternativesSpec& its = scenario.alternatives[group];
  AlternativesReport report;
  report.name = its.name;
  report.watcher = its.profile;
  report.rules = its.watcher;
  for (std::size_t way = 0; way < its.ways.size(); ++way) {
    WayReport& each = report.ways.emplace_back();
    each.name = its.ways[way].name;
    for (const Side end : {Side::Internal, Side::External}) {
      if (const Watcher* watcher = forks[index(end)]->watcher(way))
        each.watchers[index(end)] = watcher->figures();
    }
  }
  for (const Side end : {Side::Internal, Side::External}) {
    const Fork& fork = *forks[index(end)];
    ChangeReader(scenario, group).read(fork.events(), report.changes);
    report.all_changes += fork.changes();
    if (fork.watches()) report.taken[index(end)] = its.ways[fork.way()].name;
  }
  std::ranges::stable_sort(report.changes, {}, &WayChangeReport::at);
  return report;
}

}  // namespace stayalive
