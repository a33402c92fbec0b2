// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "run/world.h"
#include "scenario/parse.h"

namespace stayalive {

// A run that passed over what it could, beside one in which every event was run.
struct Beside {
  std::uint64_t events = 0;
  std::uint64_t skipped = 0;
};

inline std::array<std::uint64_t, 7> counted(const MessageCounters& its) {
  return {its.sent, its.delivered, its.late, its.lost, its.unsent, its.asked, its.answered};
}

inline void expect_same_report(const ConnectionReport& a, const ConnectionReport& b) {
  EXPECT_EQ(a.outcome, b.outcome);
  EXPECT_EQ(a.blame.at, b.blame.at);
  EXPECT_EQ(a.blame.who, b.blame.who);
  EXPECT_EQ(a.closest_call, b.closest_call);
  for (std::size_t role = 0; role < a.sides.size(); ++role) {
    EXPECT_EQ(a.sides[role].outcome, b.sides[role].outcome);
    EXPECT_EQ(a.sides[role].noticed_at, b.sides[role].noticed_at);
    EXPECT_EQ(a.sides[role].forgotten_at, b.sides[role].forgotten_at);
    EXPECT_EQ(a.sides[role].blackhole, b.sides[role].blackhole);
    EXPECT_EQ(counted(a.sides[role].messages), counted(b.sides[role].messages));
    EXPECT_EQ(a.sides[role].unsent_at, b.sides[role].unsent_at);
  }
  ASSERT_EQ(a.population.has_value(), b.population.has_value());
  if (!a.population) return;
  EXPECT_EQ(a.population->outcomes, b.population->outcomes);
  EXPECT_EQ(a.population->first_deaths, b.population->first_deaths);
  EXPECT_EQ(a.population->blackhole_mean, b.population->blackhole_mean);
  EXPECT_EQ(a.population->blackhole_most, b.population->blackhole_most);
  const auto numbers = [](const PopulationReport& its) {
    return std::array{its.started,
                      its.left,
                      its.fell,
                      its.ever_forgotten,
                      its.deaths,
                      its.messages[0].late,
                      its.messages[1].late,
                      its.messages[0].lost,
                      its.messages[1].lost};
  };
  EXPECT_EQ(numbers(*a.population), numbers(*b.population));
}

// Every field of every node, every counter and the digest must agree.
inline Beside expect_same(const std::string& text, std::uint64_t seed = 1) {
  SCOPED_TRACE(text);
  const Result<Scenario> scenario = parse_scenario(text, "steady");
  if (!scenario.ok()) {
    ADD_FAILURE() << to_string(scenario.errors().front());
    return {};
  }
  const Roster roster(scenario.value(), seed);
  World skipping(roster, seed, nullptr);
  World full(roster, seed, nullptr);
  skipping.run(true);
  full.run(false);
  EXPECT_EQ(full.skipped(), 0u);
  EXPECT_EQ(skipping.simulation().events(), full.simulation().events());
  EXPECT_EQ(skipping.simulation().digest(), full.simulation().digest());
  std::vector<StateField> left;
  std::vector<StateField> right;
  StateWalk a(left);
  StateWalk b(right);
  skipping.walk(a);
  full.walk(b);
  EXPECT_EQ(left.size(), right.size());
  for (std::size_t i = 0; i < left.size() && i < right.size(); ++i) {
    EXPECT_EQ(left[i].bits, right[i].bits) << "field " << i << " of " << left.size();
    if (left[i].bits != right[i].bits) break;
  }
  for (std::size_t i = 0; i < scenario.value().connections.size(); ++i)
    expect_same_report(skipping.report(i), full.report(i));
  return {full.simulation().events(), skipping.skipped()};
}

}  // namespace stayalive
