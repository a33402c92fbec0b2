// SPDX-License-Identifier: Apache-2.0
#include "report/suite/suite.h"

#include <gtest/gtest.h>

#include "report/suite/one_line.h"
#include "support/document_text.h"
#include "support/suite_report.h"

namespace stayalive {
namespace {

TEST(SuiteDocument, EachScenarioHasItsLineAndFailuresSayWhatWasFound) {
  const Suite suite = mixed_suite();
  const std::optional<Changes> changes;
  EXPECT_EQ(printed(describe_suite(suite, changes)),
            "ok    a.json (1)\n"
            "FAIL  b.json (1 of 2)\n"
            "      b.json:7:5\n"
            "      - expected: c is alive\n"
            "      + found:    client: forgotten at 5m\n"
            "        because:  " +
                std::string(kFirewallReason) +
                "\n"
                "-     c.json: no expectations\n"
                "ERROR d.json: 1 mistake\n"
                "\n"
                "4 scenarios: 1 holds, 1 fails, 1 without expectations, 1 cannot be run; "
                "3 expectations, 1 failed; 1 other JSON file skipped\n");
}

TEST(SuiteDocument, AConnectionFitsInOneLine) {
  ConnectionReport connection;
  connection.sides[0].outcome = Outcome::Detected;
  connection.sides[0].forgotten_at = kStart + 5min;
  connection.sides[0].noticed_at = kStart + 6min;
  connection.sides[1].outcome = Outcome::Forgotten;
  connection.sides[1].forgotten_at = kStart + 5min;
  connection.blame.kind = FaultKind::Link;
  connection.blame.who = "wan";
  EXPECT_EQ(in_one_line(connection),
            "client detected, server forgotten; forgotten at 5m; client noticed at 6m; "
            "blame wan: down");
  connection = {};
  EXPECT_EQ(in_one_line(connection), "did not begin");
  connection.sides[0].outcome = Outcome::Alive;
  connection.sides[1].outcome = Outcome::Alive;
  EXPECT_EQ(in_one_line(connection), "alive");
}

TEST(SuiteDocument, ChangesSayWhatWasAndWhatIs) {
  const Suite suite;
  const std::optional<Changes> changes = some_changes();
  EXPECT_EQ(printed(describe_suite(suite, changes)),
            "\n0 scenarios: 0 hold, 0 fail; 0 expectations, 0 failed\n"
            "\n"
            "Since before.json:\n"
            "changed  a.json: was: holds, now: fails\n"
            "      c\n"
            "      - was: alive\n"
            "      + now: forgotten\n"
            "      d\n"
            "      - was: not there\n"
            "      + now: alive\n"
            "new      b.json\n"
            "gone     c.json\n"
            "3 scenarios compared: 1 changed; 1 new, 1 gone\n");
}

TEST(SuiteDocument, ForProgramsHasARowForEverythingThatIsToBeSaid) {
  const Suite suite = mixed_suite();
  const std::optional<Changes> changes = some_changes();
  EXPECT_EQ(printed(describe_suite(suite, changes), "csv"),
            "scenario,line,column,status,expected,found,because\r\n"
            "a.json,7,5,holds,c is alive,,\r\n"
            "b.json,7,5,holds,d is alive,,\r\n"
            "b.json,7,5,fails,c is alive,client: forgotten at 5m,\"" +
                std::string(kFirewallReason) +
                "\"\r\n"
                "c.json,,,no-expectations,,,\r\n"
                "d.json,3,9,error,,found 7,\r\n"
                "a.json,,,changed,holds,fails,\r\n"
                "a.json,,,changed,c: alive,c: forgotten,\r\n"
                "a.json,,,changed,d: not there,d: alive,\r\n"
                "b.json,,,new,,,\r\n"
                "c.json,,,gone,,,\r\n");
}

}  // namespace
}  // namespace stayalive
