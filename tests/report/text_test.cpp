// SPDX-License-Identifier: Apache-2.0
#include "report/text.h"

#include <gtest/gtest.h>

#include <sstream>

namespace stayalive {
namespace {

std::string text_of(const RunReport& report) {
  std::ostringstream out;
  write_text(out, report, Style(false));
  return out.str();
}

RunReport one_connection() {
  RunReport report;
  report.duration = 1h;
  report.connections.resize(1);
  ConnectionReport& connection = report.connections[0];
  connection.name = "c";
  for (SideReport& side : connection.sides) side.outcome = Outcome::Alive;
  return report;
}

TEST(Text, ShowsBothSidesTheInstantsAndTheBlameInOneRow) {
  RunReport report = one_connection();
  ConnectionReport& connection = report.connections[0];
  SideReport& client = connection.sides[index(Role::Client)];
  client.outcome = Outcome::Detected;
  client.forgotten_at = kStart + 5min + 43ms;
  client.noticed_at = kStart + 22min + 3904ms;
  client.blackhole = 17min;
  client.counters.keepalives = 3;
  connection.sides[index(Role::Server)].outcome = Outcome::Forgotten;
  connection.blame.kind = FaultKind::Host;
  connection.blame.who = "server";
  EXPECT_NE(text_of(report).find("c           detected  forgotten  5m         22m3.9s | never  17m"
                                 "        3+0         -          server: went down\n"),
            std::string::npos)
      << text_of(report);
}

TEST(Text, AConnectionThatWasLostInBetweenDoesNotLookHealthy) {
  RunReport report = one_connection();
  report.connections[0].sides[0].times_forgotten = 7;
  EXPECT_NE(text_of(report).find("alive (7x lost)"), std::string::npos) << text_of(report);
}

TEST(Text, AFailedExpectationShowsWhatWasFound) {
  RunReport report = one_connection();
  report.expectations.push_back({"c is reset", "/expect/0", false, "client: alive at 0s"});
  EXPECT_NE(text_of(report).find("  FAILS  c is reset\n         found: client: alive at 0s\n"),
            std::string::npos)
      << text_of(report);
  EXPECT_FALSE(report.holds());
}

TEST(Text, WrapsALongLessonBetweenWords) {
  RunReport report = one_connection();
  for (int i = 0; i < 30; ++i) report.lesson += "lesson ";
  std::istringstream lines(text_of(report));
  std::string first;
  std::getline(lines, first);
  EXPECT_EQ(first.size(), 97u) << "fourteen words of six letters and the blanks between them";
}

}  // namespace
}  // namespace stayalive
