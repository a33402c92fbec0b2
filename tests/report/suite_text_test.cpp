// SPDX-License-Identifier: Apache-2.0
#include "report/suite_text.h"

#include <gtest/gtest.h>

#include <sstream>

#include "support/suite_report.h"

namespace stayalive {
namespace {

TEST(SuiteText, EachScenarioHasItsLineAndFailuresSayWhatWasFound) {
  std::ostringstream out;
  write_suite_text(out, mixed_suite(), Style(false));
  EXPECT_EQ(out.str(),
            "ok    a.json (1)\n"
            "FAIL  b.json (1 of 2)\n"
            "      b.json:7:5\n"
            "      - expected: c is alive\n"
            "      + found:    client: forgotten at 5m\n"
            "-     c.json: no expectations\n"
            "ERROR d.json: 1 mistake\n"
            "\n"
            "4 scenarios: 1 holds, 1 fails, 1 without expectations, 1 cannot be run; "
            "3 expectations, 1 failed; 1 other JSON file skipped\n");
}

TEST(SuiteText, AConnectionFitsInOneLine) {
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
  EXPECT_EQ(in_one_line(connection), "never began");
  connection.sides[0].outcome = Outcome::Alive;
  connection.sides[1].outcome = Outcome::Alive;
  EXPECT_EQ(in_one_line(connection), "alive");
}

TEST(SuiteText, ChangesSayWhatWasAndWhatIs) {
  std::ostringstream out;
  write_changes_text(out, some_changes(), Style(false));
  EXPECT_EQ(out.str(),
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

}  // namespace
}  // namespace stayalive
