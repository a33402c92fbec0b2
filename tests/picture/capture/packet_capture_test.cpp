// SPDX-License-Identifier: Apache-2.0
#include "picture/capture/packet_capture.h"

#include <gtest/gtest.h>

#include "engine/trace_fork.h"
#include "run/run.h"
#include "scenario/parse.h"
#include "support/scenario_text.h"
#include "support/shipped.h"
#include "support/temporary_folder.h"
#include "support/tshark.h"

namespace stayalive {
namespace {

// The packets that a station sees, in the order in which they are captured there.
class Seen final : public TraceSink {
 public:
  Seen(std::string station, std::optional<Side> host_on)
      : station_(std::move(station)), host_on_(host_on) {}
  void record(const TraceRecord& record, const std::string& where) override {
    if (where != station_ || record.kind >= TraceKind::Event) return;
    const bool sends_nothing =
        record.kind == TraceKind::Dropped && host_on_ && record.towards != *host_on_;
    if (sends_nothing) return;
    const bool refused = record.kind == TraceKind::Dropped && !host_on_;
    packets.push_back({record.packet, refused});
  }
  struct SeenPacket {
    Packet packet;
    bool refused = false;  // by a box
  };
  std::vector<SeenPacket> packets;

 private:
  std::string station_;
  std::optional<Side> host_on_;
};

struct CapturedRun {
  std::string bytes;
  std::vector<Seen::SeenPacket> packets;
  RunReport report;
};

CapturedRun capture(const Scenario& scenario, const std::string& station,
                    std::optional<std::size_t> connection = std::nullopt) {
  std::optional<Side> host_on;
  for (const HostSpec& host : scenario.hosts) {
    if (host.name == station) host_on = host.side;
  }
  CapturedRun captured;
  PacketCapture capture(scenario, {connection, station}, scenario.seed,
                        [&](std::string_view piece) { captured.bytes += piece; });
  Seen seen(station, host_on);
  TraceFork fork(&capture, &seen);
  captured.report = run(scenario, {.trace = &fork, .messages = capture.reader()});
  const std::string head = capture.finish(captured.report);
  captured.bytes.replace(0, head.size(), head);
  captured.packets = std::move(seen.packets);
  return captured;
}

// Nothing that IPsec sends on its port is so short.
bool is_no_ipsec(const Packet& packet) {
  return packet.protocol == Protocol::Udp &&
         (packet.source_port == 4500 || packet.destination_port == 4500) && packet.payload > 1 &&
         packet.payload < 8;
}

void expect_wireshark_agrees(const Scenario& scenario, const std::string& station) {
  SCOPED_TRACE(scenario.file + " at " + station);
  const CapturedRun captured = capture(scenario, station);
  const TemporaryFolder folder;
  folder.write("c.pcapng", captured.bytes);
  const std::vector<SharkPacket> packets = read_with_tshark(folder.name("c.pcapng"));
  ASSERT_EQ(packets.size(), captured.packets.size());
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const auto& [packet, refused] = captured.packets[i];
    const PacketKind kind = packet.notes.kind;
    SCOPED_TRACE("packet " + std::to_string(i + 1) + ", " + print_packet(packet));
    ASSERT_EQ(packets[i].malformed, is_no_ipsec(packet));
    ASSERT_FALSE(packets[i].bad_checksum);
    // A probe of a closed window is a keepalive to the eye: Linux sends the same segment.
    const bool probe = kind == PacketKind::KeepaliveProbe || kind == PacketKind::WindowProbe;
    // What a NAT refuses is addressed to its outside, and in no conversation with what it passes.
    ASSERT_TRUE(packets[i].keepalive == probe || (probe && refused));
    ASSERT_TRUE(!packets[i].retransmission || kind == PacketKind::Retransmission);
  }
}

void expect_wireshark_agrees(const std::string& shipped, bool everywhere) {
  const Result<Scenario> read = read_scenario(project_path("scenarios/" + shipped + ".json"));
  ASSERT_TRUE(read.ok());
  const Result<Scenario> scenario = scenario_to_capture(read.value());
  ASSERT_TRUE(scenario.ok());
  const std::vector<std::string> all = PacketCapture::stations(scenario.value(), 1);
  for (std::size_t i = 0; i < (everywhere ? all.size() : 1); ++i)
    expect_wireshark_agrees(scenario.value(), all[i]);
}

TEST(PacketCapture, WiresharkFindsNothingWrongAtAnyClient) {
  if (!has_tshark()) GTEST_SKIP() << "tshark is not installed (tools/setup test installs it)";
  for (const std::string& shipped : shipped_scenarios()) expect_wireshark_agrees(shipped, false);
}

TEST(PacketCapture, WiresharkFindsNothingWrongAtBoxesProxiesAndServers) {
  if (!has_tshark()) GTEST_SKIP() << "tshark is not installed (tools/setup test installs it)";
  for (const std::string shipped : {"a-linux-router-takes-up-again-what-it-has-forgotten",
                                    "azure-tells-both-ends-when-tcp-reset-is-enabled",
                                    "kernel-keepalive-after-two-hours-comes-too-late",
                                    "keepalive-on-the-wrong-leg-of-a-gateway-has-no-effect",
                                    "openvpn-keepalive-decides-survival-and-detection",
                                    "twenty-five-seconds-leave-no-room-for-a-lost-packet"})
    expect_wireshark_agrees(shipped, true);
}

// At which packet of the capture a comment stands, from 1; 0: nowhere.
std::size_t commented(const CapturedRun& captured, const std::string& comment) {
  const TemporaryFolder folder;
  folder.write("c.pcapng", captured.bytes);
  const CommandResult found =
      run_command("tshark -n -r '" + folder.name("c.pcapng") + "' -Y 'frame.comment contains \"" +
                  comment + "\"' -T fields -e frame.number 2>/dev/null");
  return found.output.empty() ? 0 : std::stoul(found.output);
}

// A firewall that forgets after 60 s; the client speaks again after 90 s.
constexpr const char* kNinetySeconds = R"({"title": "ninety seconds", "duration": "2m",
  "path": [{"link": {"delay": "1ms"}}, {"middlebox": {"name": "fw", "profile": "linux-firewall",
            "timeouts": {"tcp.established": "60s"}, "netfilter": {"tcp_loose": false}}}],
  "connections": [{"name": "c", "traffic": [{"from": "client", "at": "90s"}]},
                  {"name": "other"}]})";

