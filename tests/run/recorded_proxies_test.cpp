// SPDX-License-Identifier: Apache-2.0
// What real proxies did, second by second, and the same in the simulator.  Recorded on 2026-11-30
// on Linux 6.18 with HAProxy 2.6.12 (mode tcp) and nginx 1.22.1 (stream), Debian 12, client, proxy
// and server on one loopback; seconds since the client connected, rounded to tenths.  An end that
// keeps its connection open has more to write after the recording.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/trace.h"
#include "run/run.h"
#include "scenario/parse.h"

namespace stayalive {
namespace {

// What reaches the two ends: "5.0 server FIN".
class Arrivals final : public TraceSink {
 public:
  explicit Arrivals(Duration length) : length_(length) {}
  void record(const TraceRecord& record, const std::string& where) override {
    if (record.kind != TraceKind::Arrived || record.at - kStart > length_) return;
    if (where != "client" && where != "server") return;
    const auto tenths = (record.at - kStart + 50ms) / 100ms;
    const auto note = [&](const char* what) {
      seen.push_back(fmt::format("{}.{} {} {}", tenths / 10, tenths % 10, where, what));
    };
    const Packet& packet = record.packet;
    if (packet.has(tcp_flag::kSyn)) return;
    if (packet.payload > 0) note("data");
    if (packet.has(tcp_flag::kFin)) note("FIN");
    if (packet.has(tcp_flag::kRst)) note("RST");
  }
  std::vector<std::string> seen;

 private:
  Duration length_;
};

struct Recording {
  std::string name;
  std::string proxy;    // its values
  std::string traffic;  // what both ends write, beside the client's request at 1 s
  std::string events;   // what their programs do
  Duration length;      // of the recording
  std::vector<std::string> arrivals;
};

constexpr const char* kHaproxy =
    R"("on_inactivity": "half-close", "server_ending": "fin-and-reset", "passed_reset": "server")";
constexpr const char* kNginx = R"("half_close": "close-both")";
// Nobody closes because the other has.
constexpr const char* kBothStay = R"({"at": "20s"}, {"at": "20s", "from": "server"})";

std::vector<std::string> simulated(const Recording& recording, const char* product) {
  const std::string json = fmt::format(
      R"({{"duration": "1m", "path": [{{"proxy": {{"name": "proxy", {}, {}}}}}],
          "connections": [{{"name": "c", "finishes_after_eof": {{"client": true, "server": true}},
                            "traffic": [{}]}}], "events": [{}]}})",
      product, recording.proxy, recording.traffic, recording.events);
  const Result<Scenario> scenario = parse_scenario(json, recording.name);
  if (!scenario.ok()) return {to_string(scenario.errors().front())};
  Arrivals arrivals(recording.length);
  run(scenario.value(), {{}, &arrivals});
  return arrivals.seen;
}

void expect_recorded(const std::vector<Recording>& recordings, const char* product) {
  for (const Recording& recording : recordings) {
    std::vector<std::string> expected = recording.arrivals;
    std::vector<std::string> found = simulated(recording, product);
    // What comes in one instant at two ends has no order.
    std::stable_sort(expected.begin(), expected.end(), std::less<>());
    std::stable_sort(found.begin(), found.end(), std::less<>());
    EXPECT_EQ(found, expected) << recording.name;
  }
}

std::string with_request(const char* more) {
  return std::string(R"({"at": "1s", "bytes": 100}, )") + more;
}

