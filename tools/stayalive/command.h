// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "scenario/parse.h"

// The subcommands of the program: each add_... function adds one to the command line and sets
// `exit_code` when it runs.
namespace stayalive {

// What the program's exit code says.
inline constexpr int kHolds = 0;       // everything expected has come true
inline constexpr int kFails = 1;       // an expectation failed
inline constexpr int kWrongInput = 2;  // the input or the command line is wrong
inline constexpr int kOutOfTime = 3;   // a limit such as --time-limit ended the work early

void add_run(CLI::App& app, int& exit_code);
void add_check(CLI::App& app, int& exit_code);
void add_profiles(CLI::App& app, int& exit_code);
void add_products(CLI::App& app, int& exit_code);
void add_explain(CLI::App& app, int& exit_code);
void add_schema(CLI::App& app, int& exit_code);
void add_sweep(CLI::App& app, int& exit_code);
void add_merge(CLI::App& app, int& exit_code);
void add_replay(CLI::App& app, int& exit_code);
void add_probe(CLI::App& app, int& exit_code);
void add_reflector(CLI::App& app, int& exit_code);
void add_live(CLI::App& app, int& exit_code);
void add_tell(CLI::App& app, int& exit_code);
void add_test(CLI::App& app, int& exit_code);
void add_advise(CLI::App& app, int& exit_code);
void add_compare(CLI::App& app, int& exit_code);
// Not shown in help: pages for man(1), from which packages are made.
void add_manual(CLI::App& app, int& exit_code);
// Prints what may stand in the place of the last word: "files none", "files json" or "files any",
// then a line for each candidate, the word, a tabulator and a line about it.
void print_completion(const CLI::App& app, const std::vector<std::string>& words);

// Adds --profiles and --outside-files, which several commands have.
void add_profile_paths(CLI::App& command, ParseOptions& options);
// Adds --seed: a whole number, as in a scenario.
void add_seed(CLI::App& command, std::optional<std::uint64_t>& seed);
// Adds --jobs: how many runs go on at once; 0, the default, is as many as there are processors.
void add_jobs(CLI::App& command, unsigned& jobs);
// Adds --strict: with it, warnings count as wrong input.
void add_strict(CLI::App& command, bool& strict);
// Adds --time-limit: a span of real time after which the work stops; what is known then is printed.
void add_time_limit(CLI::App& command, std::optional<Duration>& limit);
// Adds --max-events and --max-memory: after so many events, or with so much in memory, a run ends.
void add_run_limits(CLI::App& command, ParseOptions& options);
// Prints every mistake to standard error, each with the line it stands in.
void print_errors(const std::vector<Diagnostic>& errors);

}  // namespace stayalive
