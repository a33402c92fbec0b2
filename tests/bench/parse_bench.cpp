// SPDX-License-Identifier: Apache-2.0
// What reading a scenario costs, from its text to plain structs, all rules checked: the smallest
// and the largest that are shipped.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/check.h"
#include "scenario/parse.h"
#include "scenario/text_file.h"

namespace stayalive::bench {
namespace {

// The texts of the shipped scenarios, the shortest first.
std::vector<std::string> shipped() {
  std::vector<std::string> texts;
  for (const auto& entry : std::filesystem::directory_iterator(STAYALIVE_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() != ".json") continue;
    Result<std::string> text = read_text_file(entry.path().string());
    CHECK(text.ok(), "a shipped scenario can be read");
    if (parse_scenario(text.value(), "").ok()) texts.push_back(std::move(text).value());
  }
  CHECK(!texts.empty(), "scenarios are shipped");
  std::ranges::sort(texts, {}, &std::string::size);
  return texts;
}

void parse(benchmark::State& state, const std::string& text) {
  for (auto _ : state) benchmark::DoNotOptimize(parse_scenario(text, "bench"));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
  state.counters["bytes"] = static_cast<double>(text.size());
}
void parse_smallest(benchmark::State& state) { parse(state, shipped().front()); }
void parse_largest(benchmark::State& state) { parse(state, shipped().back()); }
BENCHMARK(parse_smallest)->Name("parse/smallest")->Unit(benchmark::kMicrosecond);
BENCHMARK(parse_largest)->Name("parse/largest")->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace stayalive::bench
