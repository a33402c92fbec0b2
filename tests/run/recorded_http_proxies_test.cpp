// SPDX-License-Identifier: Apache-2.0
// What real proxies of HTTP did, request by request, and the same in the simulator.  Recorded on
// 2026-11-30 on Linux 6.18 with nginx 1.22.1, HAProxy 2.6.12 (mode http) and Apache 2.4 (mod_proxy)
// of Debian 12: a client and an origin of plain sockets, and the proxy, on one loopback; seconds
// since the client connected, rounded to tenths.  Connections at the origin are numbered.  HAProxy
// purges idle connections by a clock of its own, so that those rows are left out.  So is a client
// that leaves: HAProxy ends that connection to the server with a RST after the answer, at 2.8, and
// the model keeps it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "engine/trace.h"
#include "run/run.h"
#include "scenario/parse.h"

namespace stayalive {
namespace {

// What the two ends see: "2.0 server 1 request", "2.0 client 200", "6.0 client FIN".
class HttpArrivals final : public TraceSink {
 public:
  explicit HttpArrivals(Duration length) : length_(length) {}
  void record(const TraceRecord& record, const std::string& where) override {
    if (record.kind == TraceKind::Written) purposes_[record.packet.content] = record.detail;
    const Packet& packet = record.packet;
    if (where != "client" && where != "server") return;
    if (record.at - kStart > length_ || packet.protocol != Protocol::Tcp) return;
    const bool ends = packet.has(tcp_flag::kFin) || packet.has(tcp_flag::kRst);
    const std::uint16_t far =
        record.kind == TraceKind::Sent ? packet.destination_port : packet.source_port;
    const std::uint16_t near =
        record.kind == TraceKind::Sent ? packet.source_port : packet.destination_port;
    const auto connection = std::make_pair(where, where == "client" ? near : far);
    // Who has closed by itself sees no end any more.
    if (record.kind == TraceKind::Sent && ends) closed_[connection] = true;
    if (record.kind != TraceKind::Arrived || closed_[connection]) return;
    if (where == "server" && packet.has(tcp_flag::kSyn)) {
      const int number = static_cast<int>(numbers_.size()) + 1;
      numbers_.try_emplace(far, number);
    }
    if (packet.payload > 0) note(record.at, where, far, words(packet));
    if (packet.has(tcp_flag::kRst)) note(record.at, where, far, "RST");
    if (packet.has(tcp_flag::kFin)) note(record.at, where, far, "FIN");
  }
  std::vector<std::string> seen;

 private:
  std::string words(const Packet& packet) {
    const std::string purpose = purposes_[packet.content];
    return purpose.starts_with("HTTP request") ? "request" : purpose.substr(5, 3);
  }
  void note(TimePoint at, const std::string& where, std::uint16_t far, const std::string& what) {
    const auto tenths = (at - kStart + 50ms) / 100ms;
    const std::string who = where == "client" ? where : fmt::format("server {}", numbers_[far]);
    seen.push_back(fmt::format("{}.{} {} {}", tenths / 10, tenths % 10, who, what));
  }

  Duration length_;
  std::map<Content, std::string> purposes_;
  std::map<std::uint16_t, int> numbers_;  // of connections at the server
  std::map<std::pair<std::string, std::uint16_t>, bool> closed_;
};

// What the client and the origin did.
struct Play {
  std::string name;
  std::string traffic;
  std::string options;  // of http
  std::string events;
  Duration length;
};

constexpr const char* kTwo = R"({"at": "1s", "answer": {}}, {"at": "2s", "answer": {}})";
// The origin closes the connection instead of answering the request at 2 s, or at 1 s.
constexpr const char* kThree = R"({"at": "1s", "answer": {}},
  {"at": "2s", "answer": {"after": "30ms"}, "repeatable": true}, {"at": "3s", "answer": {}})";
constexpr const char* kThreePosts = R"({"at": "1s", "answer": {}},
  {"at": "2s", "answer": {"after": "30ms"}}, {"at": "3s", "answer": {}})";
constexpr const char* kDies = R"({"kill": "web", "side": "server", "at": "2010ms"})";
constexpr const char* kLeaves = R"("client_idle": "500ms")";

