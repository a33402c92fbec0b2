// SPDX-License-Identifier: Apache-2.0
#pragma once
// Every number of advice and of comparisons, tried as a user could: by scenarios with a cut, a
// crash or a flush of their own, at instants and with seeds that nobody has looked at before.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>

#include "base/text.h"
#include "run/run.h"
#include "strategy/strategy.h"
#include "study/advise/advise.h"
#include "study/advise/claims.h"
#include "study/advise/compare.h"
#include "study/advise/late_scenario.h"
#include "study/advise/scenario_draft.h"
#include "study/advise/settled_days.h"
#include "study/trials/chance.h"
#include "support/scenario_text.h"

namespace stayalive {

// A user with an interval, a path and a doubt.
class Doubter {
 public:
  // more: a hop at the server's end, as a scenario writes it; empty: none.
  Doubter(ScenarioDraft draft, std::string more, Record& record, std::mt19937_64& random)
      : draft_(std::move(draft)), more_(std::move(more)), record_(record), random_(random) {
    name_ = "--strategy " + draft_.strategy.label(std::nullopt) + " " + draft_.path.words() + more_;
    random_program_ = depends_on_chance(scenario(draft_.interval, 1h));
    const Scenario plain = scenario(draft_.interval, 1h);
    line_ = std::get<LinkConfig>(plain.path[0]).delay;
  }

  void doubt(const Advice& advice) {
    if (advice.least) {
      claim("longest holds", advice.most->inside.interval, holds(advice.most->inside.interval));
      claim("shortest holds", advice.least->inside.interval, holds(advice.least->inside.interval));
      if (advice.most->outside) {
        const Duration beyond = advice.most->outside->interval;
        claim("a longer one does not", beyond, !always_holds(beyond));
      }
      if (advice.least->outside) {
        const Duration beyond = advice.least->outside->interval;
        claim("a shorter one does not", beyond, !always_holds(beyond));
      }
    }
    for (const Failure& failure : advice.contradiction) {
      claim("does not hold", failure.trial.interval, !always_holds(failure.trial.interval));
    }
    if (!advice.recommendation) return;
    const Recommendation& chosen = *advice.recommendation;
    interval_ = chosen.trial.interval;
    claim("recommended holds", interval_, holds(interval_));
    doubt_late(chosen.late_percent);
    if (!chosen.detection.known || !look_closely()) return;
    doubt_outage(chosen.endurance);
    doubt_lost(chosen.endurance);
    doubt_detection(chosen.detection);
    doubt_cost(chosen.trial.tally.cost);
  }

  void doubt(const ComparisonRow& row, Duration interval) {
    interval_ = interval;
    claim("row holds", interval, holds(interval) == (row.tally.held == row.tally.runs));
    if (!row.detection.known || !look_closely()) return;
    doubt_detection(row.detection);
    doubt_cost(row.tally.cost);
  }

 private:
  static constexpr std::size_t kMostMoments = 24;
  static constexpr std::uint64_t kSeedsSeen = 8;

  Scenario scenario(Duration interval, Duration duration) {
    if (!parsed_.contains(interval)) {
      ScenarioDraft made = draft_;
      made.interval = interval;
      parsed_[interval] = right(with_hop(made.json(), more_));
    }
    Scenario made = parsed_[interval];
    made.duration = duration;
    return made;
  }
  Scenario seeded(Duration interval, Duration duration) {
    Scenario made = scenario(interval, duration);
    if (random_program_) made.seed = 1000 + random_() % 1000;
    return made;
  }
  // Whatever the program draws.
  bool always_holds(Duration interval) {
    bool all = true;
    for (std::uint64_t seed = 1; seed <= (random_program_ ? kSeedsSeen : 1); ++seed) {
      all = all && holds(interval, seed);
    }
    return all;
  }
  // An interval that the program refuses does not hold.
  bool holds(Duration interval, std::uint64_t seed = 1) {
    ScenarioDraft made = draft_;
    made.interval = interval;
    const Result<Scenario> result = parse_scenario(with_hop(made.json(), more_), "draft");
    return result.ok() && held(run(result.value(), {seed, nullptr}).connections[0]);
  }

