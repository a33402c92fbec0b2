// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "command.h"
#include "scenario/document.h"
#include "scenario/products/products.h"
#include "study/advise/asked_connection.h"
#include "study/advise/interval_trials.h"
#include "study/advise/path_sketch.h"

namespace stayalive {

// The options by which a command line names a path instead of a scenario.
struct PathOptions {
  std::optional<std::string> through;
  std::optional<std::string> delay;
  std::optional<std::string> jitter;
  std::optional<std::string> loss;
  std::string survive;  // empty: the command's default

  bool any() const { return through || delay || jitter || loss; }
};
void add_path_options(CLI::App& command, PathOptions& options);

// What a command line asks about, by its words or by options: a scenario and perhaps a connection
// of it, or strategies on a path.
struct AskedAbout {
  std::vector<std::string> words;
  std::vector<std::string> strategies;  // of --strategy; behind them those that words name
  PathOptions path;                     // path.through likewise
  std::string scenario;                 // a file; empty: it is about a path
  std::string connection;
};
void add_strategies(CLI::App& command, AskedAbout& asked, const char* help, const char* form);
// Puts what the words name to what the options name.
std::vector<Diagnostic> read_asked(AskedAbout& asked, Products& products);
// A strategy whose interval the user says or the product has.
Result<StrategyChoice> strategy_with_interval(const std::string& text, Products& products);

inline constexpr Duration kUsualSurvival = 7 * 24h;

// The path that was named, and the span of the runs; every mistake at once.
Result<PathSketch> sketch_path(const PathOptions& options, const ParseOptions& parse);
// The boxes of that path, which is refused when it has a proxy.
Result<std::vector<MiddleboxSpec>> boxes_on(const PathSketch& path, const ParseOptions& parse);
Result<Duration> survival(const PathOptions& options, Duration fallback);

// The drafted scenario of a strategy on a path.  Mistakes in it are about the options.
Result<Subject> draft_subject(const PathSketch& path, const StrategyChoice& strategy,
                              Duration survive, const ParseOptions& parse);
// A mistake on the command line as the only error of a result.
std::vector<Diagnostic> mistake(const std::string& message, const std::string& allowed = "");
}  // namespace stayalive