std::vector<Play> plays() {
  return {
      {"idle", R"({"at": "1s", "answer": {}})", "", "", 8s},
      {"two", kTwo, "", "", 8s},
      {"slow", R"({"at": "1s", "answer": {"after": "4s"}}, {"at": "4s", "answer": {}})", "", "",
       10s},
      {"die-first", R"({"at": "1s", "answer": {"after": "30ms"}}, {"at": "2s", "answer": {}})", "",
       R"({"kill": "web", "side": "server", "at": "1010ms"})", 4s},
      {"die-reused-get", kThree, "", kDies, 5s},
      {"die-reused-post", kThreePosts, "", kDies, 5s},
      {"die-reused-other-client", kThreePosts, R"("client_idle": "700ms")", kDies, 3600ms},
      {"leaves", R"({"at": "1s", "answer": {"after": "1800ms"}, "give_up": "500ms"})", "", "",
       4500ms},
      {"pipelined", R"({"at": "1s", "answer": {"after": "1s"}}, {"at": "1100ms", "answer": {}})",
       R"("pipelining": true)", "", 3500ms},
      {"http10", R"({"at": "1s", "answer": {}})", R"("version": "1.0")", "", 6s},
      {"http10-keep", kTwo, R"("version": "1.0", "connection": "keep-alive")", "", 8s},
      {"reconnect-reuse", kTwo, kLeaves, "", 2400ms},
  };
}

std::vector<std::string> simulated(const std::string& proxy, const Play& play) {
  const std::string json = fmt::format(
      R"({{"duration": "30s", "path": [{{"proxy": {{"name": "proxy", {}}}}}],
         "connections": [{{"name": "web", "strategy": {{"http": {{"keep_alive_timeout": "1m",
           "linger": "0s"{}{}}}}}, "reconnect": {{"when": "next-message", "repeat": "nothing",
           "first_with_message": true}}, "traffic": [{}]}}], "events": [{}]}})",
      proxy, play.options.empty() ? "" : ", ", play.options, play.traffic, play.events);
  const Result<Scenario> scenario = parse_scenario(json, play.name);
  EXPECT_TRUE(scenario.ok()) << (scenario.ok() ? "" : to_string(scenario.errors().front()));
  if (!scenario.ok()) return {};
  HttpArrivals arrivals(play.length);
  RunOptions options;
  options.trace = &arrivals;
  run(scenario.value(), options);
  return arrivals.seen;
}

using Recorded = std::map<std::string, std::vector<std::string>>;

void expect_recorded(const std::string& proxy, const Recorded& recorded) {
  std::size_t compared = 0;
  for (const Play& play : plays()) {
    const auto found = recorded.find(play.name);
    if (found == recorded.end()) continue;
    ++compared;
    // What happens within one tenth has no order.
    std::vector<std::string> real = found->second;
    std::vector<std::string> modelled = simulated(proxy, play);
    std::ranges::sort(real);
    std::ranges::sort(modelled);
    EXPECT_EQ(modelled, real) << play.name;
  }
  EXPECT_EQ(compared, recorded.size());
}

TEST(RecordedHttpProxies, Nginx) {
  expect_recorded(
      R"("profile": "nginx", "keep_alive_timeout": "5s", "pool_size": 8,
         "pool_idle_timeout": "3s", "response_timeout": "2s")",
      {{"idle", {"1.0 server 1 request", "1.0 client 200", "4.0 server 1 FIN", "6.0 client FIN"}},
       {"two",
        {"1.0 server 1 request", "1.0 client 200", "2.0 server 1 request", "2.0 client 200",
         "5.0 server 1 FIN", "7.0 client FIN"}},
       {"slow",
        {"1.0 server 1 request", "3.0 server 1 FIN", "3.0 client 504", "4.0 server 2 request",
         "4.0 client 200", "7.0 server 2 FIN", "9.0 client FIN"}},
       {"die-first",
        {"1.0 server 1 request", "1.0 client 502", "2.0 server 2 request", "2.0 client 200"}},
       {"die-reused-get",
        {"1.0 server 1 request", "1.0 client 200", "2.0 server 1 request", "2.0 server 2 request",
         "2.0 client 200", "3.0 server 2 request", "3.0 client 200"}},
       {"die-reused-post",
        {"1.0 server 1 request", "1.0 client 200", "2.0 server 1 request", "2.0 client 502",
         "3.0 server 2 request", "3.0 client 200"}},
       {"die-reused-other-client",
        {"1.0 server 1 request", "1.0 client 200", "2.0 server 1 request", "2.0 client 502",
         "3.0 server 2 request", "3.0 client 200"}},
       {"leaves", {"1.0 server 1 request", "1.5 server 1 FIN"}},
       {"pipelined",
        {"1.0 server 1 request", "2.0 client 200", "2.0 server 1 request", "2.0 client 200"}},
       {"http10", {"1.0 server 1 request", "1.0 client 200", "1.0 client FIN", "4.0 server 1 FIN"}},
       {"http10-keep",
        {"1.0 server 1 request", "1.0 client 200", "2.0 server 1 request", "2.0 client 200",
         "5.0 server 1 FIN", "7.0 client FIN"}},
       {"reconnect-reuse",
        {"1.0 server 1 request", "1.0 client 200", "2.0 server 1 request", "2.0 client 200"}}});
}

