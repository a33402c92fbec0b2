// SPDX-License-Identifier: Apache-2.0
#include "study/sweep/sweep.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "base/guarded.h"
#include "run/estimate.h"
#include "run/run.h"
#include "study/trials/chance.h"
#include "study/trials/ordered_tallies.h"

namespace stayalive {
namespace {

constexpr std::size_t kPointsWithMistakes = 3;  // so many are reported

// The scenario's axes with those of the request in their place or after them, and who asks for
// each.
struct Axes {
  std::vector<Axis> axes;
  std::vector<std::string> origins;
};

Axes merge(const ScenarioDocument& document, const SweepRequest& request) {
  Axes merged{document.axes(), std::vector<std::string>(document.axes().size())};
  for (const Axis& axis : request.axes) {
    const auto same = std::ranges::find(merged.axes, axis.path, &Axis::path);
    if (same == merged.axes.end()) {
      merged.axes.push_back(axis);
      merged.origins.emplace_back("--axis");
    } else {
      *same = axis;
      merged.origins[static_cast<std::size_t>(same - merged.axes.begin())] = "--axis";
    }
  }
  return merged;
}

Diagnostic mistake(const ScenarioDocument& document, std::string message, std::string allowed) {
  Diagnostic diagnostic;
  diagnostic.file = document.file();
  diagnostic.message = std::move(message);
  diagnostic.allowed = std::move(allowed);
  return diagnostic;
}

// What is wrong with the grid as a whole, before any of its points is looked at.
std::vector<Diagnostic> grid_mistakes(const ScenarioDocument& document, const SweepRequest& request,
                                      const std::vector<Axis>& axes) {
  std::set<std::string> paths;
  for (const Axis& axis : request.axes) {
    if (paths.insert(axis.path).second) continue;
    return {mistake(document, "--axis " + axis.path + " is given twice", "each path once")};
  }
  if (axes.empty()) {
    return {mistake(document, "nothing is varied: the scenario has no \"sweep\" section",
                    "--axis PATH=VALUES, or a sweep section")};
  }
  std::size_t points = 1;
  for (const Axis& axis : axes) {
    if (axis.values.size() > kMostPoints / points) {
      return {mistake(document, "the axes have too many combinations of values",
                      "at most " + std::to_string(kMostPoints))};
    }
    points *= axis.values.size();
  }
  return {};
}

// The points of the shard, after the others were marked; and the first one, which has the title.
std::vector<std::size_t> points_to_try(const SweepRequest& request, Sweep& sweep) {
  std::vector<std::size_t> tried;
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    sweep.points[i].elsewhere = request.shard && !request.shard->has(i);
    if (i == 0 || !sweep.points[i].elsewhere) tried.push_back(i);
  }
  return tried;
}

// Makes the scenarios of the points.
class PointReader {
 public:
  PointReader(const ScenarioDocument& document, const SweepRequest& request, const Sweep& sweep)
      : document_(document),
        parse_(request.parse),
        sweep_(sweep),
        origins_(merge(document, request).origins) {}

  Result<Scenario> read(std::size_t point) const {
    const std::vector<std::size_t> place = sweep_.place(point);
    std::vector<Replacement> replacements;
    for (std::size_t i = 0; i < place.size(); ++i) {
      replacements.push_back({sweep_.axes[i].path, sweep_.axes[i].values[place[i]], origins_[i]});
    }
    return document_.scenario(replacements, parse_);
  }

