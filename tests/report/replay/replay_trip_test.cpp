// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "net/capture/capture_reader.h"
#include "picture/capture/packet_capture.h"
#include "report/replay/replay.h"
#include "report/replay/replay_tree.h"
#include "run/run.h"
#include "scenario/parse.h"
#include "study/replay/replay.h"
#include "support/document_text.h"
#include "support/scenario_text.h"
#include "support/shipped.h"

namespace stayalive {
namespace {

struct RunAndReplay {
  RunReport report;
  ReplayResult replayed;
};

std::vector<MiddleboxSpec> boxes_on(const Scenario& scenario) {
  std::vector<MiddleboxSpec> boxes;
  for (const Hop& hop : scenario.path) {
    if (const auto* box = std::get_if<MiddleboxSpec>(&hop)) boxes.push_back(*box);
  }
  return boxes;
}

// Runs a scenario, captures what one of its stations sees of a connection, or of all, and replays
// that through its boxes.
RunAndReplay run_and_replay(const Scenario& scenario, const std::string& station,
                            std::optional<std::size_t> connection = std::nullopt) {
  std::string bytes;
  PacketCapture capture(scenario, {connection, station}, scenario.seed,
                        [&](std::string_view piece) { bytes += piece; });
  RunAndReplay both;
  both.report = run(scenario, {.trace = &capture, .messages = capture.reader()});
  const std::string head = capture.finish(both.report);
  bytes.replace(0, head.size(), head);
  std::istringstream in(bytes);
  CaptureReader reader(in);
  Replay replay({boxes_on(scenario)});
  CaptureRecord record;
  while (reader.next(record)) replay.feed(record.at, decode(record.bytes, Replay::kDecoding));
  EXPECT_EQ(reader.error(), "");
  both.replayed = replay.finish();
  return both;
}

// A run in which the one box forgets only because a timer runs out.
bool has_one_undisturbed_box(const Scenario& scenario) {
  if (boxes_on(scenario).size() != 1) return false;
  for (const Hop& hop : scenario.path) {
    if (std::holds_alternative<ProxySpec>(hop)) return false;
  }
  for (const EventSpec& event : scenario.events) {
    // A box that is replayed goes through none of this.
    constexpr std::array kOfBoxes{EventKind::Flush, EventKind::RebootBox, EventKind::TakeOver,
                                  EventKind::ChangeOutside, EventKind::Replace};
    if (std::ranges::count(kOfBoxes, event.kind) > 0) return false;
  }
  return true;
}

// When the first socket of a connection was first forgotten because a timer of the box ran out;
// empty where it never was.
std::optional<TimePoint> forgotten_in_run(const ConnectionReport& connection) {
  if (connection.blame.kind != FaultKind::Flow) return std::nullopt;
  std::optional<TimePoint> first;
  for (const SideReport& side : connection.sides) {
    if (side.forgotten_at && (!first || *side.forgotten_at < *first)) first = side.forgotten_at;
  }
  // A server that follows its remapped client never forgets it.
  return first ? first : connection.blame.at;
}

TEST(Replay, SaysOfEveryShippedScenarioWithOneBoxWhatTheRunSaid) {
  std::size_t alive = 0;
  std::size_t forgotten = 0;
  for (const std::string& shipped : shipped_scenarios()) {
    SCOPED_TRACE(shipped);
    const Result<Scenario> scenario = read_scenario(project_path("scenarios/" + shipped + ".json"));
    ASSERT_TRUE(scenario.ok());
    if (!has_one_undisturbed_box(scenario.value())) continue;
    const std::string box = boxes_on(scenario.value()).front().name;
    for (std::size_t i = 0; i < scenario.value().connections.size(); ++i) {
      const ConnectionSpec& spec = scenario.value().connections[i];
      if (spec.population.count > 0 || spec.session) continue;
      SCOPED_TRACE(spec.name);
      const RunAndReplay both = run_and_replay(scenario.value(), box, i);
      const ConnectionReport& connection = both.report.connections[i];
      ASSERT_FALSE(both.replayed.flows.empty());
      const ReplayedFlow& flow = both.replayed.flows.front();
      const std::optional<TimePoint> expected = forgotten_in_run(connection);
      const TimePoint last = both.replayed.begun + both.replayed.span;
      if (!expected || *expected > last) {
        // A socket that its program has given up is forgotten some time.
        const bool redialled = connection.sides[index(Role::Client)].reconnects > 0;
        EXPECT_TRUE(redialled || !flow.first_forgotten_at.has_value());
        ++alive;
        continue;
      }
      ++forgotten;
      ASSERT_TRUE(flow.first_forgotten_at.has_value());
      EXPECT_EQ(both.replayed.begun + (*flow.first_forgotten_at - kStart), *expected);
      EXPECT_FALSE(flow.survives() && flow.taken_up == 0);
    }
  }
  EXPECT_GE(alive, 20u);
  EXPECT_GE(forgotten, 15u);
}

// A connection that is silent for so long behind a balancer that forgets after 350 s, on a path
// without any delay; then the client speaks.
RunAndReplay speak_after(const std::string& silence, const std::string& profile = "aws-nlb") {
  return run_and_replay(right(R"({"duration": "20m", "path": [{"middlebox": {"name": "nlb",
    "profile": ")" + profile + R"("}}], "connections": [{"name": "c",
    "traffic": [{"at": ")" + silence +
                              R"(", "from": "client", "bytes": 10}]}]})"),
                        "client");
}

