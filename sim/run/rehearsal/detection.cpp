// SPDX-License-Identifier: Apache-2.0
#include "run/rehearsal/detection.h"

#include <algorithm>
#include <optional>
#include <variant>

namespace stayalive {
namespace {

using Sample = Experiment::Sample;

// Most ends have learned of it by then; the others are given more.
constexpr Duration kFirstWait = 30min;
constexpr Duration kLongestTimer = 100 * 24h;

// What became of one side after an event.
struct Aftermath {
  std::optional<Duration> learned;  // after the event
  Duration blackhole{};             // the longest span in which it was forgotten
  TimePoint blackhole_from;         // where there is one
  bool forgotten = false;           // at the end
  bool relapsed = false;            // it was forgotten more than once
  Duration over{};                  // when it learned or was forgotten no more, after the event
  bool settled() const { return learned || (!forgotten && !relapsed); }
};

bool works(Outcome outcome) { return outcome == Outcome::Alive || outcome == Outcome::Remapped; }

Aftermath aftermath(const SideReport& side, TimePoint at, TimePoint end) {
  Aftermath found;
  bool before = false;
  TimePoint since = at;
  const auto stop = [&](TimePoint until) {
    if (found.forgotten && until - since > found.blackhole) {
      found.blackhole = until - since;
      found.blackhole_from = since;
    }
    if (found.forgotten) found.over = until - at;
    found.forgotten = false;
  };
  for (const Transition& transition : side.timeline) {
    if (transition.at < at) continue;
    if (transition.outcome == Outcome::Forgotten) {
      found.relapsed = found.relapsed || before;
      found.forgotten = before = true;
      since = transition.at;
      continue;
    }
    stop(transition.at);
    if (works(transition.outcome)) continue;
    found.learned = found.over = transition.at - at;
    return found;
  }
  const bool still = found.forgotten;
  stop(end);
  found.forgotten = still;
  return found;
}

// Where one end is forgotten when the other's black hole ends or before, the connection has been
// dead since that began; likewise where the other has learned of it and left, whenever the one is
// forgotten then.
void join_blackholes(Aftermath& one, Aftermath& other) {
  if (one.blackhole == Duration::zero() || other.blackhole == Duration::zero()) return;
  Aftermath& first = one.blackhole_from <= other.blackhole_from ? one : other;
  Aftermath& second = &first == &one ? other : one;
  const bool apart = second.blackhole_from > later(first.blackhole_from, first.blackhole);
  if (apart && !first.learned) return;
  second.blackhole += second.blackhole_from - first.blackhole_from;
  second.blackhole_from = first.blackhole_from;
}

// The longest that anything on the way waits.
Duration longest_timer(const Scenario& scenario, Transport transport) {
  Duration longest{};
  const auto consider = [&longest](Duration timer) {
    if (timer < kForever) longest = std::max(longest, timer);
  };
  for (const Hop& hop : scenario.path) {
    if (const auto* proxy = std::get_if<ProxySpec>(&hop)) {
      for (const ProxyTimer timer : kProxyTimers) consider(proxy->rules.span(timer));
    }
    const auto* box = std::get_if<MiddleboxSpec>(&hop);
    if (box == nullptr) continue;
    for (std::size_t i = 0; i < kTimeoutCount; ++i) {
      const auto timer = static_cast<Timeout>(i);
      const bool of_udp = name(timer).starts_with("udp");
      if (of_udp == (transport == Transport::Udp)) consider(box->profile.timeouts[timer]);
    }
  }
  return std::min(longest, kLongestTimer);
}

class Observation {
 public:
  explicit Observation(const Experiment& experiment)
      : experiment_(experiment),
        spec_(experiment.spec()),
        timer_(longest_timer(experiment.samples()[0].scenario, spec_.transport)) {}

  void crash(Role role, Notice& notice) {
    EventSpec event;
    event.kind = EventKind::Crash;
    event.target = role == Role::Client ? spec_.server : spec_.client;
    at_each_instant(event, {role}, [&](const Trial& trial, const Aftermath& found) {
      const bool worse = found.learned ? *found.learned > notice.worst : notice.always;
      if (worse && (notice.always || !found.learned)) {
        notice.worst_at = trial.at;
        notice.seed = trial.seed;
      }
      notice.always = notice.always && found.learned;
      notice.worst = std::max(notice.worst, found.learned.value_or(Duration::zero()));
      notice.blackhole = std::max(notice.blackhole, found.blackhole);
    });
  }

  void flush(std::size_t hop, std::array<Notice, 2>& notices) {
    EventSpec event;
    event.kind = EventKind::Flush;
    event.target = hop;
    const std::vector<Role> both{Role::Client, Role::Server};
    at_each_instant(event, both, [&](const Trial& trial, const Aftermath& found) {
      Notice& notice = notices[index(trial.role)];
      notice.always = notice.always && (found.learned || !found.forgotten);
      notice.worst = std::max(notice.worst, found.learned.value_or(Duration::zero()));
      notice.blackhole = std::max(notice.blackhole, found.blackhole);
      notice.recovers = notice.recovers && !found.learned && !found.forgotten;
      notice.relapses = notice.relapses || (found.relapsed && !found.learned);
    });
  }

