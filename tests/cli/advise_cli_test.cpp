// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support/command.h"
#include "support/golden.h"
#include "support/says.h"

namespace stayalive {
namespace {

CommandResult run_it(const std::string& arguments) {
  return run_command(std::string(STAYALIVE_PROGRAM) + " " + arguments + " 2>&1");
}

TEST(AdviseCommand, WritesAScenarioThatHoldsAndThatALaterRetuneBreaks) {
  const std::string file = ::testing::TempDir() + "/stayalive-advised.json";
  const CommandResult advised = run_it(
      "advise --strategy wireguard --through rfc-minimum --survive 2h --write-scenario " + file);
  EXPECT_EQ(advised.exit_code, 0) << advised.output;
  EXPECT_TRUE(says(advised.output, "PersistentKeepalive = "));
  EXPECT_EQ(run_it("run " + file).exit_code, 0);
  EXPECT_TRUE(says(run_command("cat " + file).output, "closest_call"));
  const CommandResult retuned = run_command(
      "sed -i 's/\"persistent_keepalive\": \"[^\"]*\"/\"persistent_keepalive\": "
      "\"121s\"/' " +
      file);
  EXPECT_EQ(retuned.exit_code, 0);
  EXPECT_EQ(run_it("run " + file).exit_code, 1);
  std::filesystem::remove(file);
}

// Each value is weakened as a team might do it in its own configuration.
TEST(AdviseCommand, WritesAGuardOfDetectionThatAWeakerIntervalBreaks) {
  const std::string file = ::testing::TempDir() + "/stayalive-guard.json";
  const CommandResult advised = run_it(
      "advise postgresql azure-lb --survive 6h --notice-within 30s --force --write-scenario " +
      file);
  EXPECT_EQ(advised.exit_code, 0) << advised.output;
  EXPECT_TRUE(says(advised.output, "with interval=5s and count=3"));
  EXPECT_EQ(run_it("test --strict " + file).exit_code, 0) << run_it("run " + file).output;
  const std::string idle = " --set connections.0.strategy.tcp_keepalive.idle=";
  const std::string interval = " --set connections.0.strategy.tcp_keepalive.interval=";
  for (const std::string& weaker : {idle + "20s", interval + "20s"}) {
    const CommandResult broken = run_it("test " + file + weaker);
    EXPECT_EQ(broken.exit_code, 1) << weaker << broken.output;
    EXPECT_TRUE(says(broken.output, "a crash of the other end noticed after at most 30s"))
        << weaker;
    EXPECT_TRUE(says(broken.output, "the client notices within")) << weaker;
  }
  const CommandResult slower = run_it("test " + file + idle + "238s");
  EXPECT_EQ(slower.exit_code, 1);
  EXPECT_TRUE(says(slower.output, "survives 1 keepalive lost in a row"));
  EXPECT_TRUE(says(slower.output, "the client was forgotten at"));
  std::filesystem::remove(file);
}

TEST(AdviseCommand, GivesAdviceOnAConnectionOfAScenario) {
  const CommandResult result = run_it("advise scenarios/ssh-behind-a-home-router.json every-1m");
  EXPECT_EQ(result.exit_code, 0) << result.output;
  EXPECT_TRUE(says(result.output, "home-router forgets it"));
  EXPECT_TRUE(says(result.output, "ServerAliveInterval"));
}

TEST(AdviseCommand, TakesAStrategyAndBoxesAsPlainWords) {
  const std::string named =
      run_it("advise --strategy openssh --through openwrt,aws-nlb --survive 1h").output;
  EXPECT_TRUE(says(named, "openssh through openwrt and aws-nlb"));
  EXPECT_EQ(run_it("advise openssh openwrt,aws-nlb --survive 1h").output, named);
  EXPECT_EQ(run_it("advise openssh openwrt, aws-nlb --survive 1h").output, named);
  EXPECT_EQ(run_it("advise --through openwrt, aws-nlb --survive 1h openssh").output, named);
  EXPECT_EQ(run_it("compare ssh=60s tcp=5m azure-lb --survive 1h").output,
            run_it("compare --strategy ssh=60s --strategy tcp=5m --through azure-lb --survive 1h")
                .output);
}

// HTTP/2's PINGs end at the proxy; what is behind it lives by other timers.
TEST(AdviseCommand, PingsThatEndAtAProxyAreNoAnswerForWhatIsBehindIt) {
  const std::string file = ::testing::TempDir() + "/stayalive-proxied.json";
  std::ofstream(file) << R"({"path": [{"link": {"delay": "5ms"}},
    {"proxy": {"name": "nginx", "idle_timeout": "10m"}},
    {"middlebox": {"name": "nlb", "profile": "aws-nlb"}}],
    "connections": [{"name": "c", "strategy": {"keepalive": {"interval": "4m"}}}]})";
  const CommandResult grpc = run_it("advise " + file + " --strategy grpc");
  EXPECT_EQ(grpc.exit_code, 2) << grpc.output;
  EXPECT_TRUE(says(grpc.output, "end at the proxy"));
  EXPECT_EQ(run_it("advise " + file + " --strategy websocket").exit_code, 0);
  std::filesystem::remove(file);
}