TEST(Replay, KeepsAFlowUntilTheLastNanosecondAndNoLonger) {
  // 0.000  handshake; 349.999999999  the last instant at which it lives
  const RunAndReplay lives = speak_after("349999999999ns");
  EXPECT_EQ(lives.report.connections[0].sides[0].messages.lost, 0u);
  EXPECT_EQ(lives.replayed.flows.front().fate, ReplayedFlow::Fate::Lives);
  EXPECT_EQ(lives.replayed.flows.front().decisive_wait()->longest, 349999999999ns);
  // 350.000  dead at its deadline
  const RunAndReplay dies = speak_after("350s");
  ASSERT_EQ(dies.replayed.flows.front().fate, ReplayedFlow::Fate::Dies);
  const ReplayedFlow& flow = dies.replayed.flows.front();
  EXPECT_EQ(flow.death->box, "nlb");
  EXPECT_EQ(flow.death->timer, Timeout::TcpEstablished);
  EXPECT_EQ(flow.death->forgotten_at, kStart + 350s);
  EXPECT_EQ(flow.death->met_at, kStart + 350s);
  EXPECT_EQ(flow.death->forgotten_at, dies.report.connections[0].blame.at);
  EXPECT_EQ(flow.decisive_wait()->longest, 350s) << "more than that is needed";
}

TEST(Replay, SaysWhatTheCaptureItselfLooksLike) {
  const RunAndReplay both = speak_after("6m");
  const std::optional<BrokenFlow>& broken = both.replayed.flows.front().broken;
  ASSERT_TRUE(broken.has_value());
  EXPECT_EQ(broken->how, BrokenFlow::How::Reset) << "the balancer answers with RST";
  EXPECT_EQ(broken->silence, 6min);
  const auto named = [&](const std::string& profile) {
    return std::ranges::any_of(broken->looks_like, [&](const BrokenFlow::Candidate& its) {
      return its.profile == profile;
    });
  };
  EXPECT_TRUE(named("aws-nlb"));
  EXPECT_FALSE(named("home-router")) << "it would have been silent";
  EXPECT_FALSE(speak_after("5m49s").replayed.flows.front().broken.has_value());
}

TEST(Replay, FindsTheKeepaliveAndItsInterval) {
  const RunAndReplay both = run_and_replay(
      right(
          R"({"duration": "30m", "path": [{"link": {"delay": "5ms"}}, {"middlebox": {"name": "nlb",
    "profile": "aws-nlb"}}], "connections": [
      {"name": "probes", "strategy": {"tcp_keepalive": {"idle": "2m", "side": "client"}}},
      {"name": "pings", "transport": "udp", "strategy": {"keepalive": {"interval": "25s"}}},
      {"name": "silent", "traffic": [{"at": "3m", "from": "server"}]}]})"),
      "client");
  const auto& flows = both.replayed.flows;
  ASSERT_EQ(flows.size(), 3u);
  for (const ReplayedFlow& flow : flows) {
    if (flow.protocol == Protocol::Udp) {
      ASSERT_TRUE(flow.keepalive.has_value());
      EXPECT_EQ(flow.keepalive->interval, 25s);
      EXPECT_FALSE(flow.keepalive->probe);
    } else if (flow.keepalive) {
      EXPECT_TRUE(flow.keepalive->probe);
      EXPECT_EQ(flow.keepalive->from, Side::Internal);
      EXPECT_NEAR(static_cast<double>(flow.keepalive->interval / 1ms), 120'000, 20);
    }
  }
  EXPECT_EQ(std::ranges::count_if(flows, [](const auto& its) { return its.keepalive.has_value(); }),
            2);
}

