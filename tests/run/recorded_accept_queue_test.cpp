// SPDX-License-Identifier: Apache-2.0
// What the accept queue of a real kernel did, and the same in the simulator.  Recorded on
// 2026-11-30 on Linux 6.18 on a loopback of its own: a server of so many threads, each of which
// accepts, reads a request, answers after a while and closes; and Apache 2.4.71 of Debian 12 with
// the prefork MPM, MaxRequestWorkers 2, ListenBacklog 1 and KeepAliveTimeout 3.  Clients connect
// one after the other, ask at once, and close when the server has, or eight seconds later.  Seconds
// since the first connected.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/scenario_story.h"

namespace stayalive {
namespace {

struct QueueSeen {
  double connected = 0;  // connect() returned
  double accepted = 0;   // accept() returned; of Apache: its answer came
};

struct QueueRecording {
  std::string name;
  int workers = 1;
  int backlog = 1;
  Duration gap{};    // from client to client
  std::string http;  // of the server
  std::string answer;
  std::string client{};  // keys of each
  std::vector<QueueSeen> seen;
};

constexpr const char* kClosesAfterUse = R"("server_keep_alive": false, "linger": "0s")";
constexpr const char* kApachePrefork = R"("keep_alive_timeout": "3s", "linger": "2s")";

std::vector<QueueRecording> queue_recordings() {
  return {
      {"one-worker",
       1,
       1,
       300ms,
       kClosesAfterUse,
       R"({"after": "3300ms"})",
       "",
       {{0, 0}, {0.30, 3.30}, {0.60, 6.60}, {8.04, 13.21}, {12.49, 16.51}, {3.54, 9.90}}},
      {"two-workers",
       2,
       1,
       150ms,
       kClosesAfterUse,
       R"({"after": "2450ms"})",
       "",
       {{0, 0},
        {0.15, 0.15},
        {0.30, 2.45},
        {0.45, 2.60},
        {2.64, 4.90},
        {2.80, 5.05},
        {5.01, 7.35},
        {5.14, 7.50}}},
      {"backlog-3",
       1,
       3,
       100ms,
       kClosesAfterUse,
       R"({"after": "1550ms"})",
       "",
       {{0, 0},
        {0.10, 1.55},
        {0.20, 3.10},
        {0.30, 4.66},
        {0.40, 6.21},
        {3.57, 9.31},
        {1.61, 7.76},
        {4.78, 10.86}}},
      {"long",
       1,
       1,
       300ms,
       kClosesAfterUse,
       R"({"after": "6500ms"})",
       "",
       {{0, 0}, {0.30, 6.50}, {0.60, 13.00}, {8.04, 19.50}}},
      {"apache",
       2,
       1,
       200ms,
       kApachePrefork,
       "{}",
       "",
       {{0, 0}, {0.20, 0.20}, {0.40, 3.01}, {0.60, 3.20}, {3.87, 6.21}, {3.04, 6.01}}},
      {"apache-ignored",
       2,
       1,
       200ms,
       kApachePrefork,
       "{}",
       R"(, "stays_after_eof": {"client": true})",
       {{0, 0}, {0.20, 0.20}, {0.41, 5.01}, {0.60, 5.21}, {5.92, 10.21}, {5.08, 10.01}}},
  };
}

std::string queue_scenario_of(const QueueRecording& recording) {
  std::string clients;
  for (std::size_t i = 0; i < recording.seen.size(); ++i) {
    const auto start = recording.gap * static_cast<int>(i) / 1ms;
    clients += fmt::format(
        R"({}{{"name": "c{}", "server": "web", "strategy": "http", "start": "{}ms"{},
            "traffic": [{{"at": "{}ms", "answer": {}}}]}})",
        i == 0 ? "" : ",", i, start, recording.client, start, recording.answer);
  }
  return fmt::format(
      R"({{"duration": "1m", "hosts": {{"client": {{"tcp": {{"timer_hz": 250}}}}}},
          "servers": {{"web": {{"workers": {}, "backlog": {}, {}}}}}, "connections": [{}]}})",
      recording.workers, recording.backlog, recording.http, clients);
}

TimePoint seconds_in(double seconds) {
  return kStart + std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000 + 0.5));
}

// The kernel's timers were up to an eighth late.
TEST(RecordedAcceptQueue, DoesAsTheKernelDid) {
  for (const QueueRecording& recording : queue_recordings()) {
    SCOPED_TRACE(recording.name);
    const ScenarioStory story(queue_scenario_of(recording));
    for (std::size_t i = 0; i < recording.seen.size(); ++i) {
      const std::string name = fmt::format("c{}", i);
      const ConnectionReport& its = story.connection(name);
      const std::optional<TimePoint> connected = story.client(name).opened_at;
      EXPECT_TRUE(close_to(connected, seconds_in(recording.seen[i].connected), 200ms)) << name;
      if (!connected) continue;
      EXPECT_TRUE(close_to(*connected + its.admission->figures.longest_wait,
                           seconds_in(recording.seen[i].accepted), 60ms))
          << name;
    }
  }
}

// TCP_DEFER_ACCEPT by seconds, and when the kernel asked a silent client for the last time and
// accepted it.  Apache sets 30 s.
TEST(RecordedAcceptQueue, DefersAsTheKernelDid) {
  const std::vector<std::pair<int, double>> seen{{1, 1.03}, {2, 3.03},   {3, 3.04},  {4, 7.26},
                                                 {7, 7.12}, {10, 15.39}, {30, 31.44}};
  for (const auto& [seconds, accepted] : seen) {
    const ScenarioStory story(fmt::format(
        R"({{"duration": "1m", "hosts": {{"server": {{"tcp": {{"timer_hz": 250}}}}}},
            "servers": {{"web": {{"defer_accept": "{}s"}}}},
            "connections": [{{"name": "silent", "server": "web"}}]}})",
        seconds));
    EXPECT_TRUE(close_to(story.server("silent").opened_at, seconds_in(accepted), 300ms)) << seconds;
  }
}