TEST(AdviseCommand, ProxiesStandOnThePathLikeBoxes) {
  const CommandResult advice = run_it("advise websocket home-router,aws-alb --survive 1h");
  EXPECT_EQ(advice.exit_code, 0) << advice.output;
  EXPECT_TRUE(says(advice.output, "websocket through home-router and aws-alb"));
  EXPECT_TRUE(says(advice.output, "1m does not hold"));
  EXPECT_TRUE(says(advice.output, "aws-alb: idle_timeout 1m"));
  EXPECT_TRUE(says(advice.output, "Profile aws-alb, documented: AWS ALB user guide"));
  const CommandResult other = run_it("advise websocket haproxy:client_timeout=30s --survive 1h");
  EXPECT_TRUE(says(other.output, "30s does not hold")) << other.output;
  EXPECT_TRUE(says(other.output, "haproxy: client_timeout 30s")) << other.output;
}

TEST(AdviseCommand, ProbesOfTheKernelDoNotHelpAtAProxy) {
  const CommandResult advice = run_it("advise tcp haproxy --survive 1h");
  EXPECT_EQ(advice.exit_code, 1) << advice.output;
  EXPECT_TRUE(says(advice.output, "haproxy: client_timeout 50s")) << advice.output;
  EXPECT_TRUE(says(advice.output, "The kernel's probes end at haproxy")) << advice.output;
  const CommandResult old = run_it("advise websocket gcp-http-lb --survive 1h");
  EXPECT_TRUE(says(old.output, "no keepalive prolongs it")) << old.output;
}

TEST(AdviseCommand, PingsThatEndAtAProxyOfThePathAreRefusedAndAVendorsNameListsItsBoxes) {
  const CommandResult proxy = run_it("advise grpc nginx,aws-nlb");
  EXPECT_EQ(proxy.exit_code, 2);
  EXPECT_TRUE(says(proxy.output, "end at the proxy nginx")) << proxy.output;
  const CommandResult vendor = run_it("advise postgresql azure");
  EXPECT_EQ(vendor.exit_code, 2);
  EXPECT_TRUE(says(vendor.output, "azure-lb, azure-lb-reset or azure-nat-gateway"))
      << vendor.output;
  EXPECT_TRUE(says(run_it("advise tcp ssh azure-lb").output, "advice is about one strategy"));
  EXPECT_TRUE(says(run_it("compare a.json b").output, "\"b\" follows the scenario"));
}

