// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "base/time.h"
#include "run/report.h"
#include "study/advise/path_sketch.h"
#include "study/advise/strategy_choice.h"

namespace stayalive {

// The name of the only connection of a drafted scenario.
inline constexpr const char* kDraftConnection = "connection";

// A scenario with one connection, as a user could have written it.
struct ScenarioDraft {
  PathSketch path;
  StrategyChoice strategy;
  Duration interval{};
  Duration duration = 1h;
  std::string title;
  std::string lesson;
  Duration least_left{};  // the closest call it is expected to leave; zero: nothing is expected
  bool expects = false;   // to have held; without: no "expect" section

  std::string json() const;
};

// The closest call to expect of a run in which the interval left that much: one or two intervals
// where that many keepalives may be lost, else a tenth of the timeout, else zero.
Duration expected_margin(const ConnectionReport& run, Duration interval);

}  // namespace stayalive