// nginx 1.22.1 with worker_connections 10, of which it needs two itself: one client each half
// second asks once and keeps its connection.  From the ninth on, each newcomer closed the longest
// idle one at the instant at which it came, the first at 4.00 s, the eighth at 7.51 s; the last
// eight stayed.
TEST(RecordedAcceptQueue, MakesRoomAsNginxDid) {
  std::string clients;
  for (int i = 0; i < 16; ++i)
    clients += fmt::format(R"({}{{"name": "c{}", "server": "web", "strategy": "http",
                                  "start": "{}ms",
                                  "traffic": [{{"at": "{}ms", "answer": {{}}}}]}})",
                           i == 0 ? "" : ",", i, i * 500, i * 500);
  const ScenarioStory story(fmt::format(
      R"({{"duration": "15s", "servers": {{"web": {{"profile": "nginx", "max_connections": 8}}}},
          "connections": [{}]}})",
      clients));
  for (int i = 0; i < 16; ++i) {
    const std::string name = fmt::format("c{}", i);
    const SideReport& client = story.client(name);
    EXPECT_EQ(client.messages.answered, 1u) << name;
    EXPECT_EQ(story.connection(name).admission->figures.longest_wait, 0s) << name;
    ASSERT_FALSE(client.timeline.empty()) << name;
    const Transition& last = client.timeline.back();
    EXPECT_EQ(last.outcome, i < 8 ? Outcome::Closed : Outcome::Alive) << name;
    if (i >= 8) continue;
    EXPECT_TRUE(close_to(last.at, seconds_in(4.0 + 0.5 * i), 20ms)) << name;
  }
}

// With half a request on each of the eight connections nothing was idle, and the ninth client was
// reset as soon as it had sent its own.
TEST(RecordedAcceptQueue, TurnsAwayAsNginxDid) {
  std::string clients;
  for (int i = 0; i < 9; ++i)
    clients += fmt::format(R"({}{{"name": "c{}", "server": "web", "strategy": "http",
                                  "start": "{}ms",
                                  "traffic": [{{"at": "{}ms", "answer": {{"after": "1h"}}}}]}})",
                           i == 0 ? "" : ",", i, i * 300, i * 300);
  const ScenarioStory story(fmt::format(
      R"({{"duration": "15s", "servers": {{"web": {{"profile": "nginx", "max_connections": 8}}}},
          "connections": [{}]}})",
      clients));
  EXPECT_EQ(story.client("c7").messages.failed, 0u);
  EXPECT_EQ(story.client("c8").messages.failed, 1u);
  ASSERT_EQ(story.connection("c8").lost_requests.size(), 1u);
  EXPECT_TRUE(close_to(story.connection("c8").lost_requests.front().at, seconds_in(2.41), 20ms));
}

// A page of 2 kB and 12 objects of 3 kB over six connections at two processes of Apache, 50 ms
// away: 6.5 s at a keep-alive timeout of 3 s, 10.5 s at 5 s, 0.46 s when each connection is closed
// after use.
TEST(RecordedAcceptQueue, APageWaitsForTheProcessesThatItsOwnConnectionsHold) {
  const std::vector<std::pair<std::string, double>> seen{{R"("keep_alive_timeout": "3s")", 6.5},
                                                         {R"("keep_alive_timeout": "5s")", 10.5},
                                                         {R"("server_keep_alive": false)", 0.46}};
  for (const auto& [http, loaded] : seen) {
    const ScenarioStory story(fmt::format(
        R"({{"duration": "1m", "path": [{{"link": {{"delay": "25ms"}}}}],
            "servers": {{"web": {{"profile": "apache-prefork", "workers": 2, {}}}}},
            "connections": [{{"name": "browser", "server": "web", "strategy": "http",
              "page": {{"document": 2000, "resources": 12, "size": 3000}}}}]}})",
        http));
    const PageFigures& pages = story.connection("browser").session->figures.pages;
    EXPECT_TRUE(close_to(kStart + pages.first_load, seconds_in(loaded), 60ms)) << http;
  }
}

// Of five that called at 11.3 s with a backlog of one and a place for two: the first two had
// SYN-ACKs of the kernel's, the third a SYN cookie; what it sent was repeated at 0.20, 0.41,
// 0.83, 1.67 s and so on, as it is by whoever waits for an acknowledgment.
TEST(RecordedAcceptQueue, RepeatsARequestThatIsIgnored) {
  const ScenarioStory story(R"({"duration": "1m",
    "servers": {"web": {"workers": 1, "backlog": 1, "keep_alive_timeout": "10s", "linger": "0s"}},
    "connections": [
      {"name": "a", "server": "web", "strategy": "http", "traffic": [{"at": "0s", "answer": {}}]},
      {"name": "b", "server": "web", "strategy": "http", "start": "1s",
       "traffic": [{"at": "1s", "answer": {}}]},
      {"name": "c", "server": "web", "strategy": "http", "start": "1s",
       "traffic": [{"at": "1s", "answer": {}}]},
      {"name": "d", "server": "web", "strategy": "http", "start": "1s",
       "traffic": [{"at": "1s", "answer": {}}]}]})");
  EXPECT_EQ(story.client("d").opened_at, kStart + 1s);
  // The acknowledgment, the request, and the request again until a has left at 10 s.
  EXPECT_EQ(story.connection("d").admission->figures.ignored, 2u + 6u);
}

}  // namespace
}  // namespace stayalive