TEST(AdviseCommand, SaysWhatHappensTodayAndTakesAnIntervalAsTodays) {
  const std::string usual = run_it("advise postgresql azure-lb --survive 1d").output;
  EXPECT_TRUE(says(usual, "Today (2h, the default) it dies after 4m0.1s: azure-lb forgets it"));
  EXPECT_TRUE(says(usual, "next message hangs for 16m")) << usual;
  const std::string given = run_it("advise postgresql,idle=3m azure-lb --survive 1d").output;
  EXPECT_TRUE(says(given, "Today (3m, as given) it holds")) << given;
  const std::string json = run_it("advise postgresql azure-lb --survive 1d --format json").output;
  EXPECT_TRUE(says(json, "\"fate\": \"fails\"")) << json;
}

TEST(AdviseCommand, ExitsWithOneWhenNothingHolds) {
  const CommandResult result =
      run_it("advise --strategy grpc --through aws-nlb:tcp.established=60s --survive 1h");
  EXPECT_EQ(result.exit_code, 1) << result.output;
  EXPECT_TRUE(says(result.output, "No interval holds."));
}

TEST(AdviseCommand, RefusesAConnectionThatStandsForMany) {
  for (const std::string command : {"advise", "compare"}) {
    const CommandResult result =
        run_it(command + " scenarios/pings-behind-a-carrier-decide-who-can-be-called.json" +
               (command == "advise" ? " eager" : ""));
    EXPECT_EQ(result.exit_code, 2) << command;
    EXPECT_TRUE(says(result.output, "the connection \"eager\" stands for many"));
  }
}

TEST(AdviseCommand, AnswersMistakesAllAtOnce) {
  const CommandResult result =
      run_it("advise --strategy opensh --through openwrt: --loss much --survive forever");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_TRUE(says(result.output, "did you mean \"openssh\"?"));
  EXPECT_TRUE(says(result.output, "--loss \"much\""));
  EXPECT_TRUE(says(result.output, "--survive \"forever\""));
  EXPECT_TRUE(says(result.output, "TIMER=SPAN"));
}

TEST(AdviseCommand, AnswersMistakesWithWhatIsAllowed) {
  const auto wrong = [](const std::string& arguments) {
    const CommandResult result = run_it(arguments);
    EXPECT_EQ(result.exit_code, 2) << arguments << "\n" << result.output;
    return result.output;
  };
  EXPECT_TRUE(says(wrong("advise"), "--strategy is missing"));
  EXPECT_TRUE(
      says(wrong("advise --strategy openssh --through openwtr"), "did you mean \"openwrt\"?"));
  EXPECT_TRUE(says(wrong("advise --strategy openssh --through openwrt:tcp.estblished=1m"),
                   "did you mean \"tcp.established\"?"));
  EXPECT_TRUE(says(wrong("advise --strategy openssh --through aws-nlb,openwrt:tcp.x=1m"),
                   "error: --through openwrt: the key \"tcp.x\" is not known here"));
  EXPECT_TRUE(says(wrong("advise nginx aws-alb:tcp.x=1m"),
                   "error: --through aws-alb: the key \"tcp.x\" is not known here"));
  EXPECT_TRUE(says(wrong("advise openssh openwrt --delay 20"), "did you mean \"20ms\"?"));
  EXPECT_TRUE(says(wrong("advise openssh openwrt --survive 60"), "did you mean \"60s\"?"));
  EXPECT_TRUE(says(wrong("advise openssh openwrt --loss 0.01"), "did you mean \"1%\"?"));
  EXPECT_TRUE(says(wrong("advise openssh openwrt:udp.stream=5"), "did you mean \"udp.stream=5s\""));
  EXPECT_TRUE(says(wrong("advise nginx=75 aws-alb"), "did you mean \"75s\"?"));
  EXPECT_TRUE(says(wrong("advise ngnix=75s aws-alb"), "did you mean \"nginx\"?"));
  EXPECT_TRUE(says(wrong("profiles hikari"), "did you mean \"hikaricp\"?"));
  EXPECT_TRUE(says(wrong("advise --strategy silent --through openwrt"), "has no interval"));
  EXPECT_TRUE(says(wrong("advise --strategy tcp --through openwrt --target 100%"), "50%"));
  EXPECT_TRUE(says(wrong("advise scenarios/ssh-behind-a-home-router.json"), "say which"));
  EXPECT_TRUE(
      says(wrong("advise scenarios/ssh-behind-a-home-router.json every-2m"), "did you mean"));
  EXPECT_TRUE(says(wrong("advise scenarios/grpc-pings-behind-a-ten-minute-firewall.json no-ping"),
                   "sends no keepalives"));
  EXPECT_TRUE(says(wrong("advise scenarios/ssh-behind-a-home-router.json every-1m --loss 1%"),
                   "its own path"));
  EXPECT_TRUE(says(wrong("compare"), "nothing to compare"));
  EXPECT_TRUE(says(wrong("compare --through openwrt --strategy grpc"), "say its interval"));
}

