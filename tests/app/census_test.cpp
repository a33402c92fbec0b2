// SPDX-License-Identifier: Apache-2.0
#include "app/census.h"

#include <gtest/gtest.h>

#include "support/instant.h"

namespace stayalive {
namespace {

// Two members, two boxes, and a patience of one second.
class CensusStory {
 public:
  void opens(std::uint32_t box, Duration when, std::uint16_t port = 1000) {
    FlowNote note;
    note.event = FlowEvent::Opened;
    note.at = at(when);
    note.mapped = endpoint(port);
    census.flow_changed(0, box, note, peer);
  }
  void expires(std::uint32_t box, Duration when) {
    FlowNote note;
    note.event = FlowEvent::Expired;
    note.at = at(when);
    note.timer = Timeout::UdpSingle;
    note.timeout = 30s;
    census.flow_changed(0, box, note, peer);
  }
  void server_hears(Duration when, std::uint16_t port = 1000) {
    peer = endpoint(port);
    census.server_knows(0, peer, at(when));
  }
  const Census::Summary& ends(Duration when) {
    census.close(at(when));
    return census.summary();
  }
  static Endpoint endpoint(std::uint16_t port) { return {ipv4(198, 51, 100, 1), port}; }
  static std::uint64_t count(const Census::Summary& summary, Outcome outcome) {
    return summary.outcomes[static_cast<std::size_t>(outcome)];
  }

