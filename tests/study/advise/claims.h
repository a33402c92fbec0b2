// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "engine/trace.h"
#include "run/held.h"
#include "run/report.h"

namespace stayalive {

inline constexpr Duration kTick = 4ms;

// What was claimed, how often, and how often that was true.
class Record {
 public:
  void add(const std::string& kind, const std::string& what, bool is_true) {
    auto& [truths, claims] = kinds_[kind];
    ++claims;
    if (is_true) {
      ++truths;
    } else {
      failures_ += "  " + kind + ": " + what + "\n";
    }
  }
  int claims() const { return sum(1); }
  int truths() const { return sum(0); }
  std::string text() const {
    std::string all;
    for (const auto& [kind, counts] : kinds_) {
      all +=
          "  " + std::to_string(counts[0]) + " of " + std::to_string(counts[1]) + " " + kind + "\n";
    }
    return all + failures_;
  }

 private:
  int sum(std::size_t which) const {
    int all = 0;
    for (const auto& [kind, counts] : kinds_) all += counts[which];
    return all;
  }
  std::map<std::string, std::array<int, 2>> kinds_;
  std::string failures_;
};

// All instants at which anything is traced from `from` until `until`.
class Instants final : public TraceSink {
 public:
  Instants(TimePoint from, TimePoint until) : from_(from), until_(until) {}
  void record(const TraceRecord& record, const std::string& where) override {
    if (record.at < from_ || record.at >= until_) return;
    all.push_back(record.at);
    if (record.kind == TraceKind::Written && record.detail == "control")
      controls.push_back(record.at);
    const bool message = record.kind == TraceKind::Written &&
                         (record.detail == "request" || record.detail == "ping");
    const bool probe =
        record.kind == TraceKind::Sent && record.packet.notes.kind == PacketKind::KeepaliveProbe;
    if (message || probe) keepalives[where].push_back(record.at);
  }
  std::vector<TimePoint> all;
  std::vector<TimePoint> controls;                           // by which the ends agree on something
  std::map<std::string, std::vector<TimePoint>> keepalives;  // by host

 private:
  TimePoint from_;
  TimePoint until_;
};

inline bool stayed(const ConnectionReport& report) {
  return held(report) && report.sides[0].reconnects == 0 && report.sides[1].reconnects == 0;
}

inline std::optional<Duration> learned(const SideReport& side, TimePoint at) {
  for (const Transition& transition : side.timeline) {
    const Outcome outcome = transition.outcome;
    const bool over =
        outcome != Outcome::Alive && outcome != Outcome::Remapped && outcome != Outcome::Forgotten;
    if (transition.at >= at && over) return transition.at - at;
  }
  return std::nullopt;
}

inline std::ptrdiff_t times_forgotten(const SideReport& side, TimePoint from) {
  return std::ranges::count_if(side.timeline, [from](const Transition& transition) {
    return transition.at >= from && transition.outcome == Outcome::Forgotten;
  });
}

// Until it is first forgotten no more.
inline Duration dead_for(const SideReport& side, TimePoint at, TimePoint end) {
  bool forgotten = false;
  for (const Transition& transition : side.timeline) {
    if (transition.at < at) continue;
    if (forgotten) return transition.at - at;
    if (transition.outcome != Outcome::Forgotten) return Duration::zero();
    forgotten = true;
  }
  return forgotten ? end - at : Duration::zero();
}

}  // namespace stayalive
