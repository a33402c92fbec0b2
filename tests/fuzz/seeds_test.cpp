// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/random.h"
#include "fuzz/targets.h"
#include "scenario/profiles/profiles.h"
#include "support/property_runs.h"

namespace stayalive {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Target = void (*)(std::span<const std::uint8_t>);

std::vector<Bytes> seeds_of(const std::string& target) {
  const std::filesystem::path folder =
      std::filesystem::path(STAYALIVE_SOURCE_DIR) / "tests/fuzz/seeds" / target;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<Bytes> seeds;
  for (const std::filesystem::path& path : paths) {
    std::ifstream in(path, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return seeds;
}

// Feeds a target with its seeds as they are, and each with a few bytes changed so many times.
void feed(Target target, const std::string& name, int changes) {
  const std::vector<Bytes> seeds = seeds_of(name);
  ASSERT_FALSE(seeds.empty()) << "no seeds for " << name;
  Random random(1, name, "changes");
  target({});
  for (const Bytes& seed : seeds) {
    ASSERT_FALSE(seed.empty());
    target(seed);
    for (int i = 0; i < property_runs(changes); ++i) {
      Bytes changed = seed;
      for (int byte = 0; byte < 3; ++byte)
        changed[random.next() % changed.size()] = static_cast<std::uint8_t>(random.next());
      if (random.next() % 2 == 0) changed.resize(1 + random.next() % changed.size());
      target(changed);
    }
  }
}

TEST(FuzzTarget, WireKeepsItsPromisesNearTheSeeds) { feed(fuzz_wire, "wire", 2'000); }
TEST(FuzzTarget, CapturesKeepTheirPromisesNearTheSeeds) { feed(fuzz_capture, "capture", 100); }
TEST(FuzzTarget, ProbesAndReflectorsKeepTheirPromisesNearTheSeeds) {
  feed(fuzz_probe, "probe", 500);
}
TEST(FuzzTarget, LiveLinesKeepTheirPromisesNearTheSeeds) { feed(fuzz_live, "live", 200); }
TEST(FuzzTarget, UnitsKeepTheirPromisesNearTheSeeds) { feed(fuzz_units, "units", 2'000); }
TEST(FuzzTarget, AxesKeepTheirPromisesNearTheSeeds) { feed(fuzz_axis, "axis", 20); }
TEST(FuzzTarget, ScenariosKeepTheirPromisesNearTheSeeds) { feed(fuzz_scenario, "scenario", 20); }
TEST(FuzzTarget, ProfilesKeepTheirPromisesNearTheSeeds) { feed(fuzz_profile, "profile", 10); }
TEST(FuzzTarget, ResumeFilesKeepTheirPromisesNearTheSeeds) { feed(fuzz_resume, "resume", 100); }
TEST(FuzzTarget, ResultsKeepTheirPromisesNearTheSeeds) { feed(fuzz_result, "result", 50); }
TEST(FuzzTarget, BoxesKeepTheirPromisesNearTheSeeds) { feed(fuzz_packets, "packets", 50); }
TEST(FuzzTarget, TcpKeepsItsPromisesNearTheSeeds) { feed(fuzz_tcp, "tcp", 100); }
TEST(FuzzTarget, RunsKeepTheirPromisesNearTheSeeds) { feed(fuzz_run, "run", 2); }

// A byte for the profile, and the conversation of a seed behind it: every product meets them all.
TEST(FuzzTarget, EveryProfileKeepsThePromisesOfABox) {
  const std::vector<Bytes> seeds = seeds_of("packets");
  const std::size_t profiles = builtin_profiles().size();
  ASSERT_LT(profiles, 256u) << "one byte chooses among them";
  for (std::size_t profile = 0; profile < profiles; ++profile) {
    for (Bytes seed : seeds) {
      seed[0] = static_cast<std::uint8_t>(profile);
      fuzz_packets(seed);
    }
  }
}

}  // namespace
}  // namespace stayalive
