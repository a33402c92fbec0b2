// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

#include "run/rehearsal/rhythm.h"
#include "run/report.h"
#include "scenario/scenario.h"

namespace stayalive {

// A run in which the line of the connection's client was cut once.
struct CutTrial {
  TimePoint from;
  TimePoint until;
  std::uint64_t seed = 1;
  bool survived = false;                // it held, with the same sockets
  std::optional<std::uint64_t> lost{};  // keepalives in it, where they were counted
  ConnectionReport report;
};

// A connection without losses, jitter and events of its scenario, to which things are done on
// purpose once it has settled.  Where its program draws random numbers there is one for each of
// several seeds, and one that never waits for less than its interval.
class Experiment {
 public:
  // interval: of its keepalives; zero when it sends none.  seldom: whether what happens seldom is
  // looked at, too, as by find_rhythm.
  // stop: ends what is tried soon; what it has shown means nothing then.
  Experiment(const Scenario& scenario, std::size_t connection, Duration interval,
             bool seldom = true, std::stop_token stop = {});

  struct Sample {
    Scenario scenario;
    Rhythm rhythm;
  };
  const std::vector<Sample>& samples() const { return samples_; }
  std::size_t connection() const { return connection_; }
  const ConnectionSpec& spec() const { return samples_[0].scenario.connections[connection_]; }
  // Whether the connection lives until it has settled; with keepalives and `seldom`, for
  // kLongestWait more, too.
  bool lives() const;
  // Whether random numbers decide what its program does.
  bool random() const { return samples_.size() > 1; }

  // What becomes of the connection when this happens, and when nothing else does.  span: how long
  // the run goes on after the event.
  ConnectionReport after(const Sample& sample, const EventSpec& event, Duration span) const;
  // What becomes of it when its client's line is cut from `from` until `until`.
  CutTrial cut(const Sample& sample, TimePoint from, TimePoint until) const;
  bool stopped() const { return stop_.stop_requested(); }

 private:
  std::size_t connection_;
  std::vector<Sample> samples_;
  std::stop_token stop_;
};

}  // namespace stayalive
