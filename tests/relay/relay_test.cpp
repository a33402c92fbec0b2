// SPDX-License-Identifier: Apache-2.0
#include "relay/relay.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "relay/privileges.h"
#include "run/run.h"
#include "scenario/parse.h"

namespace stayalive {
namespace {

using Json = nlohmann::json;

struct Ran {
  int exit_code = 0;
  std::string out;
};

Ran run_command(const std::string& command) {
  FILE* pipe = ::popen(command.c_str(), "r");
  Ran ran;
  std::array<char, 4096> piece{};
  for (std::size_t bytes = std::fread(piece.data(), 1, piece.size(), pipe); bytes > 0;
       bytes = std::fread(piece.data(), 1, piece.size(), pipe))
    ran.out.append(piece.data(), bytes);
  const int status = ::pclose(pipe);
  ran.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return ran;
}

const std::string kProgram = STAYALIVE_PROGRAM;
const std::string kPeer = STAYALIVE_LIVE_PEER;

// Why no session can be had here; empty: one can.
std::string why_not() {
  static const std::string why = [] {
    const Ran ran = run_command(kProgram + " live --quiet -- true 2>&1");
    return ran.exit_code == 0 ? std::string() : ran.out;
  }();
  return why;
}

// What a client of the test saw.
struct Question {
  Duration at{};  // of real time since it was connected
  Duration waited{};
  std::string what;
};

struct Session {
  std::vector<Question> questions;
  Json report;
};

// Runs a client with these silences through the boxes.
Session play(const std::string& through, std::uint32_t scale, const std::string& client,
             const std::string& options = "") {
  const std::string command = kProgram + " live --quiet --format json --through " + through +
                              " --scale " + std::to_string(scale) + " " + options + " --serve '" +
                              kPeer + " serve' -- " + kPeer + " " + client + " 2>&1";
  const Ran ran = run_command(command);
  EXPECT_EQ(ran.exit_code, 0) << command << "\n" << ran.out;
  Session session;
  std::istringstream lines(ran.out);
  while (lines.peek() != '{' && lines.peek() != EOF) {
    long long at = 0;
    long long waited = 0;
    std::string what;
    lines >> at >> waited >> what >> std::ws;
    session.questions.push_back({at * 1ms, waited * 1ms, what});
  }
  session.report = Json::parse(lines, nullptr, false);
  EXPECT_FALSE(session.report.is_discarded()) << ran.out;
  return session;
}

std::string in_nanoseconds(Duration span) { return std::to_string(span.count()) + "ns"; }

// The same in virtual time: a client that asks at the same instants.
ConnectionReport simulate(const std::string& box, const std::string& transport,
                          const Session& session, std::uint32_t scale) {
  std::string traffic;
  for (const Question& question : session.questions) {
    traffic += (traffic.empty() ? "" : ", ") + std::string("{\"at\": \"") +
               in_nanoseconds(question.at * scale) +
               "\", \"bytes\": 1, \"answer\": {\"after\": \"0s\", \"bytes\": 1}}";
  }
  const std::string text = "{\"duration\": \"24h\", \"path\": [{\"middlebox\": " + box +
                           "}], \"connections\": [{\"name\": \"a\", \"transport\": \"" + transport +
                           "\", \"strategy\": \"silent\", \"traffic\": [" + traffic + "]}]}";
  const Result<Scenario> scenario = parse_scenario(text, "");
  if (!scenario.ok()) {
    ADD_FAILURE() << to_string(scenario.errors().front()) << "\n" << text;
    return {};
  }
  return run(scenario.value(), {}).connections.front();
}

struct Case {
  std::string name;
  std::string through;
  std::string box;  // the same as a scenario has it
  std::string transport;
  std::string timer;
  Duration timeout{};
};

class LiveAgainstSimulation : public testing::TestWithParam<Case> {};

// One silence a fifth shorter than the timer, and one a fifth longer.  What decides is when the
// client asked, not when it should have: a machine that is too slow changes both sides alike.
TEST_P(LiveAgainstSimulation, DiesAsTheSimulationOfTheSameSays) {
  if (!why_not().empty()) GTEST_SKIP() << "no live session can be had here: " << why_not();
  const Case& its = GetParam();
  constexpr std::uint32_t kScale = 300;
  const auto milliseconds = [&](int fifths) {
    return std::to_string(its.timeout / kScale / 5 * fifths / 1ms);
  };
  const Session session = play(its.through, kScale,
                               its.transport + " 20 20 " + milliseconds(4) + " " + milliseconds(6));
  ASSERT_FALSE(session.report.is_discarded());
  const ConnectionReport simulated = simulate(its.box, its.transport, session, kScale);
  const MessageCounters& messages = simulated.sides[index(Role::Client)].messages;
  std::size_t answered = 0;
  for (const Question& question : session.questions) answered += question.what == "answered";
  EXPECT_EQ(answered, messages.answered);
  EXPECT_EQ(session.questions.size(), messages.sent);
  const Json& flow = session.report["runs"][0]["connections"][0];
  // Every profile here dies in the end.
  ASSERT_TRUE(flow["blame"].is_object()) << flow.dump(1);
  EXPECT_EQ(flow["blame"]["timer"], its.timer);
  EXPECT_EQ(flow["blame"]["timer"], simulated.blame.timer);
  EXPECT_EQ(flow["blame"]["timeout"].get<double>(),
            static_cast<double>(simulated.blame.timeout / 1ms) / 1000);
  // How long it lived after the client had spoken for the last time before that: of the boxes'
  // clock, so that a tenth of a real second is 30 s.
  const Duration tolerance = 100ms * kScale;
  ASSERT_GE(session.questions.size(), 2u);
  const double live_life =
      flow["blame"]["at"].get<double>() - flow["blame"]["last_refresh"]["at"].get<double>();
  const double simulated_life =
      std::chrono::duration<double>(simulated.blame.at - simulated.blame.refreshed_at).count();
  EXPECT_NEAR(live_life, simulated_life, std::chrono::duration<double>(tolerance).count());
  if (its.transport == "tcp") {
    const bool reset = session.questions.back().what == "reset";
    EXPECT_EQ(reset, simulated.sides[index(Role::Client)].outcome == Outcome::Reset);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Profiles, LiveAgainstSimulation,
    testing::Values(
        Case{"aws_nlb_tcp", "aws-nlb", R"({"profile": "aws-nlb"})", "tcp", "tcp.established", 350s},
        Case{"aws_nlb_udp", "aws-nlb", R"({"profile": "aws-nlb"})", "udp", "udp.stream", 120s},
        Case{"azure_lb_tcp", "azure-lb", R"({"profile": "azure-lb"})", "tcp", "tcp.established",
             240s},
        Case{"home_router_tcp", "home-router:tcp.established=5m",
             R"({"profile": "home-router", "timeouts": {"tcp.established": "5m"}})", "tcp",
             "tcp.established", 300s},
        Case{"carrier_nat_tcp", "carrier-nat:tcp.established=5m",
             R"({"profile": "carrier-nat", "timeouts": {"tcp.established": "5m"}})", "tcp",
             "tcp.established", 300s}),
    [](const auto& named) { return named.param.name; });

// In a process of its own, which has no way back.
TEST(Relay, WhoeverReadsPacketsMayStartNoProgramAndIsNotRoot) {
  constexpr int kRefused = 42;
  const pid_t process = ::fork();
  if (process == 0) {
    if (!drop_privileges().empty()) ::_exit(1);
    if (::geteuid() == 0 || ::setuid(0) == 0) ::_exit(2);
    ::execl("/bin/true", "true", nullptr);
    ::_exit(errno == EPERM ? kRefused : 3);
  }
  int status = 0;
  ::waitpid(process, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), kRefused);
}

TEST(Relay, GivesTheExitCodeOfTheCommand) {
  if (!why_not().empty()) GTEST_SKIP() << "no live session can be had here: " << why_not();
  EXPECT_EQ(run_command(kProgram + " live --quiet -- sh -c 'exit 7' 2>&1").exit_code, 7);
  EXPECT_EQ(run_command(kProgram + " live --quiet -- /nonexistent 2>&1").exit_code, 127);
  EXPECT_EQ(run_command(kProgram + " live --quiet -- sh -c 'kill -9 $$' 2>&1").exit_code, 137);
}

TEST(Relay, NothingIsLeftOfASessionThatWasKilled) {
  if (!why_not().empty()) GTEST_SKIP() << "no live session can be had here: " << why_not();
  // The lock is held by the command, and given back by the kernel when that is gone.
  const Ran ran = run_command(
      "lock=$(mktemp) && { " + kProgram +
      " live --quiet -- flock $lock sleep 1000 & } && "
      "pid=$! && for i in $(seq 100); do flock -n $lock true || break; sleep 0.1; done && "
      "kill -9 $pid && flock -w 60 $lock echo free; rm -f $lock");
  EXPECT_NE(ran.out.find("free"), std::string::npos) << ran.out;
}

TEST(Relay, ReachesNothingThatWasNotNamed) {
  if (!why_not().empty()) GTEST_SKIP() << "no live session can be had here: " << why_not();
  const Ran ran =
      run_command(kProgram + " live --quiet -- sh -c 'ls /sys/class/net; cat /proc/net/dev' 2>&1");
  EXPECT_NE(ran.out.find("live0"), std::string::npos) << ran.out;
  EXPECT_EQ(ran.out.find("eth0:"), std::string::npos) << ran.out;
}

TEST(Relay, ATestSuiteMaySayForgetNow) {
  if (!why_not().empty()) GTEST_SKIP() << "no live session can be had here: " << why_not();
  const Ran ran = run_command("path=$(mktemp -u) && " + kProgram +
                              " live --quiet --format json --through aws-nlb "
                              "--control $path --serve '" +
                              kPeer + " serve' -- sh -c '" + kPeer +
                              " tcp 10 600 600 & sleep 0.3; " + kProgram + " tell flush; " +
                              kProgram + " tell flows; wait' 2>&1; test -e $path && echo left");
  EXPECT_NE(ran.out.find("aws-nlb 0\n"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("reset\n"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("\"event\": \"flushed\""), std::string::npos) << ran.out;
  EXPECT_EQ(ran.out.find("left\n"), std::string::npos) << ran.out;
}

TEST(Relay, PacketSocketsDoWhatTunDevicesDo) {
  if (!why_not().empty()) GTEST_SKIP() << "no live session can be had here: " << why_not();
  const Session session = play("home-router", 1, "tcp 10 10", "--packet-sockets");
  ASSERT_EQ(session.questions.size(), 2u);
  EXPECT_EQ(session.questions[1].what, "answered");
  EXPECT_EQ(session.report["live"]["packets"]["lost"]["unreadable"], 0);
}

}  // namespace
}  // namespace stayalive
