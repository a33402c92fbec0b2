// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

// The simulator as a library: JSON text in, JSON text out.  This header is all of it; programs that
// are built against an installed one write
//
//   find_package(stayalive 0.2 REQUIRED)
//   target_link_libraries(mine PRIVATE stayalive::stayalive)
//   #include <stayalive/stayalive.h>
//
// Versions follow Semantic Versioning.  The results have the shapes of docs/result.md, to which
// docs/result.schema.json holds them.  No function reads a clock or prints anything; each may be
// called by several threads at once, and none throws.
namespace stayalive::api {

// "0.2.0"
std::string version();

// One mistake in what was given.  What is unknown is empty or 0.
struct Mistake {
  std::string file;          // as it was called in the options
  std::uint32_t line = 0;    // from 1
  std::uint32_t column = 0;  // from 1
  std::string pointer;       // JSON pointer (RFC 6901) into the scenario
  std::string message;       // what was found, and what is wrong with it
  std::string allowed;       // what may stand there
  std::string suggestion;    // the word that was perhaps meant

  // All of it in a line, as the program prints it.
  std::string text() const;
};

// A result, or every mistake that kept it from being made.
struct Answer {
  std::string json;               // empty exactly when there are mistakes
  std::vector<Mistake> mistakes;  // all of them at once

  // Whether there is a result.
  bool ok() const { return mistakes.empty(); }
};

// What every function takes that runs a scenario; as the options of the command line of the same
// name.
struct Options {
  // What messages and results call the scenario.  Profile files that it names are found beside it;
  // empty: in the current folder.
  std::string file{};
  std::optional<std::uint64_t> seed{};  // instead of the scenario's own
  std::vector<std::string> set{};       // "PATH=VALUE", in the place of the scenario's own values
  std::vector<std::string> profiles{};  // files or folders, which win over built-in profiles
  unsigned jobs = 0;                    // runs at once; 0: as many as there are processors
  std::uint64_t max_events = 10'000'000'000;          // after which a run ends
  std::uint64_t max_memory = std::uint64_t{4} << 30;  // bytes, about, at which it does
  // When it is requested, the work ends soon, between two events.  The result is about what was
  // known by then and says so.
  std::stop_token stop{};
};

// `stayalive run`: what becomes of every connection of a scenario.  scenario: its JSON text.
Answer run(std::string_view scenario, const Options& options = {});

// What a sweep takes beside that.
struct SweepOptions : Options {
  std::vector<std::string> axes{};  // "PATH=VALUES" as --axis has it; the scenario's own otherwise
  std::uint64_t seeds = 20;         // runs of each point that depends on chance; 1 to 1,000,000
};
// `stayalive sweep`: the scenario with many values.
Answer sweep(std::string_view scenario, const SweepOptions& options = {});

// A drawing of one connection: who sent what, what the boxes did with it, and their timers.
struct Drawing {
  std::string text;               // lines
  std::string svg;                // a whole picture, without scripts
  std::vector<Mistake> mistakes;  // all of them at once

  // Whether there is a drawing.
  bool ok() const { return mistakes.empty(); }
};
// `stayalive explain --ladder`.  connection: its name; it may be empty where there is only one.
// width: columns that the lines may take, unless the drawing needs more.
Drawing ladder(std::string_view scenario, const std::string& connection,
               const Options& options = {}, std::size_t width = 100);

// `stayalive profiles`: the boxes, proxies, servers and pools that the library has within it.
Answer profiles();
// `stayalive profiles NAME`: one of them with the source of each value.
Answer profile(const std::string& name);

// `stayalive schema`: the JSON Schema of scenarios.
std::string scenario_schema();

}  // namespace stayalive::api