 private:
  const ScenarioDocument& document_;
  const ParseOptions& parse_;
  const Sweep& sweep_;
  std::vector<std::string> origins_;
};

// A mistake without the replacements with which it came about, which stand in brackets.
std::string core(const Diagnostic& error) {
  Diagnostic bare = error;
  bare.message = bare.message.substr(0, bare.message.find(" (with "));
  return to_string(bare);
}

// The mistakes of the first points that have any, each once, however many points have it.
std::vector<Diagnostic> first_mistakes(
    const std::map<std::size_t, std::vector<Diagnostic>>& mistakes) {
  std::vector<Diagnostic> all;
  std::set<std::string> told;
  std::size_t points = 0;
  for (const auto& [point, errors] : mistakes) {
    if (++points > kPointsWithMistakes) break;
    for (const Diagnostic& error : errors) {
      if (told.insert(core(error)).second) all.push_back(error);
    }
  }
  return all;
}

// The runs of all points that are not done, in order: job 0 is the first run of the first of them.
class Runs {
 public:
  explicit Runs(const Sweep& sweep) {
    for (std::size_t i = 0; i < sweep.points.size(); ++i) {
      if (sweep.points[i].done || sweep.points[i].elsewhere) continue;
      points_.push_back(i);
      begins_.push_back(count_);
      count_ += sweep.points[i].runs;
    }
  }
  std::size_t count() const { return count_; }
  // The point of a job, and which of its runs the job is.
  std::pair<std::size_t, std::uint64_t> operator[](std::size_t job) const {
    const auto after = std::ranges::upper_bound(begins_, job);
    const auto position = static_cast<std::size_t>(after - begins_.begin()) - 1;
    return {points_[position], job - begins_[position]};
  }

 private:
  std::vector<std::size_t> points_;
  std::vector<std::size_t> begins_;
  std::size_t count_ = 0;
};

// A point some of whose runs have begun.
struct ActivePoint {
  std::once_flag read;
  Scenario scenario;
  std::atomic<bool> wrong = false;
  std::optional<OrderedTallies> tallies;
  std::vector<ExpectationTally> expectations;  // guarded by the runner's mutex
};

// Runs points; each is read when its first run begins and put away when its last one has ended.
class SweepRunner {
 public:
  SweepRunner(const PointReader& reader, const SweepRequest& request, Sweep& sweep,
              const JobOptions& options)
      : reader_(reader), seed_(request.seed), sweep_(sweep), options_(options) {}

  void run_one(std::size_t point, std::uint64_t trial) {
    const std::vector<Diagnostic> errors =
        guarded(sweep_.file, [&] { run_one(point, trial, begin(point)); });
    if (errors.empty()) return;
    const std::lock_guard lock(mutex_);
    mistakes_.try_emplace(point, errors);
    if (const auto active = active_.find(point); active != active_.end()) {
      active->second.wrong = true;
    }
  }
  const std::map<std::size_t, std::vector<Diagnostic>>& mistakes() const { return mistakes_; }

 private:
  void run_one(std::size_t point, std::uint64_t trial, ActivePoint& active) {
    std::call_once(active.read, [&] { read(point, active); });
    if (active.wrong) return;
    const std::uint64_t seed = first_seed(active) + trial;
    RunReport report = run(active.scenario, {.seed = seed, .stop = options_.leave});
    if (report.early_end) return leave_undone(point, active, *report.early_end);
    {
      const std::lock_guard lock(mutex_);
      active.expectations.resize(report.expectations.size());
      for (std::size_t i = 0; i < report.expectations.size(); ++i)
        active.expectations[i].add(report.expectations[i], seed);
    }
    const std::uint64_t added = active.tallies->add(trial, std::move(report.connections));
    if (added == sweep_.points[point].runs) end(point);
  }
  std::uint64_t first_seed(const ActivePoint& active) const {
    return seed_.value_or(active.scenario.seed);
  }
  ActivePoint& begin(std::size_t point) {
    const std::lock_guard lock(mutex_);
    return active_[point];
  }
  void read(std::size_t point, ActivePoint& active) {
    Result<Scenario> scenario = reader_.read(point);
    if (scenario.ok()) {
      active.scenario = std::move(scenario).value();
      active.tallies.emplace(active.scenario.duration, first_seed(active));
      return;
    }
    active.wrong = true;
    const std::lock_guard lock(mutex_);
    mistakes_[point] = scenario.errors();
  }
  void leave_undone(std::size_t point, ActivePoint& active, const EarlyEnd& early) {
    if (early.reason == EndReason::Stopped) return;
    active.wrong = true;  // its other runs would show nothing
    const std::lock_guard lock(mutex_);
    if (point > first_limited_) return;
    first_limited_ = point;
    sweep_.early_end = early;
  }
  void end(std::size_t point) {
    const std::lock_guard lock(mutex_);
    const auto active = active_.find(point);
    if (active == active_.end()) return;
    sweep_.points[point].connections = active->second.tallies->all();
    sweep_.points[point].expectations = std::move(active->second.expectations);
    sweep_.points[point].done = true;
    active_.erase(active);
    ++done_;
    if (options_.finished) options_.finished(point, done_);
  }