// So long a search that it is not over by itself.
constexpr const char* kLongSearch =
    "advise --strategy openssh --through aws-nlb --loss 1% --survive 3650d ";

TEST(AdviseCommand, SeesBeforeItsWorkThatAFileCannotBeWritten) {
  const CommandResult result =
      run_command(std::string(kGuardedAgainstHanging) + STAYALIVE_PROGRAM + " " + kLongSearch +
                  "--write-scenario no/such/folder.json 2>&1");
  EXPECT_EQ(result.exit_code, 2) << result.output;
  EXPECT_TRUE(says(result.output, "no/such/folder.json cannot be written: No such file"));
}

TEST(AdviseCommand, SaysWhatIsKnownWhenItIsInterrupted) {
  const CommandResult result =
      run_command(std::string(kGuardedAgainstHanging) + "{ " + STAYALIVE_PROGRAM + " " +
                  kLongSearch + " 2>&1 & " + kInterruptIt + "; }");
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_TRUE(says(result.output, "Stopped before the search was over")) << result.output;
  EXPECT_TRUE(says(result.output, "Not known: "));
  EXPECT_TRUE(says(result.output, "interrupted: the search is not over"));
}

TEST(AdviseCommand, StopsWhenItsTimeIsOver) {
  const CommandResult result =
      run_command(std::string(kGuardedAgainstHanging) + STAYALIVE_PROGRAM + " " + kLongSearch +
                  " --time-limit 1ms --format json 2>/dev/null");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_TRUE(says(result.output, R"("complete": false)")) << result.output;
  EXPECT_TRUE(says(result.output, R"("recommended": null)"));
  const CommandResult ample =
      run_it("advise --strategy openssh --through aws-nlb --survive 1h --time-limit 30d");
  EXPECT_EQ(ample.exit_code, 0) << ample.output;
  EXPECT_EQ(run_it("advise --strategy tcp --through aws-nlb --time-limit soon").exit_code, 2);
}

TEST(CompareCommand, PutsStrategiesSideBySide) {
  const CommandResult result =
      run_it("compare --through aws-nlb --survive 1h --strategy openssh=5m --strategy silent");
  EXPECT_EQ(result.exit_code, 0) << result.output;
  EXPECT_TRUE(says(result.output, "openssh=5m"));
  EXPECT_TRUE(says(result.output, "aws-nlb: tcp.established 5m50s"));
}

TEST(CompareCommand, ShowsWhatItHasWhenItIsInterrupted) {
  // The second strategy takes long, as its line loses packets and every seed counts.
  const CommandResult result = run_command(
      std::string(kGuardedAgainstHanging) + "{ " + STAYALIVE_PROGRAM +
      " compare --through aws-nlb --loss 1% --survive 30m --seeds 100000 --strategy silent "
      "--strategy openssh=60s 2>/dev/null & " +
      kInterruptIt + "; }");
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_TRUE(says(result.output, "Interrupted: the rest is missing.")) << result.output;
}

TEST(CompareCommand, TheNumberOfJobsChangesNothing) {
  const std::string arguments =
      "compare --through rfc-minimum --loss 20% --survive 30m --strategy wireguard=60s --seeds 9 ";
  EXPECT_EQ(run_it(arguments + "--jobs 1").output, run_it(arguments + "--jobs 3").output);
}

}  // namespace
}  // namespace stayalive
