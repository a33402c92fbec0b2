// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

#include "run/run.h"
#include "scenario/parse.h"
#include "support/instant.h"

namespace stayalive {

// A scenario written in a test and run to its end; says what became of its connections.
class ScenarioStory {
 public:
  explicit ScenarioStory(const std::string& json,
                         std::optional<std::uint64_t> seed = std::nullopt) {
    const Result<Scenario> scenario = parse_scenario(json, "story");
    if (!scenario.ok()) {
      for (const Diagnostic& error : scenario.errors()) ADD_FAILURE() << to_string(error);
      return;
    }
    report_ = run(scenario.value(), {seed, nullptr});
  }

  const RunReport& report() const { return report_; }
  const ConnectionReport& connection(const std::string& name) const {
    for (const ConnectionReport& connection : report_.connections) {
      if (connection.name == name) return connection;
    }
    ADD_FAILURE() << "the story has no connection " << name;
    static const ConnectionReport kNone;
    return kNone;
  }
  const SideReport& client(const std::string& name) const {
    return connection(name).sides[index(Role::Client)];
  }
  const SideReport& server(const std::string& name) const {
    return connection(name).sides[index(Role::Server)];
  }

 private:
  RunReport report_;
};

// An instant since the beginning of a run.
// Whether two instants lie within a tolerance, with both in the message when not.
inline ::testing::AssertionResult close_to(const std::optional<TimePoint>& found,
                                           TimePoint expected, Duration tolerance) {
  if (!found) return ::testing::AssertionFailure() << "it never happened";
  const Duration off = *found > expected ? *found - expected : expected - *found;
  if (off <= tolerance) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure()
         << "found " << found->time_since_epoch().count() << " ns, expected "
         << expected.time_since_epoch().count() << " ns";
}

}  // namespace stayalive