  const PointReader& reader_;
  std::optional<std::uint64_t> seed_;
  Sweep& sweep_;
  const JobOptions& options_;
  std::mutex mutex_;
  std::map<std::size_t, ActivePoint> active_;
  std::map<std::size_t, std::vector<Diagnostic>> mistakes_;
  std::size_t done_ = 0;
  std::size_t first_limited_ = SIZE_MAX;  // point
};

}  // namespace

std::size_t Sweep::stride(std::size_t axis) const {
  std::size_t apart = 1;
  for (std::size_t i = axis + 1; i < axes.size(); ++i) apart *= axes[i].values.size();
  return apart;
}

std::vector<std::size_t> Sweep::place(std::size_t point) const {
  std::vector<std::size_t> positions(axes.size());
  for (std::size_t i = axes.size(); i-- > 0;) {
    positions[i] = point % axes[i].values.size();
    point /= axes[i].values.size();
  }
  return positions;
}

std::size_t Sweep::done() const {
  return static_cast<std::size_t>(std::ranges::count(points, true, &SweepPoint::done));
}

std::size_t Sweep::own() const {
  return static_cast<std::size_t>(std::ranges::count(points, false, &SweepPoint::elsewhere));
}

std::size_t Sweep::own_done() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      points, [](const SweepPoint& point) { return point.done && !point.elsewhere; }));
}

bool Sweep::expects() const {
  return std::ranges::any_of(points,
                             [](const SweepPoint& point) { return !point.expectations.empty(); });
}

bool Sweep::fulfils_expectations() const {
  return std::ranges::all_of(points, [](const SweepPoint& point) {
    return std::ranges::all_of(point.expectations, &ExpectationTally::holds);
  });
}

Result<Scenario> scenario_at(const ScenarioDocument& document, const SweepRequest& request,
                             const Sweep& sweep, std::size_t point) {
  return PointReader(document, request, sweep).read(point);
}

Result<Sweep> plan_sweep(const ScenarioDocument& document, const SweepRequest& request,
                         unsigned threads) {
  if (const Result<Scenario> plain = document.checked(request.parse); !plain.ok()) {
    return plain.errors();
  }
  Sweep sweep;
  sweep.file = document.file();
  sweep.axes = merge(document, request).axes;
  if (std::vector<Diagnostic> errors = grid_mistakes(document, request, sweep.axes);
      !errors.empty()) {
    return errors;
  }
  std::size_t count = 1;
  for (const Axis& axis : sweep.axes) count *= axis.values.size();
  sweep.points.resize(count);
  const std::vector<std::size_t> tried = points_to_try(request, sweep);
  const PointReader reader(document, request, sweep);
  std::mutex mutex;
  std::map<std::size_t, std::vector<Diagnostic>> mistakes;
  std::stop_source enough;
  const auto try_one = [&](std::size_t job) {
    const std::size_t point = tried[job];
    const Result<Scenario> scenario = reader.read(point);
    const std::vector<Diagnostic> wrong =
        scenario.ok() ? refuse_hopeless(scenario.value()) : scenario.errors();
    if (wrong.empty()) {
      sweep.points[point].runs = depends_on_chance(scenario.value()) ? request.runs : 1;
      if (point == 0) sweep.title = scenario.value().title;
      return;
    }
    const std::lock_guard lock(mutex);
    mistakes[point] = wrong;
    if (mistakes.size() >= kPointsWithMistakes) enough.request_stop();
  };
  run_jobs(tried.size(), try_one, {threads, enough.get_token(), {}});
  if (!mistakes.empty()) return first_mistakes(mistakes);
  return sweep;
}

std::vector<Diagnostic> run_sweep(const ScenarioDocument& document, const SweepRequest& request,
                                  Sweep& sweep, const JobOptions& options) {
  const PointReader reader(document, request, sweep);
  const Runs runs(sweep);
  SweepRunner runner(reader, request, sweep, options);
  const auto work = [&](std::size_t job) {
    const auto [point, trial] = runs[job];
    runner.run_one(point, trial);
  };
  run_jobs(runs.count(), work,
           {.threads = options.threads, .stop = options.stop, .leave = options.leave});
  return first_mistakes(runner.mistakes());
}

}  // namespace stayalive
