// SPDX-License-Identifier: Apache-2.0
#include "app/judge/judge.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace stayalive {
namespace {

TimePoint when(Duration since_start) { return kStart + since_start; }

// Writes down what the judge says.
class Heard final : public Judge::Listener {
 public:
  struct Change {
    Role role = Role::Client;
    Outcome outcome = Outcome::Alive;
    TimePoint at;
    friend bool operator==(const Change&, const Change&) = default;
  };
  struct Span {
    TimePoint from;
    TimePoint until;
    FaultCause cause;
  };
  void became(std::uint32_t, Role role, Outcome outcome, TimePoint at, const SideEvent*) override {
    changes.push_back({role, outcome, at});
  }
  void was_forgotten(std::uint32_t, const ForgottenSpan& span) override {
    spans.push_back({span.from, span.until, *span.cause});
  }
  void concluded(std::uint32_t connection, const ConnectionResult& result) override {
    if (results.size() <= connection) results.resize(connection + 1);
    results[connection] = result;
  }
  // What one side became, in order.
  std::vector<Outcome> of(Role role) const {
    std::vector<Outcome> outcomes;
    for (const Change& change : changes) {
      if (change.role == role) outcomes.push_back(change.outcome);
    }
    return outcomes;
  }
  TimePoint last_change(Role role) const {
    TimePoint at;
    for (const Change& change : changes) {
      if (change.role == role) at = change.at;
    }
    return at;
  }

  std::vector<Change> changes;
  std::vector<Span> spans;
  std::vector<ConnectionResult> results;
};

// A client and a server behind two boxes, and a second that faults which may pass have to last.
class JudgeStory {
 public:
  explicit JudgeStory(Judge::Setting setting = {})
      : judge_(with_path(std::move(setting)), 2, heard) {}

  void opens(std::uint32_t box, Duration at, std::uint16_t port = 1000, std::uint32_t flow = 1) {
    FlowNote note;
    note.event = FlowEvent::Opened;
    note.at = when(at);
    note.flow = FlowId{flow};
    note.mapped = endpoint(port);
    judge_.flow_changed(0, box, note);
  }
  void ends(std::uint32_t box, Duration at, FlowEvent event = FlowEvent::Expired,
            std::uint32_t flow = 1) {
    FlowNote note;
    note.event = event;
    note.at = when(at);
    note.flow = FlowId{flow};
    note.timer = Timeout::UdpSingle;
    note.timeout = 30s;
    judge_.flow_changed(0, box, note);
  }
  void client_opens(Duration at) { happens(Role::Client, SideEvent::Kind::Opened, at, {}); }
  void server_hears(Duration at, std::uint16_t port = 1000) {
    happens(Role::Server,
            std::exchange(known_, true) ? SideEvent::Kind::Moved : SideEvent::Kind::Opened, at,
            endpoint(port));
  }
  void ends(Role role, SocketError error, Duration at) {
    SideEvent event{SideEvent::Kind::Ended, when(at)};
    event.error = error;
    event.outcome = outcome_of(error, true);
    judge_.side(0, role, event);
  }
  void drops(std::uint32_t box, DropReason why, Duration at) {
    judge_.dropped(0, box, why, when(at));
  }
  void leaves(Duration at) { judge_.left(0, when(at)); }
  const ConnectionResult& over(Duration at) {
    judge_.finish(when(at));
    return heard.results[0];
  }

  Heard heard;

 private:
  static Judge::Setting with_path(Judge::Setting setting) {
    static const JudgedPath kPath{{{NodeId{1}, 1, 0, false}, {NodeId{2}, 3, 0, true}}, {}};
    setting.path = &kPath;
    return setting;
  }
  static Endpoint endpoint(std::uint16_t port) { return {ipv4(198, 51, 100, 1), port}; }
  void happens(Role role, SideEvent::Kind kind, Duration at, Endpoint remote) {
    SideEvent event{kind, when(at)};
    event.remote = remote;
    judge_.side(0, role, event);
  }

