// SPDX-License-Identifier: Apache-2.0
#include "study/advise/advise.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/check.h"
#include "base/text.h"
#include "run/run.h"
#include "study/advise/daily_cost.h"
#include "study/advise/edge_search.h"
#include "study/advise/late_timer.h"
#include "study/trials/trials.h"

namespace stayalive {
namespace {

constexpr std::array<std::int64_t, 62> kNiceSeconds{
    1,      2,      3,      4,      5,       6,       8,      10,     12,     15,     20,
    25,     30,     40,     45,     50,      60,      75,     90,     120,    150,    180,
    240,    300,    360,    420,    480,     540,     600,    720,    900,    1200,   1500,
    1800,   2400,   2700,   3600,   5400,    7200,    9000,   10800,  14400,  21600,  28800,
    43200,  64800,  86400,  129600, 172800,  216000,  259200, 302400, 345600, 388800, 432000,
    475200, 518400, 604800, 864000, 1209600, 1728000, 2592000};

// Of the interval that holds most often where none holds often enough.
constexpr std::uint64_t kBestRuns = 40;
constexpr std::uint64_t kFewRuns = 8;

class WindowSearch {
 public:
  WindowSearch(const Subject& subject, const AdviseOptions& options)
      : subject_(subject),
        options_(options),
        trials_(subject, options.rules),
        late_timer_(subject, options.rules, trials_.chance(), trials_.most_runs()) {
    advice_.strategy = subject.strategy;
    advice_.rules = options.rules;
    advice_.chance = trials_.chance();
    advice_.most_runs = trials_.most_runs();
    const Product& product = *subject.strategy.product;
    least_ = std::max<Duration>(product.least_interval(), 1s);
    most_ =
        std::max(cut_to_seconds(std::min(product.most_interval(), options.rules.survive)), least_);
  }

  Advice run() {
    make_grid();
    if (find_piece() && !stopped()) {
      find_most();
      if (high_ && !stopped()) find_least();
    }
    if (!advice_.least && !stopped()) {
      advice_.most.reset();
      find_contradiction();
    }
    count_costs();
    advice_.runs = trials_.runs() + late_timer_.runs() + more_runs_;
    if (stopped()) keep_what_is_known();
    return std::move(advice_);
  }

 private:
  void make_grid() {
    for (const Duration interval : nice_intervals()) {
      if (interval > least_ && interval < most_) grid_.push_back(interval);
    }
    grid_.insert(grid_.begin(), least_);
    if (most_ > least_) grid_.push_back(most_);
  }

  bool stopped() const { return options_.rules.stop.stop_requested(); }

  // A search that was stopped half-way has no result: only single intervals are known.
  void keep_what_is_known() {
    advice_.interrupted = true;
    // What was measured of a part of a run is no evidence.
    if (options_.rules.limited.stop_requested()) advice_.recommendation.reset();
    if (advice_.recommendation) return;
    advice_.least.reset();
    advice_.most.reset();
    advice_.best.reset();
    advice_.contradiction.clear();
    advice_.beyond_hole.clear();
    const auto copy = [](const IntervalTrial* trial) {
      return trial == nullptr ? std::nullopt : std::optional(*trial);
    };
    const IntervalTrials::Known known = trials_.known();
    advice_.known = {copy(known.holds), copy(known.seems), std::nullopt};
    if (known.fails != nullptr) advice_.known.fails = {*known.fails, constraint_of(*known.fails)};
  }

  // The longest row of neighbours in the grid that all hold; where they are even, the lower one.
  bool find_piece() {
    std::size_t best = 0;
    for (std::size_t begin = 0; begin < grid_.size();) {
      std::size_t end = begin;
      while (end < grid_.size() && trials_.brief(grid_[end]).holds()) ++end;
      if (end - begin > best) {
        best = end - begin;
        piece_begin_ = begin;
      }
      begin = end + 1;
    }
    if (best == 0) return find_piece_between();
    piece_end_ = piece_begin_ + best - 1;
    for (std::size_t i = piece_end_ + 1; i < grid_.size(); ++i) {
      if (trials_.brief(grid_[i]).holds()) advice_.beyond_hole.push_back(grid_[i]);
    }
    return true;
  }

