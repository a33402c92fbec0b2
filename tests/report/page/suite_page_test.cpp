// SPDX-License-Identifier: Apache-2.0
#include "report/page/suite_page.h"

#include <gtest/gtest.h>

#include <sstream>

#include "run/run.h"
#include "scenario/parse.h"
#include "support/page_story.h"
#include "support/scenario_text.h"

namespace stayalive {
namespace {

// Two connections behind a firewall that forgets after 30 minutes; of one something is expected.
std::string idle_scenario(const std::string& is) {
  return R"({"duration": "2h", "path": [{"middlebox": {"name": "fw", "profile": "linux-firewall",
    "timeouts": {"tcp.established": "30m"}}}], "connections": [{"name": "a"}, {"name": "b"}],
    "expect": [{"connection": "b", "is": ")" +
         is + "\"}]}";
}

std::string page_of_suite(Suite suite) {
  const std::optional<Changes> no_changes;
  std::ostringstream out;
  write_suite_page(out,
                   {suite, no_changes, std::nullopt,
                    [](const std::string&) { return parse_scenario(idle_scenario("alive"), ""); }},
                   "made here");
  return out.str();
}

SuiteItem item_that(const std::string& is) {
  RunReport report = run(right(idle_scenario(is)));
  report.file = is + ".json";
  return {is + ".json", {}, report};
}

TEST(SuitePage, OfWhatFailsItShowsWhyAndDrawsWhatWasExpectedOtherwise) {
  Suite suite;
  suite.items = {item_that("forgotten"), item_that("alive")};
  const std::string page = page_of_suite(suite);
  expect_in_order(page, {"verdict bad", "1 of 2 scenarios fail", "<strong>alive.json</strong>",
                         "<h3>alive.json</h3>", "expected: b is alive", "found: ", "because: fw",
                         "<svg id=\"figure-1\"", "Ladder of b", "<h2>Everything that was run</h2>",
                         "forgotten.json"});
  EXPECT_EQ(page.find("Ladder of a"), std::string::npos) << "nothing was expected of it";
  EXPECT_EQ(page.find("<h3>forgotten.json</h3>"), std::string::npos);
}

TEST(SuitePage, SaysWhenEverythingHolds) {
  Suite suite;
  suite.items = {item_that("forgotten")};
  expect_in_order(
      page_of_suite(suite),
      {"verdict good", "What is expected holds (1 scenario, 1 expectation)", "<p>Nothing.</p>"});
}

TEST(SuitePage, AScenarioThatCannotBeRunFailsAndSaysWhere) {
  Suite suite;
  Diagnostic mistake;
  mistake.file = "x.json";
  mistake.line = 3;
  mistake.message = "no <such> key";
  suite.items.push_back({"x.json", {mistake}, std::nullopt});
  expect_in_order(page_of_suite(suite),
                  {"verdict bad", "of which 1 cannot be run", "x.json:3: no &lt;such&gt; key"});
}

}  // namespace
}  // namespace stayalive
