// SPDX-License-Identifier: Apache-2.0
#include "probe/prober/probe_log.h"

#include <gtest/gtest.h>

#include <string>

#include "probe/lab/probe_lab.h"
#include "scenario/profiles/profiles.h"

namespace stayalive {
namespace {

ProbePlan log_plan() {
  ProbePlan plan;
  for (std::size_t i = 0; i < kMeasures; ++i) plan.measures.push_back(static_cast<Measure>(i));
  plan.udp.longest = plan.tcp.longest = 1h;
  plan.time_limit = 24h;
  return plan;
}

LabPath path_through(const char* name) {
  LabPath path;
  path.boxes.push_back(find_builtin_profile(name)->profile);
  return path;
}

TEST(ProbeLog, LetsAnotherProbeGoOnWhereOneEnded) {
  for (const char* name : {"aws-nlb", "azure-firewall"}) {
    SCOPED_TRACE(name);
    ProbeLab first(log_plan(), path_through(name));
    const Findings whole = first.run();
    const std::string log = print_probe_log(first.prober(), "there:7478");
    ProbeLab second(log_plan(), path_through(name));
    EXPECT_TRUE(read_probe_log(log, "log", "there:7478", second.prober()).empty());
    EXPECT_EQ(print_probe_log(second.prober(), "there:7478"), log);
    const Findings rest = second.run();
    EXPECT_EQ(second.prober().stopped(), ProbeStop::Known);
    EXPECT_EQ(rest.flows, 0u);
    EXPECT_EQ(rest.lifetime(Measure::TcpEstablished)->edge.survived,
              whole.lifetime(Measure::TcpEstablished)->edge.survived);
    EXPECT_EQ(rest.late_from_outside.verdict(), whole.late_from_outside.verdict());
    EXPECT_EQ(rest.of(Measure::FilterPort).verdict(), whole.of(Measure::FilterPort).verdict());
  }
}

TEST(ProbeLog, GoesOnFromWhatWasKnownWhenTimeWasOver) {
  ProbePlan plan = log_plan();
  plan.measures = {Measure::TcpEstablished};
  plan.time_limit = 10min;
  plan.tcp.longest = 9min;
  ProbeLab first(plan, path_through("aws-nlb"));
  EXPECT_FALSE(first.run().lifetime(Measure::TcpEstablished)->finished);
  EXPECT_EQ(first.prober().stopped(), ProbeStop::Time);
  plan.time_limit = 2h;
  ProbeLab second(plan, path_through("aws-nlb"));
  const std::string log = print_probe_log(first.prober(), "there:7478");
  EXPECT_TRUE(read_probe_log(log, "log", "there:7478", second.prober()).empty());
  const LifetimeSearch::Edge edge = second.run().lifetime(Measure::TcpEstablished)->edge;
  EXPECT_GT(edge.survived, 345s);
  EXPECT_LT(edge.survived, 350s);
  // It begins with what lies between: no ladder, and so nothing below it.
  EXPECT_EQ(second.prober().search(Measure::TcpEstablished)->tried(4s), 1u);
}

TEST(ProbeLog, IsRefusedWithTheLineThatIsWrong) {
  const std::string head = "stayalive-probe 1 there:7478\n";
  const auto line_of = [](const std::string& text) {
    Prober prober(log_plan(), {}, 1);
    const auto mistakes = read_probe_log(text, "log", "there:7478", prober);
    return mistakes.empty() ? 0u : mistakes.front().line;
  };
  EXPECT_EQ(line_of(head), 0u);
  EXPECT_EQ(line_of(head + "tried udp.single 30s 3 0 30.01s -\n"), 0u);
  EXPECT_EQ(line_of("{}"), 1u);
  EXPECT_EQ(line_of("stayalive-probe 2 there:7478\n"), 1u);
  EXPECT_EQ(line_of("stayalive-probe 1 elsewhere:7478\n"), 1u);
  for (const char* line :
       {"", "tried", "tried hairpinning 30s 3 0 30s -", "tried udp.single 30 3 0 30s -",
        "tried udp.single 30s 3 0 - -", "tried udp.single 30s 0 0 30s -",
        "tried udp.single 30s 0 2 - -", "tried udp.single 367d 0 2 - 400d",
        "tried udp.single 30s -1 0 30s -", "tried udp.single 30s 3 0 30s - more",
        "ended tcp.established 0 4m 5m", "ended tcp.established 3 5m 4m", "ended udp 3 4m 5m",
        "votes udp.single 1 1 1 1 1 1", "votes hairpinning 0 3", "votes nothing 0 0 0 0 0 0",
        "other words"}) {
    EXPECT_EQ(line_of(head + "votes hairpinning 0 3 0 0 0 0\n" + line + "\n"), 3u) << line;
  }
}

}  // namespace
}  // namespace stayalive