  // Where neighbours fail for different reasons, something between them may hold.
  bool find_piece_between() {
    for (std::size_t i = 0; i + 1 < grid_.size(); ++i) {
      Duration low = grid_[i];
      Duration high = grid_[i + 1];
      const std::string reason = constraint_of(trials_.brief(low)).key();
      if (reason == constraint_of(trials_.brief(high)).key()) continue;
      while (high - low > 1s) {
        const Duration between = middle(low, high);
        const IntervalTrial& trial = trials_.brief(between);
        if (trial.holds()) {
          grid_.insert(grid_.begin() + static_cast<std::ptrdiff_t>(i) + 1, between);
          piece_begin_ = piece_end_ = i + 1;
          return true;
        }
        (constraint_of(trial).key() == reason ? low : high) = between;
      }
      if (edges_.empty()) edges_ = {low, high};
    }
    return false;
  }

  // The longest interval up to `high` that holds.
  template <class Holds>
  std::optional<Edge> find_longest(const Edge& high, Holds holds) const {
    if (holds(high.inside)) return high;
    Duration outside = high.inside;
    for (std::size_t i = piece_end_ + 1; i-- > piece_begin_; outside = grid_[i]) {
      if (!holds(grid_[i])) continue;
      const auto [last, next] = bisect(grid_[i], outside, holds);
      return Edge{last, next};
    }
    return std::nullopt;
  }

  void find_most() {
    const auto briefly = [this](Duration interval) { return trials_.brief(interval).holds(); };
    const auto likely = [this](Duration interval) {
      return trials_.full(interval, IntervalTrials::kGlance).may_hold();
    };
    const auto fully = [this](Duration interval) { return trials_.full(interval).holds(); };
    Edge high{grid_[piece_end_], std::nullopt};
    if (piece_end_ + 1 < grid_.size()) {
      const auto [last, next] = bisect(high.inside, grid_[piece_end_ + 1], briefly);
      high = {last, next};
    }
    // The longer runs know better.
    std::optional<Edge> found = find_longest(high, likely);
    if (found && !fully(found->inside)) found = find_longest(high, fully);
    if (!found || stopped()) return;
    while (grid_[piece_end_] > found->inside) --piece_end_;
    high_ = found->inside;
    WindowEnd end{trials_.full(*high_), {}, {}};
    if (found->outside) {
      end.outside = trials_.full(*found->outside);
      end.constraint = constraint_of(*end.outside);
    }
    advice_.unlimited = !found->outside;
    advice_.most = std::move(end);
  }

  // The shortest interval of the piece that holds; the longest one does.
  template <class Holds>
  Edge find_shortest(Holds holds) const {
    const std::size_t count = piece_end_ + 1 - piece_begin_;
    const auto place = [this](std::size_t i) { return grid_[piece_begin_ + i]; };
    const std::size_t i = find_first(count, [&](std::size_t n) { return holds(place(n)); });
    const Duration inside = i < count ? place(i) : *high_;
    const bool first = piece_begin_ == 0 && i == 0;
    if (first) return {inside, std::nullopt};
    const auto [last, next] = bisect(inside, grid_[piece_begin_ + i - 1], holds);
    return {last, next};
  }

  void find_least() {
    const auto likely = [this](Duration interval) {
      return trials_.medium(interval, IntervalTrials::kGlance).may_hold();
    };
    const auto holds = [this](Duration interval) { return trials_.medium(interval).holds(); };
    Edge found = find_shortest(likely);
    if (!holds(found.inside)) found = find_shortest(holds);
    const Duration low = found.inside;
    const std::optional<Duration> outside = found.outside;
    low_ = low;
    find_longest_when_late();
    WindowEnd end{trials_.medium(low), {}, {}};
    if (outside) {
      end.outside = trials_.medium(*outside);
      end.constraint = constraint_of(*end.outside);
    }
    advice_.least = std::move(end);
    recommend();
  }