  Judge judge_;
  bool known_ = false;
};

Judge::Setting streams() {
  Judge::Setting setting;
  setting.streams = true;
  return setting;
}

using Outcomes = std::vector<Outcome>;

TEST(Judge, KnowsNothingOfAConnectionThatHasNotBegun) {
  JudgeStory story;
  story.client_opens(1s);
  EXPECT_TRUE(story.over(1h).started);
  EXPECT_FALSE(story.heard.results[1].started);
  EXPECT_EQ(story.heard.results[1].outcome, Outcome::Refused);
}

TEST(Judge, CallsASideForgottenWhileABoxThatKnewItDoesNot) {
  JudgeStory story;
  story.client_opens(0s);
  /*  1 s */ story.opens(0, 1s);
  /*  1 s */ story.opens(1, 1s);
  /*  2 s */ story.server_hears(2s);
  /* 31 s */ story.ends(1, 31s);
  /* 40 s */ story.opens(1, 40s, 1000, 2);
  EXPECT_EQ(story.over(1min).outcome, Outcome::Alive);
  EXPECT_EQ(story.heard.of(Role::Client),
            (Outcomes{Outcome::Alive, Outcome::Forgotten, Outcome::Alive}));
  EXPECT_EQ(story.heard.of(Role::Server),
            (Outcomes{Outcome::Alive, Outcome::Forgotten, Outcome::Alive}));
  ASSERT_EQ(story.heard.spans.size(), 1u);
  EXPECT_EQ(story.heard.spans[0].from, when(31s));
  EXPECT_EQ(story.heard.spans[0].until, when(40s));
  EXPECT_EQ(story.heard.spans[0].cause.where, 3u) << "the hop of the outer box";
  EXPECT_EQ(story.heard.spans[0].cause.timer, Timeout::UdpSingle);
}

TEST(Judge, SeesNoGapInAFlowThatEndsAndBeginsAtOneInstant) {
  for (const Duration gap : {Duration{0ns}, Duration{1ns}}) {
    JudgeStory story;
    story.client_opens(0s);
    story.opens(0, 1s);
    story.ends(0, 31s);
    story.opens(0, 31s + gap, 1000, 2);
    story.over(1min);
    EXPECT_EQ(story.heard.spans.size(), gap == 0ns ? 0u : 1u);
  }
}

TEST(Judge, CallsItALossWhenThePortIsAnotherAfterThatInstant) {
  for (const std::uint16_t port : {std::uint16_t{1000}, std::uint16_t{2000}}) {
    JudgeStory story;
    story.client_opens(0s);
    story.opens(0, 1s);
    story.ends(0, 31s);
    story.opens(0, 31s, port, 2);
    const ConnectionResult& result = story.over(1min);
    const bool another = port == 2000;
    EXPECT_EQ(result.outcome, another ? Outcome::Remapped : Outcome::Alive);
    EXPECT_EQ(result.sides[0].fell, another);
    EXPECT_EQ(result.blame.kind(), another ? FaultKind::Flow : FaultKind::None);
    EXPECT_TRUE(story.heard.spans.empty());
  }
}

TEST(Judge, WaitsForAServerThatDoesNotKnowTheNewPortYet) {
  for (const Duration delay : {1s - 1ns, Duration{1s}}) {
    JudgeStory story;
    story.client_opens(0s);
    story.opens(1, 1s, 1000);
    story.server_hears(2s, 1000);
    story.ends(1, 31s);
    story.opens(1, 40s, 2000, 2);
    story.server_hears(40s + delay, 2000);
    EXPECT_EQ(story.over(2min).outcome, Outcome::Remapped);
    ASSERT_EQ(story.heard.spans.size(), 1u);
    EXPECT_EQ(story.heard.spans[0].until - story.heard.spans[0].from, delay < 1s ? 9s : 9s + delay);
  }
}

TEST(Judge, CallsAMemberForgottenWhoseServerNeverLearns) {
  JudgeStory story;
  story.client_opens(0s);
  story.opens(1, 1s, 1000);
  story.server_hears(2s, 1000);
  story.ends(1, 31s);
  story.opens(1, 40s, 2000, 2);
  EXPECT_EQ(story.over(2min).outcome, Outcome::Forgotten);
  ASSERT_EQ(story.heard.spans.size(), 1u);
  EXPECT_EQ(story.heard.spans[0].until, when(2min));
}

TEST(Judge, CallsAMemberForgottenWhoseServerHasNotLearnedInTimeWhenTheRunEnds) {
  for (const Duration since : {1s - 1ns, Duration{1s}}) {
    JudgeStory story;
    story.client_opens(0s);
    story.opens(1, 1s, 1000);
    story.server_hears(2s, 1000);
    story.ends(1, 31s);
    story.opens(1, 40s, 2000, 2);
    const bool in_time = since < 1s;
    EXPECT_EQ(story.over(40s + since).outcome, in_time ? Outcome::Remapped : Outcome::Forgotten);
    ASSERT_EQ(story.heard.spans.size(), 1u);
    EXPECT_EQ(story.heard.spans[0].until, when(in_time ? Duration{40s} : 40s + since));
  }
}

// Where nothing may pass by itself, the other end is gone from the instant at which it leaves.
TEST(Judge, WithoutPatienceBlamesThePeerThatLeavesAtTheSameInstant) {
  for (const Duration patience : {Duration{1ns}, Duration{0ns}}) {
    Judge::Setting setting = streams();
    setting.late_after = patience;
    JudgeStory story(std::move(setting));
    story.client_opens(1s);
    story.server_hears(1s);
    story.ends(Role::Server, SocketError::TimedOut, 30s);
    story.ends(Role::Client, SocketError::TimedOut, 30s);
    EXPECT_EQ(story.over(1min).sides[0].blame.kind(),
              patience > 0ns ? FaultKind::None : FaultKind::Peer);
  }
}

TEST(Judge, SaysWhatHappenedWhileItWaitedInOrderOfTime) {
  JudgeStory story;
  story.client_opens(0s);
  story.opens(1, 1s, 1000);
  story.server_hears(2s, 1000);
  /* 31.0 s */ story.ends(1, 31s);
  /* 40.0 s */ story.opens(1, 40s, 2000, 2);  // whether this heals is not known yet
  /* 40.5 s */ story.ends(1, 40s + 500ms, FlowEvent::Flushed, 2);
  /* 41.5 s */ story.opens(1, 41s + 500ms, 2000, 3);
  /* 41.6 s */ story.server_hears(41s + 600ms, 2000);
  EXPECT_EQ(story.over(2min).outcome, Outcome::Remapped);
  ASSERT_EQ(story.heard.spans.size(), 2u);
  EXPECT_EQ(story.heard.spans[0].until, when(40s))
      << "what may have been wrong passed by another fault";
  EXPECT_EQ(story.heard.spans[1].from, when(40s + 500ms));
  EXPECT_EQ(story.heard.spans[1].cause.event, FlowEvent::Flushed);
}

TEST(Judge, JudgesOneThatHasLeftByWhatItWasThen) {
  JudgeStory story;
  story.client_opens(0s);
  story.opens(0, 1s);
  story.leaves(10s);
  story.ends(0, 31s);
  const ConnectionResult& result = story.over(1min);
  EXPECT_TRUE(result.left);
  EXPECT_EQ(result.outcome, Outcome::Alive);
  EXPECT_TRUE(story.heard.spans.empty());
}

TEST(Judge, CountsEachFlowThatABoxHolds) {
  JudgeStory story;
  story.client_opens(0s);
  for (std::uint32_t flow = 0; flow < 300; ++flow) story.opens(0, 1s, 1000, flow);
  for (std::uint32_t flow = 0; flow < 299; ++flow) story.ends(0, 1h, FlowEvent::Expired, flow);
  EXPECT_EQ(story.over(2h).outcome, Outcome::Alive) << "one is left";
}

TEST(Judge, LetsAnyLivingFlowBeTheOneThatTheServerKnows) {
  JudgeStory story;
  story.client_opens(0s);
  story.opens(1, 1s, 1000, 1);
  story.server_hears(2s, 1000);
  story.opens(1, 3s, 2000, 2);
  story.ends(1, 10s, FlowEvent::Expired, 2);
  EXPECT_EQ(story.over(1min).outcome, Outcome::Alive) << "the first is still there";
  EXPECT_TRUE(story.heard.spans.empty());
}

TEST(Judge, BlamesTheBoxThatDidNotLetItBegin) {
  JudgeStory story;
  story.client_opens(0s);
  story.drops(0, DropReason::TableFull, 1s);
  story.drops(0, DropReason::NoPorts, 2s);
  EXPECT_EQ(story.over(1min).forgotten_by.kind(), FaultKind::Drop);
  ASSERT_EQ(story.heard.spans.size(), 1u);
  EXPECT_EQ(story.heard.spans[0].cause.reason, DropReason::TableFull) << "the first";
}

// --- ends that open and end ---

class StreamStory : public JudgeStory {
 public:
  StreamStory() : JudgeStory(streams()) {
    client_opens(1s);
    opens(0, 1s);
    opens(1, 1s);
    server_hears(1s);
  }
};

TEST(Judge, TellsWhenAnEndWasForgottenAndWhenItNoticed) {
  StreamStory story;
  story.ends(0, 31s);
  story.ends(Role::Client, SocketError::TimedOut, 50s);
  const ConnectionResult& result = story.over(1min);
  EXPECT_EQ(result.sides[0].outcome, Outcome::Detected);
  EXPECT_EQ(result.sides[0].forgotten_at, when(31s));
  EXPECT_EQ(result.sides[0].noticed_at, when(50s));
  EXPECT_EQ(result.sides[0].error, SocketError::TimedOut);
  EXPECT_EQ(result.sides[1].outcome, Outcome::Forgotten) << "it does not know";
  EXPECT_EQ(result.outcome, Outcome::Forgotten) << "the worse of both";
}

TEST(Judge, CallsAnEndForgottenThatTheOtherHasLongLeft) {
  for (const Duration since : {1s - 1ns, Duration{1s}}) {
    StreamStory story;
    story.ends(Role::Server, SocketError::TimedOut, 30s);
    const bool long_ago = since == 1s;
    const ConnectionResult& result = story.over(30s + since);
    EXPECT_EQ(result.sides[0].outcome, long_ago ? Outcome::Forgotten : Outcome::Alive);
    EXPECT_EQ(story.heard.spans.size(), long_ago ? 1u : 0u);
    if (long_ago) {
      EXPECT_EQ(story.heard.spans[0].from, when(30s)) << "from its beginning on";
      EXPECT_EQ(story.heard.spans[0].cause.kind, FaultKind::Peer);
    }
  }
}

TEST(Judge, KeepsNobodyWaitingWhoLearnsOfTheOthersEndInTime) {
  for (const Duration since : {1s - 1ns, Duration{1s}}) {
    StreamStory story;
    story.ends(Role::Server, SocketError::None, 30s);
    story.ends(Role::Client, SocketError::None, 30s + since);
    story.over(1min);
    const Outcomes in_time{Outcome::Alive, Outcome::Closed};
    const Outcomes late{Outcome::Alive, Outcome::Forgotten, Outcome::Closed};
    EXPECT_EQ(story.heard.of(Role::Client), since < 1s ? in_time : late);
    EXPECT_EQ(story.heard.last_change(Role::Client), when(30s + since));
  }
}

TEST(Judge, CountsNoFaultOfASideThatIsThrough) {
  StreamStory story;
  story.ends(Role::Client, SocketError::Reset, 30s);
  story.ends(Role::Server, SocketError::Reset, 30s);
  story.ends(0, 40s);
  const ConnectionResult& result = story.over(1min);
  EXPECT_TRUE(story.heard.spans.empty());
  EXPECT_EQ(result.outcome, Outcome::Reset);
  EXPECT_TRUE(result.sides[0].fell);
}

TEST(Judge, BlamesWhatHadKeptASideFromHearingAnything) {
  for (const Duration heard : {20s, 21s}) {
    Judge::Setting setting = streams();
    Judge::Disturbance cut;
    cut.fault.from = when(10s);
    cut.fault.until = when(21s);
    cut.fault.forgets = false;
    cut.cause.kind = FaultKind::Link;
    setting.disturbances.push_back(cut);
    setting.heard_at = [&](std::uint32_t, Role) { return when(heard); };
    JudgeStory story(std::move(setting));
    story.client_opens(0s);
    story.opens(0, 1s);
    story.ends(Role::Client, SocketError::TimedOut, 30s);
    EXPECT_EQ(story.over(1min).blame.kind(), heard < 21s ? FaultKind::Link : FaultKind::None);
  }
}

TEST(Judge, SumsUpTheTimeInWhichNothingCouldGetThrough) {
  Judge::Setting setting = streams();
  setting.details = true;
  for (const Duration from : {10s, 25s}) {
    Judge::Disturbance cut;
    cut.fault.from = when(from);
    cut.fault.until = when(from + 10s);
    cut.fault.forgets = false;
    setting.disturbances.push_back(cut);
  }
  JudgeStory story(std::move(setting));
  story.client_opens(0s);
  story.opens(0, 1s);
  /* 15 s */ story.ends(0, 15s);
  /* 30 s */ story.opens(0, 30s, 1000, 2);
  EXPECT_EQ(story.over(1min).sides[0].blackhole, 25s)
      << "from the first cut to the end of the second";
}

TEST(Judge, CallsAConnectionRefusedThatNeverCameToBe) {
  JudgeStory story(streams());
  EXPECT_EQ(story.over(1min).outcome, Outcome::Refused);
  EXPECT_FALSE(story.heard.results[0].sides[0].outcome);
}

}  // namespace
}  // namespace stayalive