TEST(Replay, FollowsAFlowWhoseBeginningTheCaptureLacks) {
  const Scenario scenario = right(R"({"duration": "20m", "path": [{"middlebox": {"name": "nlb",
    "profile": "aws-nlb"}}], "connections": [{"name": "c", "traffic": [
      {"at": "1m", "from": "client"}, {"at": "8m", "from": "client"}]}]})");
  std::string bytes;
  PacketCapture capture(scenario, {{}, "client"}, 1, [&](std::string_view p) { bytes += p; });
  (void)capture.finish(run(scenario, {.trace = &capture, .messages = capture.reader()}));
  std::istringstream in(bytes);
  CaptureReader reader(in);
  Replay replay({boxes_on(scenario)});
  for (CaptureRecord record; reader.next(record);) {
    if (record.at >= kStart + 1min) replay.feed(record.at, decode(record.bytes, Replay::kDecoding));
  }
  const ReplayResult result = replay.finish();
  const ReplayedFlow& flow = result.flows.front();
  EXPECT_TRUE(flow.begun_before);
  EXPECT_EQ(flow.client.port, 40'000);
  EXPECT_EQ(flow.fate, ReplayedFlow::Fate::Dies);
  EXPECT_EQ(flow.death->forgotten_at, kStart + 350s) << "from the first packet on";
}

TEST(Replay, FollowsNoMoreFlowsThanItMayAndCountsTheOthers) {
  const Scenario scenario = right(R"({"duration": "1m", "path": [{"middlebox": {"name": "nlb",
    "profile": "aws-nlb"}}], "connections": [{"name": "a"}, {"name": "b"}, {"name": "c"}]})");
  std::string bytes;
  PacketCapture capture(scenario, {{}, "client"}, 1, [&](std::string_view p) { bytes += p; });
  (void)capture.finish(run(scenario, {.trace = &capture, .messages = capture.reader()}));
  std::istringstream in(bytes);
  CaptureReader reader(in);
  Replay replay({boxes_on(scenario), 2});
  for (CaptureRecord record; reader.next(record);)
    replay.feed(record.at, decode(record.bytes, Replay::kDecoding));
  const ReplayResult result = replay.finish();
  EXPECT_EQ(result.flows.size(), 2u);
  EXPECT_EQ(result.beyond, 3u) << "the handshake of the third";
}

TEST(Replay, OfACaptureWithoutBoxesItSaysWhatThereIs) {
  const RunAndReplay both =
      run_and_replay(right(R"({"duration": "1m", "connections": [{"name": "a"}]})"), "client");
  ASSERT_EQ(both.replayed.flows.size(), 1u);
  EXPECT_EQ(both.replayed.flows.front().fate, ReplayedFlow::Fate::Lives);
}

TEST(ReplayReport, TellsOfTheFlowThatDiedAndOfWhatBrokeIt) {
  const RunAndReplay both = speak_after("6m");
  const ReplayStory story{
      "trace.pcap", &both.replayed, {.ipv6 = 2, .other = 0, .undated = 0}, false};
  const std::string text = printed(describe_replay(story));
  EXPECT_NE(printed_data(replay_tree(story)).find("\"fate\": \"dies\""), std::string::npos);
  const auto says = [&](const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  says("1 flow in 6m through nlb: 1 would have died");
  says("nlb would have forgotten it at 5m50s, when tcp.established of 5m50s ran out");
  says("10s too late");
  says("was answered with RST at 6m, after 6m of silence");
  says("Left out: 2 packets of IPv6.");
}

}  // namespace
}  // namespace stayalive