TEST(RecordedHttpProxies, Haproxy) {
  expect_recorded(
      R"("profile": "haproxy", "keep_alive_timeout": "4s", "first_request_timeout": "6s",
         "response_timeout": "2s", "pool_idle_timeout": "1h")",
      {{"idle", {"1.0 server 1 request", "1.0 client 200", "5.0 client FIN"}},
       {"two",
        {"1.0 server 1 request", "1.0 client 200", "2.0 server 1 request", "2.0 client 200",
         "6.0 client FIN"}},
       {"slow",
        {"1.0 server 1 request", "3.0 client 504", "3.0 server 1 RST", "4.0 server 2 request",
         "4.0 client 200", "8.0 client FIN"}},
       {"die-first",
        {"1.0 server 1 request", "1.0 client 502", "2.0 server 2 request", "2.0 client 200"}},
       {"pipelined",
        {"1.0 server 1 request", "2.0 client 200", "2.0 server 1 request", "2.0 client 200"}},
       {"http10", {"1.0 server 1 request", "1.0 client 200", "1.0 client FIN"}},
       {"http10-keep",
        {"1.0 server 1 request", "1.0 client 200", "2.0 server 1 request", "2.0 client 200",
         "6.0 client FIN"}},
       {"reconnect-reuse",
        {"1.0 server 1 request", "1.0 client 200", "2.0 server 2 request", "2.0 client 200"}}});
}

// The second request of a client's connection gets no answer, the first of one does.
TEST(RecordedHttpProxies, HaproxyWithHttpReuseAlways) {
  expect_recorded(
      R"("profile": "haproxy", "keep_alive_timeout": "4s", "reuse": "always",
         "pool_idle_timeout": "1h")",
      {{"die-reused-other-client",
        {"1.0 server 1 request", "1.0 client 200", "2.0 server 1 request", "2.0 client 502",
         "3.0 server 2 request", "3.0 client 200"}}});
}

TEST(RecordedHttpProxies, ApacheAsAProxy) {
  expect_recorded(
      R"("profile": "apache-proxy", "keep_alive_timeout": "5s", "response_timeout": "2s")",
      {{"idle", {"1.0 server 1 request", "1.0 client 200", "6.0 client FIN"}},
       {"two",
        {"1.0 server 1 request", "1.0 client 200", "2.0 server 1 request", "2.0 client 200",
         "7.0 client FIN"}},
       {"slow",
        {"1.0 server 1 request", "3.0 server 1 FIN", "3.0 client 502", "4.0 server 2 request",
         "4.0 client 200", "9.0 client FIN"}},
       {"die-first",
        {"1.0 server 1 request", "1.0 client 502", "2.0 server 2 request", "2.0 client 200"}},
       {"die-reused-other-client",
        {"1.0 server 1 request", "1.0 client 200", "2.0 server 1 request", "2.0 client 502",
         "3.0 server 2 request", "3.0 client 200"}},
       {"leaves", {"1.0 server 1 request"}},
       {"pipelined",
        {"1.0 server 1 request", "2.0 client 200", "2.0 server 1 request", "2.0 client 200"}},
       {"http10", {"1.0 server 1 request", "1.0 client 200", "1.0 client FIN"}},
       {"http10-keep",
        {"1.0 server 1 request", "1.0 client 200", "2.0 server 1 request", "2.0 client 200",
         "7.0 client FIN"}},
       {"reconnect-reuse",
        {"1.0 server 1 request", "1.0 client 200", "2.0 server 1 request", "2.0 client 200"}}});
}

// Recorded of both: a request whose reused connection ends is not answered, and the client's
// connection is closed; what the client does then is its own.
TEST(RecordedHttpProxies, HaproxyAndApacheCloseWithoutAnAnswer) {
  for (const std::string profile : {"haproxy", "apache-proxy"}) {
    const std::vector<std::string> seen =
        simulated(fmt::format(R"("profile": "{}", "pool_idle_timeout": "1h")", profile),
                  {"die-reused", kThree, "", kDies, 2500ms});
    const std::vector<std::string> recorded{"1.0 server 1 request", "1.0 client 200",
                                            "2.0 server 1 request", "2.0 client FIN"};
    EXPECT_EQ(seen, recorded) << profile;
  }
}

}  // namespace
}  // namespace stayalive