  void claim(const std::string& kind, Duration number, bool is_true) {
    record_.add(kind, name_ + " at " + print_duration(interval_) + ": " + print_duration(number),
                is_true);
  }

  Duration below(Duration span) {
    return Duration{
        static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(span.count()))};
  }

  // False where it ends by itself while something is tried.
  bool look_closely() {
    look();
    const Scenario alone = scenario(interval_, (until_ - kStart) + 8h + 12 * interval_);
    return held(run(alone).connections[0]);
  }

  // Where the connection has settled: what happens in two of its cycles, and between.
  void look(std::optional<std::uint64_t> seed = {}) {
    const std::string text = draft_.strategy.json(interval_);
    jitter_ = text.find("jitter") == std::string::npos ? 0s : interval_ / 4;
    const int settled = 130 + static_cast<int>(random_() % 40);
    from_ = later(kStart, settled * interval_ + 61s);
    // Linux waits for the interval of its probes after each, even where its idle time is shorter.
    until_ = later(from_, std::max<Duration>(2 * interval_, 80s) + 1s);
    Scenario watched = seeded(interval_, until_ - kStart);
    if (seed) watched.seed = *seed;
    seed_ = watched.seed;
    Instants instants(from_, until_);
    run(watched, {std::nullopt, &instants});
    std::vector<TimePoint>& all = instants.all;
    all.push_back(from_);
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    if (all.size() > kMostMoments) all.resize(kMostMoments);
    until_ = later(all.back(), 1ms);
    dense_.clear();
    for (std::size_t i = 0; i < all.size(); ++i) {
      dense_.push_back(all[i] + 1ns);
      const std::array<TimePoint, 4> near{all[i], std::max(from_, all[i] - kTick), all[i] + kTick,
                                          i > 0 ? all[i - 1] + (all[i] - all[i - 1]) / 2 : all[i]};
      dense_.push_back(near[random_() % near.size()]);
    }
    for (int i = 0; i < 6; ++i) dense_.push_back(from_ + below(until_ - from_));
    crossings_ = all;
    // A packet towards the client enters its line a little before it arrives.
    for (const TimePoint at : all) crossings_.push_back(at - line_);
    keepalives_ = instants.keepalives.contains("client") ? instants.keepalives["client"]
                                                         : std::vector<TimePoint>{};
    if (keepalives_.size() > 3) keepalives_.resize(3);
    look_at_seldom_probes();
    look_at_new_keys();
  }

  // A bound for all random numbers is reached with few of them: whether this is so with one of the
  // seeds that the answer has seen.
  template <class IsSo>
  bool with_some_seed(IsSo is_so) {
    if (!random_program_) return false;
    const std::uint64_t own = seed_;
    bool found = false;
    for (std::uint64_t seed = 1; seed <= kSeedsSeen && !found; ++seed) {
      look(seed);
      found = is_so();
    }
    look(own);
    return found;
  }

  // Of a program that agrees on new keys now and then, which cannot wait.
  void look_at_new_keys() {
    const TimePoint from = until_;
    Scenario watched = scenario(interval_, (from - kStart) + 2h);
    watched.seed = seed_;
    if (!random_program_ || interval_ > 20min) return;
    Instants instants(from, kNever);
    run(watched, {std::nullopt, &instants, true, {}, from});
    const auto far = [&](TimePoint at) { return at > later(from, interval_); };
    const auto first = std::ranges::find_if(instants.controls, far);
    if (first == instants.controls.end()) return;
    for (const TimePoint at : instants.all) {
      if (at < *first - interval_ || at > *first + 1s) continue;
      crossings_.push_back(at);
      dense_.push_back(at + 1ns);
    }
    for (const TimePoint at : instants.keepalives["client"]) {
      if (at >= *first - interval_ && at <= *first + 1s) keepalives_.push_back(at);
    }
  }

