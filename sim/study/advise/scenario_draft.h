// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "run/report.h"
#include "scenario/products/strategy_choice.h"
#include "study/advise/path_sketch.h"

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
  // Without: no "expect" section.
  bool expects = false;
  // What is expected beside that it held; zero: nothing.
  Duration least_left{};              // the closest call it leaves
  std::uint64_t lost_keepalives = 0;  // that it survives in a row
  Duration noticed_within{};          // by the client, of a crash of the server

  std::string json() const;

 private:
  std::string expectations() const;
};

// The path of a scenario as JSON: the line, the stations, and another line before the server where
// that takes any time.
std::string path_json(const PathSketch& path, Duration server_line);

// The mistakes of a scenario without a file that a command line has drafted, as whoever typed it
// can understand them: without places, and with the word of --through that they are about.
std::vector<Diagnostic> told_of_command_line(std::vector<Diagnostic> errors,
                                             const PathSketch& path);

// The closest call to expect where runs have shown this one, in which the interval left that much:
// one or two intervals where that many keepalives may be lost, else a tenth of the timeout, else
// zero.
Duration expected_margin(const std::optional<ClosestCall>& shown, Duration interval);

}  // namespace stayalive