  Census census{2, 2, 1s};
  Endpoint peer{};
};

TEST(Census, CountsOnlyThoseThatHaveBegun) {
  CensusStory story;
  story.census.started(0);
  const Census::Summary& summary = story.ends(1h);
  EXPECT_EQ(summary.count, 2u);
  EXPECT_EQ(summary.started, 1u);
  EXPECT_EQ(CensusStory::count(summary, Outcome::Alive), 1u);
}

TEST(Census, CountsADeathAndTheTimeUntilTheFlowIsBack) {
  CensusStory story;
  story.census.started(0);
  /*  1 s */ story.opens(0, 1s);
  /*  1 s */ story.opens(1, 1s);
  /*  2 s */ story.server_hears(2s);
  /* 31 s */ story.expires(1, 31s);
  /* 40 s */ story.opens(1, 40s);
  const Census::Summary& summary = story.ends(1min);
  EXPECT_EQ(CensusStory::count(summary, Outcome::Alive), 1u);
  EXPECT_EQ(summary.deaths, 1u);
  EXPECT_EQ(summary.ever_forgotten, 1u);
  EXPECT_EQ(summary.first_deaths, std::vector<TimePoint>{at(31s)});
  EXPECT_EQ(summary.blackhole_most, 9s);
  ASSERT_EQ(summary.causes.size(), 1u);
  EXPECT_EQ(summary.causes.begin()->first.box, 1u);
  EXPECT_EQ(summary.causes.begin()->second.members, 1u);
}

TEST(Census, DoesNotCountAFlowThatEndsAndBeginsAtOneInstant) {
  CensusStory same;
  same.census.started(0);
  same.opens(0, 1s);
  same.expires(0, 31s);
  same.opens(0, 31s);
  EXPECT_EQ(same.ends(1min).deaths, 0u);

  CensusStory later;
  later.census.started(0);
  later.opens(0, 1s);
  later.expires(0, 31s);
  later.opens(0, 31s + 1ns);
  EXPECT_EQ(later.ends(1min).deaths, 1u);
}

TEST(Census, IsPatientWithAServerThatDoesNotKnowTheNewPortYet) {
  for (const Duration delay : {1s - 1ns, Duration{1s}}) {
    CensusStory story;
    story.census.started(0);
    story.opens(1, 1s, 1000);
    story.server_hears(2s, 1000);
    story.expires(1, 31s);
    story.opens(1, 40s, 2000);
    story.server_hears(40s + delay, 2000);
    const Census::Summary& summary = story.ends(2min);
    EXPECT_EQ(CensusStory::count(summary, Outcome::Remapped), 1u);
    EXPECT_EQ(summary.blackhole_most, delay < 1s ? 9s : 9s + delay);
  }
}

TEST(Census, CallsAMemberForgottenWhoseServerNeverLearns) {
  CensusStory story;
  story.census.started(0);
  story.opens(1, 1s, 1000);
  story.server_hears(2s, 1000);
  story.expires(1, 31s);
  story.opens(1, 40s, 2000);
  EXPECT_EQ(CensusStory::count(story.ends(2min), Outcome::Forgotten), 1u);
}

TEST(Census, CountsNothingAfterAMemberHasLeft) {
  CensusStory story;
  story.census.started(0);
  story.opens(0, 1s);
  story.census.left(0, at(10s));
  story.expires(0, 31s);
  const Census::Summary& summary = story.ends(1min);
  EXPECT_EQ(summary.left, 1u);
  EXPECT_EQ(summary.deaths, 0u);
  EXPECT_EQ(CensusStory::count(summary, Outcome::Alive), 0u);
}

TEST(Census, CountsAsManyFlowsOfAMemberAsAnOuterBoxMayHold) {
  CensusStory story;
  story.census.started(0);
  for (int i = 0; i < 300; ++i) story.opens(0, 1s);
  for (int i = 0; i < 299; ++i) story.expires(0, 1h);
  EXPECT_EQ(CensusStory::count(story.ends(2h), Outcome::Alive), 1u) << "one is left";
}

TEST(Census, RemembersWhoWasKeptOutAndLeft) {
  CensusStory story;
  story.census.started(0);
  story.census.dropped(0, 0, DropReason::NoPorts);
  story.census.left(0, at(1min));
  const Census::Summary& summary = story.ends(1h);
  ASSERT_EQ(summary.barred.size(), 1u);
  EXPECT_EQ(summary.barred.begin()->first.why, DropReason::NoPorts);
  EXPECT_EQ(CensusStory::count(summary, Outcome::Refused), 0u) << "it is no more";
}

TEST(Census, CallsAMemberRefusedThatNeverHadAFlow) {
  CensusStory story;
  story.census.started(0);
  story.census.started(1);
  story.census.dropped(0, 0, DropReason::TableFull);
  story.census.dropped(0, 0, DropReason::TableFull);
  story.census.dropped(1, 0, DropReason::TableFull);
  story.census.flow_changed(1, 0, FlowNote{}, Endpoint{});  // it got in at last
  const Census::Summary& summary = story.ends(1min);
  EXPECT_EQ(CensusStory::count(summary, Outcome::Refused), 1u);
  ASSERT_EQ(summary.barred.size(), 1u);
  EXPECT_EQ(summary.barred.begin()->second, 1u);
  EXPECT_EQ(CensusStory::count(summary, Outcome::Alive), 1u);
}

// --- ends that open and end ---

class ConnectingCensus : public CensusStory {
 public:
  ConnectingCensus() {
    census = Census(1, 1, 1s, Census::Ends::Connecting);
    census.started(0);
    opens(0, 1s);
    census.opened(0, Role::Server);
    census.opened(0, Role::Client);
    peer = endpoint(1000);
  }
  static std::uint64_t count(const Census::Summary& summary, Role role, Outcome outcome) {
    return summary.ends[index(role)].outcomes[static_cast<std::size_t>(outcome)];
  }
};

TEST(Census, TellsHowLongAnEndTookToNotice) {
  ConnectingCensus story;
  story.expires(0, 31s);
  story.census.ended(0, Role::Client, SocketError::TimedOut, at(50s));
  const Census::Summary& summary = story.ends(1min);
  EXPECT_EQ(summary.deaths, 1u);
  EXPECT_EQ(summary.blackhole_most, 19s);
  EXPECT_EQ(summary.ends[0].delays, std::vector<Duration>{19s});
  EXPECT_EQ(summary.ends[0].noticed, 1u);
  EXPECT_EQ(summary.ends[0].errors[static_cast<std::size_t>(SocketError::TimedOut)], 1u);
  EXPECT_EQ(story.count(summary, Role::Client, Outcome::Detected), 1u);
  EXPECT_EQ(story.count(summary, Role::Server, Outcome::Forgotten), 1u) << "it does not know";
  EXPECT_EQ(CensusStory::count(summary, Outcome::Forgotten), 1u) << "the worse of both";
  EXPECT_EQ(summary.cut_short, 0u);
}

TEST(Census, CallsAnEndForgottenThatTheOtherHasLongLeft) {
  for (const Duration since : {1s - 1ns, Duration{1s}}) {
    ConnectingCensus story;
    story.census.ended(0, Role::Server, SocketError::TimedOut, at(30s));
    const Census::Summary& summary = story.ends(30s + since);
    const bool long_ago = since == 1s;
    EXPECT_EQ(story.count(summary, Role::Client, Outcome::Forgotten), long_ago ? 1u : 0u);
    EXPECT_EQ(summary.deaths, long_ago ? 1u : 0u);
    EXPECT_EQ(summary.cut_short, long_ago ? 0u : 1u);
    if (long_ago) {
      EXPECT_EQ(summary.causes.begin()->first.box, DeathCause::kServer);
      EXPECT_EQ(summary.first_deaths, std::vector<TimePoint>{at(30s)});
    }
  }
}

TEST(Census, CountsNoDeathOfAnEndThatIsThrough) {
  ConnectingCensus story;
  story.census.ended(0, Role::Client, SocketError::Reset, at(30s));
  story.census.ended(0, Role::Server, SocketError::Reset, at(30s));
  story.expires(0, 40s);
  const Census::Summary& summary = story.ends(1min);
  EXPECT_EQ(summary.deaths, 0u);
  EXPECT_EQ(summary.cut_short, 1u);
  EXPECT_TRUE(summary.ends[0].delays.empty());
  EXPECT_EQ(CensusStory::count(summary, Outcome::Reset), 1u);
}

TEST(Census, CallsAMemberRefusedThatNeverConnected) {
  Census census(1, 1, 1s, Census::Ends::Connecting);
  census.started(0);
  census.close(at(1min));
  EXPECT_EQ(CensusStory::count(census.summary(), Outcome::Refused), 1u);
}

}  // namespace
}  // namespace stayalive