  // Of a kernel that asks every two hours.
  void look_at_seldom_probes() {
    const TimePoint from = until_;
    Scenario watched = scenario(interval_, (from - kStart) + 2h + 20min);
    const ConnectionSpec& spec = watched.connections[0];
    const bool asks = spec.tcp[0].keepalive || spec.tcp[1].keepalive;
    if (!asks || spec.transport == Transport::Udp || interval_ > 1h) return;
    watched.seed = seed_;
    Instants instants(from, kNever);
    run(watched, {std::nullopt, &instants, true, {}, from});
    for (const auto& [host, probes] : instants.keepalives) {
      if (probes.size() > 3) continue;
      for (const TimePoint probe : probes) {
        // It meets what has become of a keepalive of the other end up to an interval before.
        for (const TimePoint at : instants.all) {
          if (at >= probe - interval_ && at <= probe + 2s) dense_.push_back(at + 1ns);
        }
      }
      if (!probes.empty()) look_before(probes.front(), instants.all);
    }
    std::ranges::sort(dense_);
    dense_.erase(std::unique(dense_.begin(), dense_.end()), dense_.end());
  }

  // A probe comes in time for what a box's timer or an end would have ended right after it.
  void look_before(TimePoint probe, const std::vector<TimePoint>& all) {
    std::vector<Duration> waits;
    const Scenario plain = scenario(interval_, 1h);
    for (const Hop& hop : plain.path) {
      const auto* box = std::get_if<MiddleboxSpec>(&hop);
      if (box == nullptr) continue;
      for (const Timeout timer : {Timeout::TcpEstablished, Timeout::TcpUnacknowledged}) {
        const Duration wait = box->profile.timeouts[timer];
        if (wait > Duration::zero() && wait < 2h) waits.push_back(wait);
      }
    }
    for (const Duration wait : waits) {
      const TimePoint first = probe - wait;
      int tried = 0;
      for (const TimePoint at : all) {
        if (at < first || tried == 12) continue;
        dense_.push_back(at + 1ns);
        ++tried;
      }
    }
  }

  // Of the first hop, the client's line.
  static EventSpec cut_of_line(TimePoint at) {
    EventSpec event;
    event.at = at;
    return event;
  }

  bool bears(TimePoint from, Duration outage) {
    Scenario cut = scenario(interval_, (from - kStart) + outage + 5 * interval_ + 30min);
    cut.seed = seed_;
    cut.events = {cut_of_line(from)};
    cut.events[0].span = outage;
    return stayed(run(cut).connections[0]);
  }

  void doubt_outage(const Endurance& endurance) {
    if (endurance.outage > Duration::zero()) {
      std::vector<TimePoint> tried = dense_;
      std::ranges::shuffle(tried, random_);
      tried.resize(std::min<std::size_t>(tried.size(), 12));
      tried.insert(tried.end(), crossings_.begin(), crossings_.end());
      const bool all =
          std::ranges::all_of(tried, [&](TimePoint from) { return bears(from, endurance.outage); });
      claim("outage is borne", endurance.outage, all);
    }
    if (endurance.endless) return;
    // Random numbers may be kinder than the worst of them.
    const Duration longer =
        endurance.outage + 1s + (random_program_ ? jitter_ + interval_ + 5s : Duration{0});
    const auto is_too_long = [&] {
      const auto fails = [&](TimePoint from) { return !bears(from, longer); };
      return std::ranges::any_of(crossings_, fails) || std::ranges::any_of(dense_, fails);
    };
    claim("a second more is not", longer, is_too_long() || with_some_seed(is_too_long));
  }

  // The keepalives of the client alone are counted; a cut takes so many of them and not the next.
  void doubt_lost(const Endurance& endurance) {
    if (endurance.endless || keepalives_.empty()) return;
    const Duration as_number{static_cast<std::int64_t>(endurance.lost)};
    claim("keepalives may be lost", as_number, bears_lost(endurance, endurance.lost));
    const std::uint64_t more = endurance.lost + (random_program_ ? 2 : 1);
    const auto are_too_many = [&] { return !bears_lost(endurance, more); };
    claim("one more may not", as_number, are_too_many() || with_some_seed(are_too_many));
  }
  bool bears_lost(const Endurance& endurance, std::uint64_t count) {
    return count == 0 || std::ranges::all_of(keepalives_, [&](TimePoint first) {
             const Duration looked = 3 * endurance.outage + 4 * interval_ + 3h;
             Scenario cut = scenario(interval_, (first - kStart) + looked);
             cut.seed = seed_;
             cut.events = {cut_of_line(first)};
             Instants instants(first, kNever);
             run(cut, {std::nullopt, &instants});
             const std::vector<TimePoint>& lost = instants.keepalives["client"];
             return count <= lost.size() && bears(first, lost[count - 1] - first + 1us);
           });
  }

