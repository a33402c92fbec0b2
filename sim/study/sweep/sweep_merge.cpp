// SPDX-License-Identifier: Apache-2.0
#include "study/sweep/sweep_merge.h"

#include <algorithm>
#include <map>
#include <utility>

#include "study/sweep/sweep_log_line.h"

namespace stayalive {
namespace {

constexpr const char* kAllowedToMerge = "files of `sweep --shard`, all of one sweep";

}  // namespace

std::vector<Diagnostic> SweepMerge::begin(std::string_view text, const std::string& file) {
  SweepIdentity own;
  own.program = program_;
  const std::optional<SweepIdentity> identity = read_sweep_log_head(text);
  if (!identity) {
    // Where the line is whole all the same, it is of another format.
    if (refuse_sweep_log(text, file, own).empty()) return {};
    return {log_mistake(file, 1, "this was written by another version of the program",
                        kAllowedToMerge)};
  }
  if (identity->program != program_) {
    return {log_mistake(file, 1,
                        "this was written by version " + identity->program +
                            " of the program, and this is " + program_,
                        kAllowedToMerge)};
  }
  std::optional<Sweep> grid = undone_sweep(*identity);
  if (!grid) return {log_mistake(file, 1, "its axes cannot be read", kAllowedToMerge)};
  identity_ = *identity;
  first_ = file;
  blank_ = std::move(*grid);
  sweep_ = blank_;
  log_of_point_.resize(sweep_.points.size());
  return {};
}

Result<SweepLogDamage> SweepMerge::add(std::string_view text, const std::string& file) {
  if (std::vector<Diagnostic> foreign = refuse_sweep_log(text, file, identity_); !foreign.empty()) {
    foreign.front().message += "; compared with " + first_;
    foreign.front().allowed = kAllowedToMerge;
    return foreign;
  }
  Sweep found = blank_;
  Result<SweepLogDamage> damage = read_sweep_log(text, file, identity_, found);
  if (!damage.ok()) {
    std::vector<Diagnostic> errors = damage.errors();
    for (Diagnostic& error : errors) {
      if (!error.allowed.empty()) error.allowed = kAllowedToMerge;
    }
    return errors;
  }
  logs_.push_back({file, read_sweep_log_origins(text, identity_.fingerprint())});
  for (std::size_t i = 0; i < found.points.size(); ++i) {
    if (!found.points[i].done) continue;
    if (!sweep_.points[i].done) {
      sweep_.points[i] = std::move(found.points[i]);
      log_of_point_[i] = logs_.size() - 1;
    } else if (sweep_log_line(sweep_, i, 0) != sweep_log_line(found, i, 0)) {
      return std::vector{log_mistake(file, 0,
                                     "the point " + values_of_point(sweep_, i) +
                                         " has another result in " + logs_[log_of_point_[i]].file,
                                     "points of one sweep, run by one build of the program")};
    }
  }
  return damage;
}

const SweepOrigin* SweepMerge::origin() const {
  for (const Log& log : logs_) {
    if (!log.origins.empty()) return &log.origins.front();
  }
  return nullptr;
}

std::string SweepMerge::log_of(const Shard& shard) const {
  for (const Log& log : logs_) {
    if (std::ranges::count(log.origins, shard, &SweepOrigin::shard) > 0) return log.file;
  }
  return "";
}

Result<Sweep> SweepMerge::finish() {
  const SweepOrigin* known = origin();
  if (known == nullptr) {
    return std::vector{log_mistake(
        first_, 0, "this is not the log of a shard, so that the sweep's name is not in it",
        "the file of `sweep --shard`; `sweep --resume` shows what is in another")};
  }
  std::uint64_t most = 1;
  for (const SweepPoint& point : sweep_.points) most = std::max(most, point.runs);
  for (SweepPoint& point : sweep_.points) {
    if (!point.done) point.runs = most;
  }
  sweep_.file = known->file;
  sweep_.title = known->title;
  return sweep_;
}

std::vector<SweepMerge::Gap> SweepMerge::gaps() const {
  const SweepOrigin* known = origin();
  const std::uint64_t count = known == nullptr ? 1 : known->shard.count;
  std::map<std::uint64_t, Gap> gaps;
  for (std::size_t i = 0; i < sweep_.points.size(); ++i) {
    const std::uint64_t number = shard_of(i, count);
    Gap& gap = gaps[number];
    ++gap.points;
    if (!sweep_.points[i].done) gap.missing.push_back(i);
  }
  std::vector<Gap> open;
  for (auto& [number, gap] : gaps) {
    if (gap.missing.empty()) continue;
    gap.shard = Shard{number, count};
    gap.log = log_of(gap.shard);
    open.push_back(gap);
  }
  return open;
}

std::string values_of_point(const Sweep& sweep, std::size_t point) {
  const std::vector<std::size_t> place = sweep.place(point);
  std::string words;
  for (std::size_t i = 0; i < place.size(); ++i) {
    words += (i > 0 ? " " : "") + sweep.axes[i].path + "=" + label(sweep.axes[i].values[place[i]]);
  }
  return words;
}

}  // namespace stayalive