TEST(RecordedProxies, HaproxyTimesBothSidesApart) {
  const std::string silent = with_request(kBothStay);
  const std::string pings =
      with_request(R"({"at": "2s", "every": "2s", "until": "10500ms", "from": "server"})") + ", " +
      kBothStay;
  const std::vector<std::string> values{
      R"("client_timeout": "4s", "server_timeout": "20s")",
      R"("client_timeout": "8s", "server_timeout": "4s")",
      R"("client_timeout": "4s", "server_timeout": "8s")",
      R"("client_timeout": "4s", "server_timeout": "4s")",
      R"("client_timeout": "8s", "server_timeout": "8s", "tunnel_timeout": "3s")",
      R"("client_timeout": "3s", "server_timeout": "3s", "tunnel_timeout": "8s")"};
  const char* answer = R"({"at": "1s", "bytes": 100, "answer": {"after": "6s"}})";
  expect_recorded({{"client 4 s, server 20 s, answer after 6 s",
                    values[0],
                    answer,
                    "",
                    14s,
                    {"1.0 server data", "5.0 server FIN", "7.0 client data", "7.0 client FIN"}},
                   {"client 8 s, server 4 s",
                    values[1],
                    silent,
                    "",
                    14s,
                    {"1.0 server data", "5.0 client FIN", "9.0 server FIN", "9.0 server RST"}},
                   {"client 4 s, server 8 s",
                    values[2],
                    silent,
                    "",
                    14s,
                    {"1.0 server data", "5.0 server FIN", "9.0 server RST", "9.0 client FIN"}},
                   {"client 4 s, server 4 s",
                    values[3],
                    silent,
                    "",
                    14s,
                    {"1.0 server data", "5.0 server FIN", "5.0 server RST", "5.0 client FIN"}},
                   {"tunnel 3 s",
                    values[4],
                    silent,
                    "",
                    14s,
                    {"1.0 server data", "4.0 server FIN", "4.0 server RST", "4.0 client FIN"}},
                   {"tunnel 8 s",
                    values[5],
                    silent,
                    "",
                    14s,
                    {"1.0 server data", "9.0 server FIN", "9.0 server RST", "9.0 client FIN"}},
                   {"client 4 s, server 4 s, the server speaks until 10 s",
                    values[3],
                    pings,
                    "",
                    19s,
                    {"1.0 server data", "2.0 client data", "4.0 client data", "6.0 client data",
                     "8.0 client data", "10.0 client data", "14.0 server FIN", "14.0 server RST",
                     "14.0 client FIN"}},
                   {"client 4 s, server 20 s, the server speaks until 10 s",
                    values[0],
                    pings,
                    "",
                    19s,
                    {"1.0 server data", "2.0 client data", "4.0 client data", "6.0 client data",
                     "8.0 client data", "10.0 client data", "14.0 server FIN"}}},
                  kHaproxy);
}

TEST(RecordedProxies, HaproxyWithIndependentStreamsHeedsOnlyWhatItReads) {
  const std::string pings =
      with_request(R"({"at": "2s", "every": "2s", "until": "8500ms", "from": "server"})") + ", " +
      kBothStay;
  expect_recorded({{"client 4 s, server 20 s, the server speaks until 8 s",
                    R"("client_timeout": "4s", "server_timeout": "20s", "activity": "read")",
                    pings,
                    "",
                    11s,
                    {"1.0 server data", "2.0 client data", "4.0 client data", "5.0 server FIN",
                     "6.0 client data", "8.0 client data"}}},
                  kHaproxy);
}

TEST(RecordedProxies, HaproxyReadsNoMoreOfAClientThatCameTooLate) {
  const std::string late = with_request(
      R"({"at": "6s", "bytes": 50}, {"at": "8s", "from": "server"}, {"at": "20s"},
         {"at": "20s", "from": "server"})");
  expect_recorded({{"the client speaks after its 4 s, the server closes after 9 s",
                    R"("client_timeout": "4s", "server_timeout": "20s")",
                    late,
                    R"({"at": "9s", "close": "c", "side": "server"})",
                    10s,
                    {"1.0 server data", "5.0 server FIN", "8.0 client data", "9.0 client FIN",
                     "9.0 client RST"}}},
                  kHaproxy);
}