  void doubt_late(std::int64_t percent) {
    const auto holds_late = [&](std::int64_t by) {
      ScenarioDraft made = draft_;
      made.interval = interval_;
      const Duration late = (interval_ + interval_ / 100 * by) / 1ms * 1ms;
      const Result<Scenario> result = late_scenario(made, more_, late);
      if (!result.ok()) return false;
      bool all = true;
      for (std::uint64_t seed = 1; all && seed <= (random_program_ ? kSeedsSeen : 1); ++seed) {
        all = held(run(result.value(), {seed, nullptr}).connections[0]);
      }
      return all;
    };
    claim("late timer holds", Duration{percent}, holds_late(percent));
    if (percent < kMostLatePercent && interval_ >= 100s) {
      claim("later timer does not", Duration{percent}, !holds_late(percent + 1));
    }
  }

  // What both sides learn when this happens at some instants of the cycle, and at worst.
  struct Worst {
    std::array<bool, 2> always{true, true};
    std::array<Duration, 2> learned{};
    std::array<Duration, 2> dead{};
    std::array<bool, 2> works{true, true};
    bool again = false;  // an end was forgotten more than once, and did not learn of it
  };
  Worst worst_after(EventSpec event) {
    Worst worst;
    for (const TimePoint at : dense_) {
      event.at = at;
      const auto look = [&](Duration span) {
        Scenario tried = scenario(interval_, (at - kStart) + span);
        tried.seed = seed_;
        tried.events = {event};
        return run(tried).connections[0];
      };
      Duration span = 20min + 5 * interval_;
      ConnectionReport report = look(span);
      const bool over = std::ranges::none_of(report.sides, [at](const SideReport& side) {
        return side.outcome == Outcome::Forgotten && !learned(side, at);
      });
      if (!over) {
        span = 5h + 12 * interval_;
        report = look(span);
      }
      for (std::size_t role = 0; role < 2; ++role) {
        const SideReport& side = report.sides[role];
        const std::optional<Duration> found = learned(side, at);
        worst.always[role] = worst.always[role] && found;
        worst.learned[role] = std::max(worst.learned[role], found.value_or(Duration::zero()));
        worst.dead[role] = std::max(worst.dead[role], dead_for(side, at, later(at, span)));
        worst.works[role] = worst.works[role] && !found && side.outcome != Outcome::Forgotten;
        worst.again = worst.again || (!found && times_forgotten(side, at) > 1);
      }
    }
    return worst;
  }

  // Neither is a bound exceeded nor is it much more than what happens.
  // again: what happens with the seed that is looked at.
  template <class Again>
  void claim_bound(const std::string& kind, Duration bound, Duration worst, Again again) {
    record_.add(kind,
                name_ + " at " + print_duration(interval_) + ": " + print_duration(bound) +
                    ", found " + print_duration(worst),
                worst <= bound);
    // Whoever waits for as long as he may does so too seldom to be found.
    const Duration slack = random_program_ ? 10s + jitter_ + interval_ : kTick + 2 * line_ + 400ms;
    record_.add(kind + ", and no sooner",
                name_ + " at " + print_duration(interval_) + ": " + print_duration(bound) +
                    ", found " + print_duration(worst),
                worst + slack >= bound || with_some_seed([&] { return again() + slack >= bound; }));
  }

  // What follows when any one of the boxes forgets everything, at worst.
  struct Flushed {
    Duration dead{};
    bool works = true;  // both ends can go on
    bool ends = true;   // or learn of it
    bool again = false;
  };
  Flushed worst_after_flushes() {
    Flushed all;
    const Scenario plain = scenario(interval_, 1h);
    for (std::size_t hop = 0; hop < plain.path.size(); ++hop) {
      if (!std::holds_alternative<MiddleboxSpec>(plain.path[hop])) continue;
      EventSpec flush;
      flush.kind = EventKind::Flush;
      flush.target = hop;
      const Worst worst = worst_after(flush);
      all.again = all.again || worst.again;
      for (std::size_t role = 0; role < 2; ++role) {
        all.dead = std::max(all.dead, worst.dead[role]);
        all.works = all.works && worst.works[role];
        all.ends = all.ends && (worst.always[role] || worst.works[role]);
      }
    }
    return all;
  }