  // Costs are those of the settled connection, whatever the trials have cost.
  void count_costs() {
    if (options_.rules.stop.stop_requested() || !advice_.least) return;
    const auto count = [this](IntervalTrial& trial) {
      tell(trial.interval, "costs");
      const std::stop_token& leave = options_.rules.leave;
      const Cost cost =
          find_daily_cost(scenario_at(trial.interval), subject_.connection, trial.interval, leave);
      trial.tally.cost = leave.stop_requested() ? Cost{} : cost;
    };
    count(advice_.least->inside);
    if (advice_.recommendation) count(advice_.recommendation->trial);
    count(advice_.most->inside);
  }

  void find_contradiction() {
    if (advice_.chance && find_best()) return;
    if (edges_.empty()) edges_ = {grid_.front()};
    for (const Duration interval : edges_) add_contradiction(shown(interval));
  }

  void add_contradiction(const IntervalTrial& trial) {
    advice_.contradiction.push_back({trial, constraint_of(trial)});
  }

  // The longest trial that has been made of an interval.
  const IntervalTrial& shown(Duration interval) {
    const IntervalTrial& trial = trials_.brief(interval);
    return trial.holds() ? trials_.full(interval) : trial;
  }

  // Runs of the whole span, so that intervals can be compared by how many of them hold.
  IntervalTrial sample(Duration interval, std::uint64_t runs) {
    IntervalTrial trial = trials_.brief(interval);
    const Result<Scenario> made = subject_.at(interval);
    if (!made.ok() || trial.tally.held == 0) return trial;
    tell(interval, "how often it holds");
    Scenario tried = made.value();
    trial.span = tried.duration = options_.rules.survive;
    JobOptions jobs;
    jobs.threads = options_.rules.threads;
    jobs.stop = options_.rules.stop;
    jobs.leave = options_.rules.leave;
    trial.tally = run_trials(tried, runs, jobs)[subject_.connection];
    more_runs_ += trial.tally.runs;
    return trial;
  }

  // Where chance is in play an interval may hold sometimes: the one that does so most often, and
  // what keeps shorter and longer ones from it.  False when none ever holds.
  bool find_best() {
    std::vector<double> shares;
    for (const Duration interval : grid_) {
      if (options_.rules.stop.stop_requested()) return false;
      const Tally tally = sample(interval, kFewRuns).tally;
      const auto runs = static_cast<double>(std::max<std::uint64_t>(tally.runs, 1));
      shares.push_back(static_cast<double>(tally.held) / runs);
    }
    const auto most = std::ranges::max_element(shares);
    if (*most == 0.0) return false;
    const auto best = static_cast<std::size_t>(most - shares.begin());
    advice_.best = sample(grid_[best], kBestRuns);
    // The nearest that hold at most half as often.
    const auto add_worse = [&](std::size_t i) {
      if (2 * shares[i] > *most) return false;
      const IntervalTrial trial = with_commonest_failure(sample(grid_[i], kFewRuns));
      if (!trial.failure) return false;
      add_contradiction(trial);
      return true;
    };
    for (std::size_t i = best; i-- > 0;) {
      if (add_worse(i)) break;
    }
    for (std::size_t i = best + 1; i < grid_.size(); ++i) {
      if (add_worse(i)) break;
    }
    return true;
  }

