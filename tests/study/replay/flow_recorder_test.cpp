// SPDX-License-Identifier: Apache-2.0
#include "study/replay/flow_recorder.h"

#include <gtest/gtest.h>

#include "scenario/parse.h"

namespace stayalive {
namespace {

Packet segment_of(std::uint32_t sequence, std::uint16_t payload,
                  std::uint8_t flags = tcp_flag::kAck) {
  Packet packet;
  packet.protocol = Protocol::Tcp;
  packet.sequence = sequence;
  packet.payload = payload;
  packet.flags = flags;
  return packet;
}

ReplayedFlow tcp_flow(Duration span) {
  ReplayedFlow flow;
  flow.number = 3;
  flow.server = {ipv4(203, 0, 113, 10), 22};
  flow.last = kStart + span;
  return flow;
}

std::string scenario_of(const FlowRecorder& recorder, const ReplayedFlow& flow) {
  const Result<std::string> text = recorder.scenario(flow, {}, "a \"capture\"");
  if (!text.ok()) return to_string(text.errors().front());
  const Result<Scenario> read = parse_scenario(text.value(), "f.json");
  EXPECT_TRUE(read.ok()) << text.value() << to_string(read.errors().front());
  return text.value();
}

void expect_says(const std::string& text, const std::string& part, bool there = true) {
  EXPECT_EQ(text.find(part) != std::string::npos, there) << part << "\n" << text;
}

TEST(FlowRecorder, JoinsTheSegmentsOfAMessageAndLeavesOutWhatIsSentAgain) {
  FlowRecorder recorder;
  recorder.add(kStart, Side::Internal, segment_of(99, 0, tcp_flag::kSyn));
  recorder.add(kStart + 1s, Side::Internal, segment_of(100, 1000));
  recorder.add(kStart + 1s + 10ms, Side::Internal, segment_of(1100, 500));
  // 1.200  the second half again, and what nobody has seen yet
  recorder.add(kStart + 1200ms, Side::Internal, segment_of(1100, 700));
  // 60.000  a keepalive, one octet back
  recorder.add(kStart + 60s, Side::Internal, segment_of(1799, 0));
  recorder.add(kStart + 60s, Side::Internal, segment_of(1799, 1));
  const std::string text = scenario_of(recorder, tcp_flow(2min));
  expect_says(text, R"({"at": "1s", "from": "client", "bytes": 1500})");
  expect_says(text, R"({"at": "1.2s", "from": "client", "bytes": 200})");
  expect_says(text, "\"at\": \"1m\"", false);
  expect_says(text, R"("port": 22, "strategy": "silent")");
}

TEST(FlowRecorder, AHundredthOfASecondLaterIsAnotherMessage) {
  FlowRecorder recorder;
  recorder.add(kStart + 1s, Side::Internal, segment_of(100, 10));
  recorder.add(kStart + 1s + 10ms + 1ns, Side::Internal, segment_of(110, 20));
  const std::string text = scenario_of(recorder, tcp_flow(2min));
  expect_says(text, R"("bytes": 10})");
  expect_says(text, R"("bytes": 20})");
}

TEST(FlowRecorder, WritesWhatRepeatsItselfOnce) {
  FlowRecorder recorder;
  Packet datagram;
  datagram.payload = 32;
  for (int i = 1; i <= 5; ++i) recorder.add(kStart + i * 25s, Side::Internal, datagram);
  ReplayedFlow flow = tcp_flow(3min);
  flow.protocol = Protocol::Udp;
  const std::string text = scenario_of(recorder, flow);
  expect_says(text, R"({"at": "25s", "from": "client", "bytes": 32, "every": "25s", "until": )"
                    R"("2m5.000000001s"})");
}

TEST(FlowRecorder, WritesTheKeepaliveThatWasFoundAndTheEnd) {
  FlowRecorder recorder;
  recorder.add(kStart + 1s, Side::External, segment_of(100, 10));
  recorder.add(kStart + 90s, Side::External, segment_of(110, 0, tcp_flag::kFin | tcp_flag::kAck));
  ReplayedFlow flow = tcp_flow(2min);
  flow.keepalive = FoundKeepalive{Side::External, true, 0, 30s + 40ms, 9};
  const std::string text = scenario_of(recorder, flow);
  expect_says(text, R"({"tcp_keepalive": {"idle": "30s", "side": "server"}})");
  expect_says(text, R"({"at": "1m30s", "close": "flow", "side": "server"})");
}

TEST(FlowRecorder, ARstByWhichTheFlowBrokeIsNotPlayed) {
  FlowRecorder recorder;
  recorder.add(kStart + 1s, Side::Internal, segment_of(100, 10));
  recorder.add(kStart + 90s, Side::External, segment_of(110, 0, tcp_flag::kRst));
  ReplayedFlow flow = tcp_flow(2min);
  expect_says(scenario_of(recorder, flow), R"("kill": "flow", "side": "server")");
  flow.broken = BrokenFlow{};
  expect_says(scenario_of(recorder, flow), "kill", false);
}

TEST(FlowRecorder, RefusesWhatNoScenarioHas) {
  Packet datagram;
  datagram.payload = 1473;
  FlowRecorder large;
  large.add(kStart, Side::Internal, datagram);
  ReplayedFlow flow = tcp_flow(1h);
  flow.protocol = Protocol::Udp;
  expect_says(scenario_of(large, flow), "datagrams of more than 1472 bytes");
  FlowRecorder many;
  for (std::size_t i = 0; i <= FlowRecorder::kMostMessages; ++i) {
    datagram.payload = static_cast<std::uint16_t>(i % 2 == 0 ? 10 : 20);
    many.add(kStart + i * 100ms, Side::Internal, datagram);
  }
  expect_says(scenario_of(many, flow), "more than 10000 messages");
}

}  // namespace
}  // namespace stayalive
