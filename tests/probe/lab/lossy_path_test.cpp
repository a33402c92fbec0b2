// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <initializer_list>
#include <utility>
#include <vector>

#include "probe/lab/probe_lab.h"
#include "scenario/profiles/profiles.h"

namespace stayalive {
namespace {

ProbePlan plan_of(std::vector<Measure> measures, Duration longest, Duration limit) {
  ProbePlan plan;
  plan.measures = std::move(measures);
  plan.udp.longest = plan.tcp.longest = longest;
  plan.time_limit = limit;
  return plan;
}

LabPath path_through(std::initializer_list<const char*> names) {
  LabPath path;
  for (const char* name : names) path.boxes.push_back(find_builtin_profile(name)->profile);
  return path;
}

TEST(LossyPath, OnePacketInFiftyLostChangesNothing) {
  LabPath path = path_through({"home-router"});
  path.loss = {1, 50};
  ProbeLab lab(plan_of({Measure::UdpSingle, Measure::UdpStream, Measure::UdpRefreshedIn,
                        Measure::UdpRefreshedOut},
                       10min, 5h),
               path);
  const Findings found = lab.run();
  EXPECT_EQ(lab.prober().stopped(), ProbeStop::Known);
  EXPECT_GT(found.control_repeated, 0u);
  const LifetimeSearch::Edge single = found.lifetime(Measure::UdpSingle)->edge;
  EXPECT_GT(single.survived, 28s);
  EXPECT_LT(single.survived, 30s);
  const LifetimeSearch::Edge stream = found.lifetime(Measure::UdpStream)->edge;
  EXPECT_GT(stream.survived, 176s);
  EXPECT_LT(stream.survived, 180s);
  EXPECT_EQ(found.of(Measure::UdpRefreshedIn).verdict(), TrialEnd::Alive);
  EXPECT_EQ(found.of(Measure::UdpRefreshedOut).verdict(), TrialEnd::Alive);
}

TEST(LossyPath, ShowsOnlyItsShortestTimer) {
  ProbeLab lab(plan_of({Measure::UdpStream, Measure::TcpEstablished}, 3h, 24h),
               path_through({"openwrt", "aws-nlb"}));
  const Findings found = lab.run();
  EXPECT_LT(found.lifetime(Measure::UdpStream)->edge.survived, 120s);
  EXPECT_GT(found.lifetime(Measure::UdpStream)->edge.survived, 117s);
  EXPECT_LT(found.lifetime(Measure::TcpEstablished)->edge.survived, 350s);
  EXPECT_GT(found.lifetime(Measure::TcpEstablished)->edge.survived, 343s);
}

TEST(LossyPath, StopsAtItsTimeLimitWithWhatItKnows) {
  //  openwrt holds idle TCP for 2h4m; the probe has half an hour
  ProbeLab lab(plan_of({Measure::TcpEstablished, Measure::UdpSingle}, 28min, 30min),
               path_through({"openwrt"}));
  const Findings found = lab.run();
  EXPECT_LE(found.spent, 30min);
  EXPECT_FALSE(found.lifetime(Measure::TcpEstablished)->edge.dead);
  EXPECT_GT(found.lifetime(Measure::TcpEstablished)->edge.survived, 27min);
  EXPECT_TRUE(found.lifetime(Measure::UdpSingle)->finished);
}

TEST(LossyPath, SaysThatNobodyAnswersAMinuteAfterTheLastWord) {
  LabPath path = path_through({"openwrt"});
  path.loss = {1, 1};
  ProbeLab lab(plan_of({Measure::UdpSingle}, 10min, 30min), path);
  const Findings found = lab.run();
  EXPECT_EQ(lab.prober().stopped(), ProbeStop::Nobody);
  EXPECT_EQ(found.flows, 0u);
  EXPECT_GE(found.spent, 60s);
  EXPECT_LT(found.spent, 70s);
}

TEST(LossyPath, BeginsNoMoreFlowsThanArePolite) {
  ProbePlan plan = plan_of({Measure::UdpSingle, Measure::TcpEstablished}, 20min, 10h);
  plan.flows_at_once = 5;
  ProbeLab lab(std::move(plan), path_through({"carrier-nat"}));
  const Findings found = lab.run();
  EXPECT_EQ(lab.prober().stopped(), ProbeStop::Known);
  EXPECT_TRUE(found.lifetime(Measure::TcpEstablished)->edge.dead);
  EXPECT_LE(lab.most_flows(), 5u);
}

}  // namespace
}  // namespace stayalive