  // A bound for what happens at any instant.  Of random waits the trials have seen some; programs
  // that draw them mostly count in seconds.
  void round_up(Notice& notice) const {
    for (Duration* span : {&notice.worst, &notice.blackhole}) {
      if (*span == Duration::zero()) continue;
      *span += kTick + experiment_.samples()[0].rhythm.grain;
      if (!experiment_.random()) continue;
      *span = (*span + 1s - 1ns) / 1s * Duration{1s} + 1s;
    }
  }

 private:
  // One of the runs, as one end sees it.
  struct Trial {
    Role role = Role::Client;
    TimePoint at;
    std::uint64_t seed = 1;
  };
  // Nothing that is done to a connection between two instants at which something happens to it has
  // other consequences than what is done right after the first; only less time passes until then.
  template <class See>
  void at_each_instant(EventSpec event, const std::vector<Role>& roles, See see) {
    never_ = false;
    for (const Sample& sample : experiment_.samples()) {
      const Rhythm& rhythm = sample.rhythm;
      std::vector<TimePoint> instants =
          rhythm.instants.empty() ? std::vector{rhythm.beat} : rhythm.instants;
      const std::size_t usual = instants.size();
      for (std::size_t n = 0; n < instants.size() && !experiment_.stopped(); ++n) {
        event.at = later(instants[n], kTick);
        const std::vector<Aftermath> found = aftermaths(sample, event, roles);
        for (std::size_t i = 0; i < roles.size(); ++i) {
          see(Trial{roles[i], event.at, sample.scenario.seed}, found[i]);
          if (n < usual) add_earlier(instants, rhythm, instants[n], found[i]);
        }
      }
    }
  }

  // What happens seldom may change what is on its way when it comes, so that an event matters that
  // was as long before it as its consequences take otherwise: the first two such instants of this
  // phase of the cycle.
  static void add_earlier(std::vector<TimePoint>& instants, const Rhythm& rhythm, TimePoint instant,
                          const Aftermath& found) {
    if (rhythm.rare.empty() || instant >= rhythm.until || found.forgotten) return;
    const TimePoint rare = rhythm.rare.front();
    if (later(instant, found.over) >= rare) return;
    const std::int64_t cycles = (rare - found.over - instant) / rhythm.cycle + 1;
    for (const std::int64_t n : {cycles, cycles + 1}) {
      const TimePoint earlier = later(instant, n * rhythm.cycle);
      if (earlier >= rare - rhythm.cycle) break;  // it has been looked at
      if (std::ranges::count(instants, earlier) == 0) instants.push_back(earlier);
    }
  }

  std::vector<Aftermath> aftermaths(const Sample& sample, const EventSpec& event,
                                    const std::vector<Role>& roles) {
    const auto look = [&](Duration span) {
      const ConnectionReport report = experiment_.after(sample, event, span);
      std::vector<Aftermath> found;
      for (const Role role : roles) {
        found.push_back(aftermath(report.sides[index(role)], event.at, later(event.at, span)));
      }
      return found;
    };
    const Duration cycles = 10 * sample.rhythm.cycle;
    std::vector<Aftermath> found = look(kFirstWait + cycles);
    if (!std::ranges::all_of(found, &Aftermath::settled) && !never_) {
      found = look(kLongestWait + cycles + 2 * timer_);
      never_ = !std::ranges::all_of(found, &Aftermath::settled);
    }
    if (found.size() == 2) join_blackholes(found[0], found[1]);
    return found;
  }

  static constexpr Duration kTick = 1ns;
  const Experiment& experiment_;
  const ConnectionSpec& spec_;
  Duration timer_;
  bool never_ = false;  // an end was seen that never learns, so that none is waited for any more
};

}  // namespace

Notice find_crash_notice(const Experiment& experiment, Role role) {
  Observation observation(experiment);
  Notice notice;
  observation.crash(role, notice);
  observation.round_up(notice);
  return notice;
}

Detection find_detection(const Experiment& experiment) {
  Detection detection;
  const Scenario& scenario = experiment.samples()[0].scenario;
  const auto is_box = [](const Hop& hop) { return std::holds_alternative<MiddleboxSpec>(hop); };
  detection.has_box = std::ranges::any_of(scenario.path, is_box);
  detection.known = experiment.lives();
  if (!detection.known) return detection;
  for (const Role role : {Role::Client, Role::Server}) {
    detection.crash[index(role)] = find_crash_notice(experiment, role);
  }
  Observation observation(experiment);
  for (Notice& notice : detection.forgotten) notice.recovers = true;
  for (std::size_t hop = 0; hop < scenario.path.size(); ++hop) {
    if (is_box(scenario.path[hop])) observation.flush(hop, detection.forgotten);
  }
  for (Notice& notice : detection.forgotten) observation.round_up(notice);
  return detection;
}

std::optional<Duration> latest_crash_notice(const Detection& detection, Role role) {
  const Notice& notice = detection.crash[index(role)];
  if (!detection.known || !notice.always) return std::nullopt;
  return notice.worst + notice.worst / 8;
}

}  // namespace stayalive