  void doubt_detection(const Detection& detection) {
    const Scenario plain = scenario(interval_, 1h);
    for (const std::size_t role : {0u, 1u}) {
      EventSpec crash;
      crash.kind = EventKind::Crash;
      crash.target = role == 0 ? plain.connections[0].server : plain.connections[0].client;
      const Worst worst = worst_after(crash);
      const Notice& notice = detection.crash[role];
      claim("crash is noticed or never", notice.worst, worst.always[role] == notice.always);
      if (!notice.always) continue;
      claim_bound("crash noticed", notice.worst, worst.learned[role],
                  [&] { return worst_after(crash).learned[role]; });
    }
    if (!detection.has_box) return;
    const Flushed flushed = worst_after_flushes();
    const auto& [client, server] = detection.forgotten;
    const bool recovers = client.recovers && server.recovers;
    const bool relapses = client.relapses || server.relapses;
    if (relapses) {
      claim("again and again", client.blackhole,
            flushed.again || with_some_seed([&] { return worst_after_flushes().again; }));
    } else {
      claim("works again or not", client.blackhole,
            recovers == flushed.works ||
                (!recovers && with_some_seed([&] { return !worst_after_flushes().works; })));
    }
    if (recovers || (client.always && server.always)) {
      claim_bound("dead after a flush", std::max(client.blackhole, server.blackhole), flushed.dead,
                  [&] { return worst_after_flushes().dead; });
    } else if (!relapses) {
      claim("for ever", client.blackhole,
            !flushed.ends || with_some_seed([&] { return !worst_after_flushes().ends; }));
    }
  }

  void doubt_cost(const Cost& cost) {
    if (cost.time == Duration::zero()) return;
    // Days differ where something is random or happens now and then: one of a few, or all of ten
    // together, has to be like the day of which the answer speaks.
    const Duration from = from_ - kStart;
    const std::vector<Duration> ends =
        random_program_ ? std::vector<Duration>{24h, 48h, 96h}
                        : std::vector<Duration>{std::max<Duration>(10 * 24h, 20 * interval_)};
    const SettledDays days(scenario(interval_, from), from, ends);
    const auto agrees = [&](const char* kind, std::uint64_t claimed, const auto& count,
                            double one) {
      const double found = days.nearest(claimed, count);
      // The stretch may cut a cycle in two.
      const double slack = std::max((random_program_ ? 0.03 : 0.01) * found, one);
      record_.add(kind,
                  name_ + " at " + print_duration(interval_) + ": " + std::to_string(claimed) +
                      ", found " + std::to_string(found),
                  std::abs(static_cast<double>(claimed) - found) <= slack);
    };
    using Counts = SideCounters;
    agrees(
        "packets a day", cost.per_day(cost.packets),
        [](const Counts& side) { return side.packets_sent + side.packets_received; }, 8);
    agrees(
        "bytes a day", cost.per_day(cost.bytes),
        [](const Counts& side) { return side.bytes_sent + side.bytes_received; }, 1000);
    // What is awake at the end of the stretch is counted later.
    agrees(
        "seconds awake a day", static_cast<std::uint64_t>(cost.awake_per_day().value_or(0s) / 1s),
        [](const Counts& side) { return side.awake_us / 1'000'000; }, 40);
    agrees(
        "wake-ups a day", cost.per_day(cost.wakeups),
        [](const Counts& side) { return std::uint64_t{side.wakeups}; }, 4);
  }

  ScenarioDraft draft_;
  std::string more_;
  Record& record_;
  std::mt19937_64& random_;
  std::string name_;
  std::map<Duration, Scenario> parsed_;
  bool random_program_ = false;
  Duration jitter_{};  // an interval is shorter by that at most
  Duration line_{};
  Duration interval_{};
  std::uint64_t seed_ = 1;
  TimePoint from_;
  TimePoint until_;
  std::vector<TimePoint> dense_;
  std::vector<TimePoint> crossings_;
  std::vector<TimePoint> keepalives_;
};

}  // namespace stayalive