// A WebSocket through mode http: where a timer closes both, the server gets no FIN before the RST.
TEST(RecordedProxies, HaproxyInModeHttpResetsTheServerOfAWebSocket) {
  const std::string silent = with_request(R"({"at": "1s", "from": "server"}, {"at": "20s"},
                      {"at": "20s", "from": "server"})");
  const std::string pings =
      with_request(R"({"at": "1s", "from": "server"}, {"at": "3s", "from": "server"},
                      {"at": "6s", "from": "server"}, {"at": "9s", "from": "server"},
                      {"at": "20s"}, {"at": "20s", "from": "server"})");
  expect_recorded({{"client 4 s, server 8 s",
                    R"("client_timeout": "4s", "server_timeout": "8s")",
                    silent,
                    "",
                    12s,
                    {"1.0 server data", "1.0 client data", "5.0 server FIN", "9.0 client FIN",
                     "9.0 server RST"}},
                   {"tunnel 8 s",
                    R"("client_timeout": "3s", "server_timeout": "3s", "tunnel_timeout": "8s")",
                    silent,
                    "",
                    12s,
                    {"1.0 server data", "1.0 client data", "9.0 server RST", "9.0 client FIN"}},
                   {"client 4 s, server 4 s, the server pings until 9 s",
                    R"("client_timeout": "4s", "server_timeout": "4s")",
                    pings,
                    "",
                    15s,
                    {"1.0 server data", "1.0 client data", "3.0 client data", "6.0 client data",
                     "9.0 client data", "13.0 client FIN", "13.0 server RST"}}},
                  R"("on_inactivity": "half-close", "server_ending": "reset")");
}

TEST(RecordedProxies, ProbesCrossNeitherAndProlongNothing) {
  // TCP keepalive of the client every second: HAProxy answers, and its client_timeout runs out.
  const std::string probes = fmt::format(
      R"({{"duration": "1m", "path": [{{"proxy": {{"name": "proxy", "client_timeout": "4s",
          "server_timeout": "6s", {}}}}}], "connections": [{{"name": "c",
          "strategy": {{"tcp_keepalive": {{"idle": "1s", "interval": "1s", "side": "client"}}}},
          "finishes_after_eof": {{"client": true, "server": true}}, "traffic": [{}]}}]}})",
      kHaproxy, with_request(kBothStay));
  const Result<Scenario> scenario = parse_scenario(probes, "probes");
  ASSERT_TRUE(scenario.ok()) << to_string(scenario.errors().front());
  Arrivals arrivals(14s);
  run(scenario.value(), {{}, &arrivals});
  EXPECT_EQ(arrivals.seen, (std::vector<std::string>{"1.0 server data", "5.0 server FIN",
                                                     "7.0 client FIN", "7.0 server RST"}));
}

constexpr const char* kLong = R"("idle_timeout": "20s")";
constexpr const char* kLongHaproxy = R"("client_timeout": "20s", "server_timeout": "20s")";
constexpr const char* kClientShutsDown = R"({"at": "3s", "shutdown": "c", "side": "client"})";
constexpr const char* kServerShutsDown = R"({"at": "3s", "shutdown": "c", "side": "server"})";
constexpr const char* kClientCloses = R"({"at": "3s", "close": "c", "side": "client"})";
constexpr const char* kServerCloses = R"({"at": "3s", "close": "c", "side": "server"})";
// A program that ends with something unread, which its kernel turns into a RST.
constexpr const char* kClientResets =
    R"({"at": "2s", "stop_reading": "c", "side": "client", "for": "1m"},
       {"at": "3s", "kill": "c", "side": "client"})";
constexpr const char* kServerResets =
    R"({"at": "2s", "stop_reading": "c", "side": "server", "for": "1m"},
       {"at": "3s", "kill": "c", "side": "server"})";

