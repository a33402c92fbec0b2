// SPDX-License-Identifier: Apache-2.0
#include "report/run/run.h"

#include <gtest/gtest.h>

#include "document/width.h"
#include "support/document_text.h"
#include "support/golden.h"

namespace stayalive {
namespace {

std::string run_text(const RunReport& report, std::size_t width = 0) {
  return printed(describe_runs({&report, 1}), "text", {width, false});
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

TEST(RunDocument, ShowsBothSidesTheInstantsAndTheBlameInOneRow) {
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
  EXPECT_NE(
      run_text(report).find("c           detected  forgotten  5m         22m3.9s | not by 1h  "
                            "-             17m        3+0         -          server: went down\n"),
      std::string::npos)
      << run_text(report);
}

TEST(RunDocument, TellsOfQueuesThatHaveDroppedSomething) {
  RunReport report = one_connection();
  report.file = "s.json";
  report.links.push_back({"dsl", {0, 65'536}, {}});
  report.links.push_back({"lan", {1000, 0}, {}});
  EXPECT_EQ(run_text(report).find("LINE"), std::string::npos);
  report.links[0].dropped[index(Side::External)] = {12, 18'000};
  report.links[0].dropped[index(Side::Internal)] = {1, 40};
  EXPECT_NE(run_text(report).find("LINE  QUEUE  DROPPED OUTBOUND  DROPPED INBOUND\n"
                                  "dsl   64KiB  12                1\n"),
            std::string::npos)
      << run_text(report);
  EXPECT_EQ(run_text(report).find("lan"), std::string::npos) << "it has dropped nothing";
  const std::string csv = printed(describe_runs({&report, 1}), "csv");
  EXPECT_NE(csv.find("scenario,link,queue,outbound_dropped,outbound_dropped_bytes,"
                     "inbound_dropped,inbound_dropped_bytes\r\n"
                     "s.json,dsl,64KiB,12,18000,1,40\r\n"),
            std::string::npos)
      << csv;
  const std::string json = printed(describe_runs({&report, 1}), "json");
  EXPECT_NE(json.find(R"("outbound": {
            "dropped": 12,
            "dropped_bytes": 18000
          })"),
            std::string::npos)
      << json;
  EXPECT_NE(json.find(R"("name": "lan")"), std::string::npos);
}

TEST(RunDocument, WhatRestsOnTheSameValuesIsToldOnce) {
  RunReport report = one_connection();
  Support support;
  support.who = "box";
  support.words = "silent at expiry";
  report.connections[0].rests_on = {support};
  report.connections.resize(3, report.connections[0]);
  report.connections[1].name = "d";
  report.connections[2].name = "e";
  report.connections[2].rests_on[0].words = "RST at expiry";
  const std::string text = run_text(report);
  EXPECT_NE(text.find("\n  c, d: It rests on box's silent at expiry"), std::string::npos) << text;
  EXPECT_NE(text.find("\n  e: It rests on box's RST at expiry"), std::string::npos) << text;
}

// Twelve words of nine letters, two bytes each: four of them fill 40 columns but for one.
TEST(RunDocument, ALessonInAnyLettersIsAsWideAsThePage) {
  RunReport report = one_connection();
  for (int n = 0; n < 12; ++n) report.lesson += "соединяет ";
  const std::string three = "соединяет соединяет соединяет";
  const std::string four = three + " соединяет";
  for (const std::size_t width : {40u, 39u}) {
    const std::string text = run_text(report, width);
    EXPECT_EQ(text.find(four + "\n" + four + "\n" + four + "\n"), 0u) << text;
  }
  const std::string narrower = run_text(report, 38);
  EXPECT_EQ(narrower.find(three + "\n" + three + "\n"), 0u) << narrower;
}

ClosestCall call_with(Duration left, Duration slip) {
  ClosestCall call;
  call.who = "box";
  call.timer = "tcp.established";
  call.timeout = 1min;
  call.left = left;
  call.slip = slip;
  return call;
}

TEST(RunDocument, AMarginThatATimerMayUseUpIsSaidInWords) {
  RunReport report = one_connection();
  report.connections[0].closest_call = call_with(60ms, 60ms);
  const std::string text = run_text(report);
  EXPECT_NE(text.find("  60ms          0s "), std::string::npos) << text;
  EXPECT_NE(text.find("  c held by 60ms (box: tcp.established 1m): a real timer may be late by "
                      "60ms\n"),
            std::string::npos)
      << text;
}

TEST(RunDocument, AMarginThatNoTimerUsesUpIsANumber) {
  RunReport report = one_connection();
  report.connections[0].closest_call = call_with(60ms + 1ns, 60ms);
  const std::string text = run_text(report);
  EXPECT_NE(text.find("  60ms          0s "), std::string::npos) << text;
  EXPECT_EQ(text.find("may be late"), std::string::npos) << text;
}

TEST(RunDocument, WhatWasForgottenHadNoMargin) {
  RunReport report = one_connection();
  report.connections[0].closest_call = call_with(3ms, 60ms);
  report.connections[0].sides[0].times_forgotten = 1;
  const std::string text = run_text(report);
  EXPECT_NE(text.find("  -             0s "), std::string::npos) << text;
  EXPECT_EQ(text.find("may be late"), std::string::npos) << text;
}

TEST(RunDocument, AConnectionThatWasLostInBetweenDoesNotLookHealthy) {
  RunReport report = one_connection();
  report.connections[0].sides[0].times_forgotten = 7;
  EXPECT_NE(run_text(report).find("alive (7x lost)"), std::string::npos) << run_text(report);
}

TEST(RunDocument, AFailedExpectationShowsWhatWasFound) {
  RunReport report = one_connection();
  report.expectations.push_back({"c is reset", "/expect/0", false, "client: alive at 0s"});
  EXPECT_NE(run_text(report).find("  FAILS  c is reset\n         found: client: alive at 0s\n"),
            std::string::npos)
      << run_text(report);
  EXPECT_FALSE(report.holds());
}

TEST(RunDocument, ALessonOfManyLettersOutsideAsciiFillsItsLines) {
  RunReport report = one_connection();
  for (int i = 0; i < 30; ++i) report.lesson += "ошибка ";
  EXPECT_EQ(display_width(lines_of(run_text(report))[0]), 97u)
      << "fourteen words of six letters and the blanks between them";
}

TEST(RunDocument, At80ColumnsTheBlameIsStillThere) {
  RunReport report = one_connection();
  ConnectionReport& connection = report.connections[0];
  connection.blame.kind = FaultKind::Flow;
  connection.blame.who = "a-router-with-a-long-name";
  connection.blame.timer = "tcp.established";
  connection.blame.timeout = 5min;
  const std::string text = run_text(report, 80);
  EXPECT_NE(text.find("a-router-with-a-long-name: tcp.established 5m\n"), std::string::npos)
      << text;
  for (const std::string& line : lines_of(text)) EXPECT_LE(display_width(line), 80u) << line;
}

TEST(RunDocument, SeveralRunsAreOneTableForPrograms) {
  RunReport report = one_connection();
  report.file = "a.json";
  std::vector<RunReport> reports{report, report};
  reports[1].file = "b.json";
  const std::vector<std::string> lines = lines_of(printed(describe_runs(reports), "csv"));
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_TRUE(lines[0].starts_with("scenario,connection,client_outcome,server_outcome,"));
  EXPECT_TRUE(lines[1].starts_with("a.json,c,alive,alive,"));
  EXPECT_TRUE(lines[2].starts_with("b.json,c,alive,alive,"));
}

}  // namespace
}  // namespace stayalive
