// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <thread>

#include "run/run.h"
#include "scenario/parse.h"
#include "support/golden.h"
#include "support/shipped.h"

namespace stayalive {
namespace {

Scenario shipped(const std::string& name) {
  const Result<Scenario> scenario =
      read_scenario(project_path("scenarios/" + name + ".json").string());
  if (!scenario.ok()) {
    for (const Diagnostic& error : scenario.errors()) ADD_FAILURE() << to_string(error);
    return {};
  }
  return scenario.value();
}

class ShippedScenario : public ::testing::TestWithParam<std::string> {};

TEST_P(ShippedScenario, KeepsWhatItPromises) {
  const Scenario scenario = shipped(GetParam());
  EXPECT_FALSE(scenario.title.empty());
  EXPECT_FALSE(scenario.lesson.empty());
  EXPECT_FALSE(scenario.expectations.empty()) << "a shipped scenario states its verdict";
  const RunReport report = run(scenario);
  for (const ExpectationReport& expectation : report.expectations) {
    EXPECT_TRUE(expectation.holds) << expectation.text << "\nfound: " << expectation.found;
  }
  for (const Warning& warning : report.warnings)
    ADD_FAILURE() << "a shipped scenario has no warnings: " << warning.text;
}

// That it is also the recorded digest is said below.
TEST_P(ShippedScenario, GivesTheSameDigestInThreadsThatRunAtOnce) {
  const Scenario scenario = shipped(GetParam());
  std::uint64_t here = 0;
  std::uint64_t there = 0;
  std::thread other([&] { there = run(scenario).digest; });
  here = run(scenario).digest;
  other.join();
  EXPECT_EQ(here, there);
}

INSTANTIATE_TEST_SUITE_P(All, ShippedScenario, ::testing::ValuesIn(shipped_scenarios()),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// A change of behaviour anywhere shows up as a change here, which its commit has to explain.
TEST(Fingerprints, OfAllShippedScenariosAreTheRecordedOnes) {
  std::string table = "scenario,seed,events,digest\n";
  for (const std::string& name : shipped_scenarios()) {
    const RunReport report = run(shipped(name));
    table += fmt::format("{},{},{},{:016x}\n", name, report.seed, report.events, report.digest);
  }
  expect_golden("tests/golden/fingerprints.csv", table);
}

TEST(Fingerprints, DependOnTheSeedOnlyWhereSomethingIsRandom) {
  const Scenario scenario = shipped("ssh-behind-a-home-router");
  const RunReport one = run(scenario, {1, nullptr});
  const RunReport two = run(scenario, {2, nullptr});
  EXPECT_NE(one.digest, two.digest) << "initial sequence numbers are random";
  ASSERT_EQ(one.connections.size(), two.connections.size());
  for (std::size_t i = 0; i < one.connections.size(); ++i) {
    EXPECT_EQ(one.connections[i].outcome, two.connections[i].outcome);
  }
}

}  // namespace
}  // namespace stayalive
