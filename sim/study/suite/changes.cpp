// SPDX-License-Identifier: Apache-2.0
#include "study/suite/changes.h"

#include <algorithm>
#include <filesystem>
#include <map>

namespace stayalive {
namespace {

namespace fs = std::filesystem;

// A position, or nothing where several share a name.
using Positions = std::map<std::string, std::optional<std::size_t>>;

std::string normal(const std::string& file) { return fs::path(file).lexically_normal().string(); }

bool same(const std::optional<TimePoint>& a, const std::optional<TimePoint>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return (*a > *b ? *a - *b : *b - *a) <= kSameInstant;
}

bool same(const Blame& a, const Blame& b) {
  if (a.kind != b.kind || a.who != b.who || a.reason != b.reason) return false;
  return a.kind != FaultKind::Flow ||
         (a.event == b.event && a.timer == b.timer && a.timeout == b.timeout);
}

bool same(const SideReport& a, const SideReport& b) {
  return a.outcome == b.outcome && same(a.forgotten_at, b.forgotten_at) &&
         same(a.noticed_at, b.noticed_at);
}

const ConnectionReport* find(const RunReport& report, const std::string& name) {
  for (const ConnectionReport& connection : report.connections) {
    if (connection.name == name) return &connection;
  }
  return nullptr;
}

ScenarioChange compare_runs(const RunReport& was, const RunReport& now) {
  ScenarioChange change{now.file, was.holds(), now.holds(), {}};
  for (const ConnectionReport& connection : now.connections) {
    const ConnectionReport* before = find(was, connection.name);
    if (before == nullptr) {
      change.connections.push_back({connection.name, std::nullopt, connection});
    } else if (changed(*before, connection)) {
      change.connections.push_back({connection.name, *before, connection});
    }
  }
  for (const ConnectionReport& connection : was.connections) {
    if (find(now, connection.name) == nullptr) {
      change.connections.push_back({connection.name, connection, std::nullopt});
    }
  }
  return change;
}

// Finds to each item of a suite the run of the same scenario.
class Pairing {
 public:
  Pairing(const std::vector<RunReport>& was, const Suite& now) : partner_(now.items.size()) {
    std::vector<std::string> old_files;
    std::vector<std::string> new_files;
    for (const RunReport& report : was) old_files.push_back(normal(report.file));
    for (const SuiteItem& item : now.items) new_files.push_back(normal(item.file));
    taken_.resize(was.size());
    pair(old_files, new_files);
    for (std::string& file : old_files) file = fs::path(file).filename().string();
    for (std::string& file : new_files) file = fs::path(file).filename().string();
    pair(old_files, new_files);
  }

  std::optional<std::size_t> partner(std::size_t item) const { return partner_[item]; }
  bool is_gone(std::size_t report) const { return !taken_[report]; }

 private:
  // Pairs those that have no partner yet and whose name nobody else has.
  void pair(const std::vector<std::string>& old_names, const std::vector<std::string>& new_names) {
    Positions old_positions;
    for (std::size_t i = 0; i < old_names.size(); ++i) {
      if (!taken_[i]) add(old_positions, old_names[i], i);
    }
    Positions new_positions;
    for (std::size_t i = 0; i < new_names.size(); ++i) {
      if (!partner_[i]) add(new_positions, new_names[i], i);
    }
    for (const auto& [name, item] : new_positions) {
      const auto found = old_positions.find(name);
      if (!item || found == old_positions.end() || !found->second) continue;
      partner_[*item] = *found->second;
      taken_[*found->second] = true;
    }
  }

  static void add(Positions& positions, const std::string& name, std::size_t position) {
    const auto [entry, added] = positions.try_emplace(name, position);
    if (!added) entry->second.reset();
  }

  std::vector<std::optional<std::size_t>> partner_;
  std::vector<bool> taken_;
};

}  // namespace

bool changed(const ConnectionReport& was, const ConnectionReport& now) {
  return was.outcome != now.outcome || !same(was.blame, now.blame) ||
         !same(was.sides[0], now.sides[0]) || !same(was.sides[1], now.sides[1]);
}

Changes compare(const std::vector<RunReport>& was, const Suite& now) {
  Changes changes;
  const Pairing pairs(was, now);
  for (std::size_t i = 0; i < now.items.size(); ++i) {
    const std::optional<RunReport>& report = now.items[i].report;
    if (!report) {
      if (now.items[i].errors.empty() || !pairs.partner(i)) continue;
      const bool held = was[*pairs.partner(i)].holds();
      changes.scenarios.push_back({now.items[i].file, held, std::nullopt, {}, true});
      continue;
    }
    if (!pairs.partner(i)) {
      changes.scenarios.push_back({report->file, std::nullopt, report->holds(), {}});
      continue;
    }
    ++changes.compared;
    ScenarioChange change = compare_runs(was[*pairs.partner(i)], *report);
    if (change.held != change.holds || !change.connections.empty()) {
      changes.scenarios.push_back(std::move(change));
    }
  }
  for (std::size_t i = 0; i < was.size(); ++i) {
    if (pairs.is_gone(i)) {
      changes.scenarios.push_back({was[i].file, was[i].holds(), std::nullopt, {}});
    }
  }
  std::stable_sort(
      changes.scenarios.begin(), changes.scenarios.end(),
      [](const ScenarioChange& a, const ScenarioChange& b) { return a.file < b.file; });
  return changes;
}

}  // namespace stayalive