  // The trial with a failure of the kind that ends most of its runs.
  IntervalTrial with_commonest_failure(IntervalTrial trial) const {
    const Result<Scenario> made = subject_.at(trial.interval);
    if (!made.ok()) return trial;
    Scenario tried = made.value();
    tried.duration = trial.span;
    std::map<std::string, int> kinds;
    for (std::uint64_t n = 0; n < kFewRuns; ++n) {
      const ConnectionReport report =
          stayalive::run(tried, {tried.seed + n, nullptr}).connections[subject_.connection];
      if (held(report)) continue;
      const int count = ++kinds[find_constraint(tried, report).key()];
      const auto commoner = [count](const auto& kind) { return kind.second > count; };
      if (std::ranges::none_of(kinds, commoner)) trial.failure = report;
    }
    return trial;
  }

  // A kernel that measures the interval is late by up to an eighth: the longest that holds even
  // then.
  void find_longest_when_late() {
    const StrategyChoice& strategy = subject_.strategy;
    if (!is_timed_by_kernel(strategy) || advice_.unlimited || !low_) return;
    const auto holds = [&](Duration interval) {
      return late_timer_.holds(interval, interval + most_late(strategy, interval));
    };
    if (!holds(*low_)) return;
    const auto [last, next] = bisect(*low_, *high_ + 1s, holds);
    advice_.longest_when_late = last;
  }

  Constraint constraint_of(const IntervalTrial& trial) const {
    Constraint constraint;
    constraint.refusal = trial.refusal;
    if (!trial.failure) return constraint;
    const Result<Scenario> scenario = subject_.at(trial.interval);
    CHECK(scenario.ok(), "an interval that has been run is right");
    return find_constraint(scenario.value(), *trial.failure);
  }

  // Rounder ones first, each list from the largest down.
  std::vector<std::vector<Duration>> candidates() const {
    std::vector<std::vector<Duration>> lists(3);
    for (const Duration interval : nice_intervals()) {
      if (interval >= *low_ && interval <= *high_) lists[0].push_back(interval);
    }
    // Enough of them for a narrow window; a wide one has nice intervals.
    constexpr std::int64_t kMostSteps = 200;
    for (const Duration step : {Duration{10s}, Duration{1s}}) {
      std::vector<Duration>& list = lists[step == 10s ? 1 : 2];
      const Duration from = std::max(*low_, *high_ - kMostSteps * step);
      for (Duration at = (from + step - 1s) / step * step; at <= *high_; at += step) {
        list.push_back(at);
      }
    }
    for (std::vector<Duration>& list : lists) std::reverse(list.begin(), list.end());
    return lists;
  }

  struct Wish {
    std::uint64_t lost = 0;
    std::int64_t late_percent = 0;
    bool in_time = true;
  };

  void recommend() {
    if (advice_.unlimited) return recommend_anything();
    const std::uint64_t lost = wanted_lost(subject_.strategy.transport);
    std::vector<Wish> wishes;
    for (const bool in_time : {true, false}) {
      wishes.push_back({lost, kWantedLatePercent, in_time});
      if (lost > 1) wishes.push_back({1, kWantedLatePercent, in_time});
      wishes.push_back({1, 0, in_time});
      wishes.push_back({0, 0, in_time});
      if (!options_.notice_within) break;
    }
    for (const Wish& wish : wishes) {
      for (const std::vector<Duration>& list : candidates()) {
        for (const Duration interval : list) {
          if (options_.rules.stop.stop_requested()) return;
          if (fulfils(interval, wish)) return take(interval, wish.in_time);
        }
      }
    }
  }

  // Where nothing is forgotten, the interval only decides how soon a dead peer is noticed.
  void recommend_anything() {
    Duration interval = subject_.strategy.usual();
    if (interval == Duration::zero()) interval = 60s;
    interval = std::clamp(cut_to_seconds(interval), *low_, *high_);
    if (options_.notice_within) {
      while (!fulfils(interval, {0, 0, true}) && interval > *low_) {
        interval = std::max(*low_, middle(0s, interval));
      }
    }
    take(interval, fulfils(interval, {0, 0, true}));
  }