TEST(PacketCapture, CommentsSayWhoForgotAndWhatWasDropped) {
  if (!has_tshark()) GTEST_SKIP() << "tshark is not installed (tools/setup test installs it)";
  const CapturedRun captured = capture(right(kNinetySeconds), "fw", 0);
  // The handshake of three, then what comes too late.
  EXPECT_EQ(commented(captured, "new flow as"), 1u);
  EXPECT_EQ(commented(captured, "expired: 1m of tcp.established"), 4u);
  EXPECT_EQ(commented(captured, "fw drops it: "), 4u);
  EXPECT_EQ(commented(captured, "other"), 0u) << "only the one that was chosen";
}

// A field of the first packets of a capture, with commas between them.
std::string field_of(const CapturedRun& captured, const std::string& field, int packets) {
  const TemporaryFolder folder;
  folder.write("c.pcapng", captured.bytes);
  return run_command("tshark -n -r '" + folder.name("c.pcapng") + "' -c " +
                     std::to_string(packets) + " -T fields -e " + field +
                     " 2>/dev/null | tr '\\n' ,")
      .output;
}

TEST(PacketCapture, DirectionsAreThoseOfTheStation) {
  if (!has_tshark()) GTEST_SKIP() << "tshark is not installed (tools/setup test installs it)";
  const Scenario scenario = right(kNinetySeconds);
  // The three of a handshake: sent is 2, received is 1.
  const std::string field = "frame.packet_flags_direction";
  EXPECT_EQ(field_of(capture(scenario, "client", 0), field, 3),
            "0x00000002,0x00000001,0x00000002,");
  EXPECT_EQ(field_of(capture(scenario, "server", 0), field, 3),
            "0x00000001,0x00000002,0x00000001,");
  // A box sees what comes from inside come, and what goes there go.
  EXPECT_EQ(field_of(capture(scenario, "fw", 0), field, 3), "0x00000001,0x00000002,0x00000001,");
}

TEST(PacketCapture, TimestampsAreEchoedAndInstantsAreExact) {
  if (!has_tshark()) GTEST_SKIP() << "tshark is not installed (tools/setup test installs it)";
  const CapturedRun captured = capture(right(kNinetySeconds), "client", 0);
  const std::string sent = field_of(captured, "tcp.options.timestamp.tsval", 2);
  const std::string echoed = field_of(captured, "tcp.options.timestamp.tsecr", 2);
  const std::string of_syn = sent.substr(0, sent.find(','));
  EXPECT_EQ(echoed, "0," + of_syn + ",") << "the answer to the SYN echoes its timestamp";
  EXPECT_EQ(field_of(captured, "frame.time_epoch", 2), "0.000000000,0.002000000,");
}

TEST(PacketCapture, BeginsWithTheVerdictAndHasANameForEachAddress) {
  const CapturedRun captured = capture(right(kNinetySeconds), "");
  const auto has = [&](const std::string& text) {
    return captured.bytes.find(text) != std::string::npos;
  };
  EXPECT_TRUE(has("ninety seconds\nc: forgotten. fw forgot the connection at 1m"));
  EXPECT_TRUE(has(std::string("\x0a\0\0\x02"
                              "client\0",
                              11)) ||
              has(std::string("\xc0\x00\x02\x02"
                              "client\0",
                              11)));
  EXPECT_TRUE(has("as seen from its internal side"));
}

TEST(PacketCapture, WhatItKeepsDoesNotGrowWithTheRun) {
  const auto held = [](const std::string& duration) {
    const Scenario scenario = right(R"({"duration": ")" + duration + R"(", "connections": [
      {"name": "c", "strategy": {"keepalive": {"interval": "1s"}}}]})");
    PacketCapture capture(scenario, {}, 1, [](std::string_view) {});
    (void)run(scenario, {.trace = &capture, .messages = capture.reader()});
    return capture.held_bytes();
  };
  EXPECT_EQ(held("2h"), held("1m"));
}

TEST(PacketCapture, MembersOfAPopulationHavePacketsAndThousandsAreRefused) {
  const auto many =
      [](const std::string& count) {
        return scenario_to_capture(right(R"({"duration": "1m", "connections": [{"name": "phones",
      "transport": "udp", "count": )" + count +
                                         R"(, "strategy": {"keepalive": {"interval": "20s"}}}]})"));
      };
  const Result<Scenario> few = many("3");
  ASSERT_TRUE(few.ok());
  const CapturedRun captured = capture(few.value(), "phones[2]");
  EXPECT_EQ(captured.packets.size(), 6u) << "three pings and their answers";
  const Result<Scenario> crowd = many("10001");
  ASSERT_FALSE(crowd.ok());
  EXPECT_NE(crowd.errors().front().message.find("10000 at most"), std::string::npos);
}

}  // namespace
}  // namespace stayalive