TEST(RecordedProxies, HaproxyPassesAHalfCloseOnInBothDirections) {
  const std::string late_answer = with_request(R"({"at": "6s", "from": "server"}, {"at": "20s"},
                      {"at": "20s", "from": "server"})");
  const std::string late_word =
      with_request(R"({"at": "6s", "bytes": 70}, {"at": "20s"}, {"at": "20s", "from": "server"})");
  const std::string server_late =
      with_request(R"({"at": "5s", "from": "server"}, {"at": "20s", "from": "server"})");
  const std::string client_late = with_request(R"({"at": "5s"}, {"at": "20s"})");
  const std::vector<Recording> both{{"the client half-closes",
                                     kLong,
                                     late_answer,
                                     kClientShutsDown,
                                     8s,
                                     {"1.0 server data", "3.0 server FIN", "6.0 client data"}},
                                    {"the server half-closes",
                                     kLong,
                                     late_word,
                                     kServerShutsDown,
                                     8s,
                                     {"1.0 server data", "3.0 client FIN", "6.0 server data"}},
                                    {"the client closes, and the server speaks",
                                     kLong,
                                     server_late,
                                     kClientCloses,
                                     8s,
                                     {"1.0 server data", "3.0 server FIN", "5.0 client data"}},
                                    {"the server closes, and the client speaks",
                                     kLong,
                                     client_late,
                                     kServerCloses,
                                     8s,
                                     {"1.0 server data", "3.0 client FIN", "5.0 server data"}}};
  expect_recorded(both, kHaproxy);
  // nginx with proxy_half_close on did the same.
  expect_recorded(both, R"("half_close": "pass-on")");
}

TEST(RecordedProxies, NginxClosesBothSidesWhenEitherHalfCloses) {
  const std::string late_answer = with_request(R"({"at": "6s", "from": "server"}, {"at": "20s"},
                      {"at": "20s", "from": "server"})");
  const std::string late_word =
      with_request(R"({"at": "6s", "bytes": 70}, {"at": "20s"}, {"at": "20s", "from": "server"})");
  expect_recorded({{"the client half-closes",
                    kLong,
                    late_answer,
                    kClientShutsDown,
                    8s,
                    {"1.0 server data", "3.0 server FIN", "3.0 client FIN", "6.0 server RST"}},
                   {"the server half-closes",
                    kLong,
                    late_word,
                    kServerShutsDown,
                    8s,
                    {"1.0 server data", "3.0 server FIN", "3.0 client FIN", "6.0 client RST"}}},
                  kNginx);
}

TEST(RecordedProxies, NginxHasOneTimerForBothDirectionsAndClosesBothSides) {
  const std::string silent = with_request(kBothStay);
  const std::string pings =
      with_request(R"({"at": "2s", "every": "2s", "until": "8500ms", "from": "server"})") + ", " +
      kBothStay;
  const std::string answer = with_request(R"({"at": "7s", "from": "server"})") + ", " + kBothStay;
  const char* four = R"("idle_timeout": "4s")";
  expect_recorded({{"4 s, silent",
                    four,
                    silent,
                    "",
                    13s,
                    {"1.0 server data", "5.0 server FIN", "5.0 client FIN"}},
                   {"4 s, answer after 6 s",
                    four,
                    answer,
                    "",
                    13s,
                    {"1.0 server data", "5.0 server FIN", "5.0 client FIN", "7.0 server RST"}},
                   {"4 s, the server speaks until 8 s",
                    four,
                    pings,
                    "",
                    15s,
                    {"1.0 server data", "2.0 client data", "4.0 client data", "6.0 client data",
                     "8.0 client data", "12.0 server FIN", "12.0 client FIN"}}},
                  kNginx);
}

TEST(RecordedProxies, HaproxyPassesAResetOnToTheServerAlone) {
  const std::string to_client = with_request(R"({"at": "2500ms", "from": "server"}, {"at": "20s"},
                      {"at": "20s", "from": "server"})");
  const std::string to_server =
      with_request(R"({"at": "2500ms"}, {"at": "20s"}, {"at": "20s", "from": "server"})");
  const auto reset = [&](const char* towards_server) {
    return std::vector<Recording>{{"the client resets",
                                   kLongHaproxy,
                                   to_client,
                                   kClientResets,
                                   6s,
                                   {"1.0 server data", "2.5 client data", towards_server}},
                                  {"the server resets",
                                   kLongHaproxy,
                                   to_server,
                                   kServerResets,
                                   6s,
                                   {"1.0 server data", "2.5 server data", "3.0 client FIN"}}};
  };
  expect_recorded(reset("3.0 server RST"), kHaproxy);
  expect_recorded(reset("3.0 server FIN"), kNginx);
}

}  // namespace
}  // namespace stayalive