  bool fulfils(Duration interval, const Wish& wish) {
    // A peer that counts pings is as near below as the box is above.
    const bool counted = advice_.least->outside.has_value();
    if (counted && wish.late_percent > 0) {
      const Duration early = (interval / 1s * 2 + 99) / 100 * Duration{1s};
      if (interval - early < *low_) return false;
    }
    // A kernel's timer is late by itself.
    const StrategyChoice& strategy = subject_.strategy;
    Duration late = late_by(interval, wish.late_percent);
    if (is_timed_by_kernel(strategy))
      late = std::max(late, interval + most_late(strategy, interval));
    if (late_by(interval, wish.late_percent) > *high_ + 1s) return false;
    if (!late_timer_.holds(interval, late)) return false;
    // Keepalives may be lost while it is late, too.
    tell(late, "outages");
    if (!late_timer_.bears_lost(interval, late, wish.lost)) return false;
    if (wish.in_time && options_.notice_within && !notices_in_time(interval)) return false;
    return trials_.full(interval).holds();
  }

  // Where a kernel sends the keepalives also when its timers are as late as they may be.
  bool notices_in_time(Duration interval) {
    const Detection& found = detection(interval);
    const Notice& notice = found.crash[index(Role::Client)];
    if (!found.known || !notice.always) return false;
    const Duration latest = is_timed_by_kernel(subject_.strategy)
                                ? *latest_crash_notice(found, Role::Client)
                                : notice.worst;
    return latest <= *options_.notice_within;
  }

  const Detection& detection(Duration interval) {
    const auto found = detection_.find(interval);
    if (found != detection_.end()) return found->second;
    tell(interval, "crashes");
    return detection_.emplace(interval, find_detection(experiment_at(interval))).first->second;
  }
  Experiment experiment_at(Duration interval) const {
    return {scenario_at(interval), subject_.connection, interval, true, options_.rules.leave};
  }

  Scenario scenario_at(Duration interval) const {
    Result<Scenario> scenario = subject_.at(interval);
    CHECK(scenario.ok(), "an interval that holds is right");
    return std::move(scenario).value();
  }

  void tell(Duration interval, const char* what) const {
    if (!options_.rules.progress) return;
    options_.rules.progress(std::string(what) + " at " + print_duration(interval));
  }

  void take(Duration interval, bool in_time) {
    Recommendation chosen;
    chosen.trial = trials_.full(interval);
    chosen.detection = detection(interval);
    tell(interval, "outages");
    if (chosen.detection.known) chosen.endurance = find_endurance(experiment_at(interval));
    chosen.late_percent = late_timer_.most_percent(interval);
    chosen.wanted_lost = wanted_lost(subject_.strategy.transport);
    chosen.in_time = in_time;
    chosen.full_margin =
        chosen.endurance.lost >= chosen.wanted_lost && chosen.late_percent >= kWantedLatePercent;
    // What was left half-way means nothing.
    if (!options_.rules.leave.stop_requested()) advice_.recommendation = std::move(chosen);
  }

  const Subject& subject_;
  const AdviseOptions& options_;
  IntervalTrials trials_;
  LateTimer late_timer_;
  std::uint64_t more_runs_ = 0;
  Advice advice_;
  Duration least_{};
  Duration most_{};
  std::vector<Duration> grid_;
  std::size_t piece_begin_ = 0;
  std::size_t piece_end_ = 0;
  std::vector<Duration> edges_;  // of an empty window
  std::optional<Duration> low_;
  std::optional<Duration> high_;
  std::map<Duration, Detection> detection_;
};

}  // namespace

Advice advise(const Subject& subject, const AdviseOptions& options) {
  CHECK(subject.strategy.product->interval() != nullptr,
        "advice is about a strategy with an interval");
  return WindowSearch(subject, options).run();
}

std::vector<Duration> nice_intervals() {
  std::vector<Duration> intervals;
  for (const std::int64_t seconds : kNiceSeconds) {
    intervals.push_back(std::chrono::seconds{seconds});
  }
  return intervals;
}

}  // namespace stayalive
