// SPDX-License-Identifier: Apache-2.0
#include "strategy/ssh/ssh_client.h"

#include <gtest/gtest.h>

#include "support/strategy_story.h"

namespace stayalive {
namespace {

StrategyStory ssh_client(OptionTexts texts) {
  return StrategyStory(make_strategy("ssh", Role::Client, Transport::Tcp, texts));
}

const std::string kTimeout = "gives up, 255: Timeout, server server.example not responding.";

// OpenSSH 9.2p1 with ServerAliveInterval=2 and ServerAliveCountMax=2 on a path that died 6.0 s
// before the end: 2 requests, and the end at the third check.
TEST(SshClient, SendsCountMaxRequestsAndEndsAtTheCheckAfterThem) {
  StrategyStory story =
      ssh_client({{"server_alive_interval", "2s"}, {"server_alive_count_max", "2"}});
  story.at(0s).opens();
  EXPECT_EQ(story.next(), 2s);
  story.just_before(2s);
  EXPECT_EQ(story.did(), Lines{});
  story.at(2s);
  EXPECT_EQ(story.did(), Lines{"2.000 request 52"});
  EXPECT_EQ(story.next(), 4s);
  story.just_before(6s);
  EXPECT_EQ(story.did(), Lines{"4.000 request 52"});
  story.at(6s);
  EXPECT_EQ(story.did(), Lines{"6.000 " + kTimeout});
  EXPECT_TRUE(story.never_wakes());
}

// OpenSSH 9.2p1 with ServerAliveInterval=5: exit 20.00 s after the last byte, not 15 s.
TEST(SshClient, NeedsOneIntervalMoreThanTheManualSays) {
  StrategyStory story =
      ssh_client({{"server_alive_interval", "15s"}, {"client_version", "openssh-9.2"}});
  story.at(0s).opens().just_before(60s);
  EXPECT_EQ(story.did(), (Lines{"15.000 request 52", "30.000 request 52", "45.000 request 52"}));
  story.at(60s);
  EXPECT_EQ(story.did(), Lines{"60.000 " + kTimeout});
}

// OpenSSH 9.2p1 with ServerAliveInterval=2 and ServerAliveCountMax=0 ended a healthy session 1.3 s
// after it began.
TEST(SshClient, WithACountOfZeroEndsAHealthySessionWithoutAnyRequest) {
  StrategyStory story =
      ssh_client({{"server_alive_interval", "5s"}, {"server_alive_count_max", "0"}});
  story.at(0s).opens().at(3s).hears(MessageKind::Application).just_before(8s);
  EXPECT_EQ(story.did(), Lines{});
  story.at(8s);
  EXPECT_EQ(story.did(), Lines{"8.000 " + kTimeout});
}

TEST(SshClient, CountsWholeSecondsSoThatTheFirstWaitIsUpToOneSecondShort) {
  StrategyStory story = ssh_client({{"server_alive_interval", "3s"}});
  story.at(900ms).opens();
  EXPECT_EQ(story.next(), 3s);
  story.at(3s).at(3100ms).hears(MessageKind::Reply);
  EXPECT_EQ(story.did(), Lines{"3.000 request 52"});
  EXPECT_EQ(story.next(), 6s);
}

TEST(SshClient, CountsTheSecondsOfItsOwnClock) {
  StrategyStory story = ssh_client({{"server_alive_interval", "3s"}, {"clock_phase", "250ms"}});
  story.at(0s).opens();
  EXPECT_EQ(story.next(), 2750ms);
  story.just_before(2750ms);
  EXPECT_EQ(story.did(), Lines{});
  story.at(2750ms);
  EXPECT_EQ(story.did(), Lines{"2.750 request 52"});
}

TEST(SshClient, ForgetsUnansweredRequestsWhenAnythingArrives) {
  StrategyStory story =
      ssh_client({{"server_alive_interval", "2s"}, {"server_alive_count_max", "1"}});
  story.at(0s).opens().at(3s).hears(MessageKind::Application);
  EXPECT_EQ(story.did(), Lines{"2.000 request 52"});
  EXPECT_EQ(story.next(), 5s);
  story.at(5s).just_before(7s);
  EXPECT_EQ(story.did(), Lines{"5.000 request 52"});
  story.at(7s);
  EXPECT_EQ(story.did(), Lines{"7.000 " + kTimeout});
}

// Typing once a second into a dead path did not delay the end (OpenSSH 10.5p1).
TEST(SshClient, DoesNotCareWhatItSendsItself) {
  StrategyStory story =
      ssh_client({{"server_alive_interval", "5s"}, {"server_alive_count_max", "1"}});
  story.at(0s).opens();
  for (int second = 1; second < 10; ++second) {
    story.at(second * Duration{1s}).writes();
  }
  EXPECT_EQ(story.did(), Lines{"5.000 request 52"});
  story.at(10s);
  EXPECT_EQ(story.did(), Lines{"10.000 " + kTimeout});
}

TEST(SshClient, PutItsCheckOffAtEveryWakeUpBefore8_4) {
  StrategyStory story = ssh_client({{"server_alive_interval", "5s"},
                                    {"server_alive_count_max", "1"},
                                    {"client_version", "openssh-8.3"}});
  story.at(500ms).opens();
  EXPECT_EQ(story.next(), 5500ms);
  story.at(3s).writes();
  EXPECT_EQ(story.next(), 8s);
  story.at(7999ms).writes();
  EXPECT_EQ(story.next(), 12999ms);
  story.at(12999ms);
  EXPECT_EQ(story.did(), Lines{"12.999 request 52"});
}

TEST(SshClient, WaitedWholeSecondsFromItsLastWakeUpBefore9_2) {
  StrategyStory story =
      ssh_client({{"server_alive_interval", "5s"}, {"client_version", "openssh-8.4"}});
  story.at(900ms).opens();
  EXPECT_EQ(story.next(), 5900ms);
  story.at(3200ms).writes();
  EXPECT_EQ(story.next(), 5200ms);
  story.at(5100ms).writes();
  EXPECT_EQ(story.next(), 5100ms);
  story.at(5100ms);
  EXPECT_EQ(story.did(), Lines{"5.100 request 52"});
  EXPECT_EQ(story.next(), 10100ms);
}

TEST(SshClient, AnswersTheServersRequests) {
  StrategyStory story = ssh_client({});
  story.at(0s).opens().at(1s).hears(MessageKind::Request).hears(MessageKind::Ping);
  EXPECT_EQ(story.did(), Lines{"1.000 reply 36"});
  StrategyStory without_channel = ssh_client({{"channel_open", "false"}});
  without_channel.at(0s).opens().at(1s).hears(MessageKind::Request);
  EXPECT_EQ(without_channel.did(), Lines{"1.000 reply 28"});
}

TEST(SshClient, IsOffByDefault) {
  StrategyStory story = ssh_client({});
  story.at(0s).opens().at(48h);
  EXPECT_EQ(story.did(), Lines{});
  EXPECT_TRUE(story.never_wakes());
}

// The words of OpenSSH 9.2p1 and 10.5p1.
TEST(SshClient, TellsItsUserWhatItsReleaseTells) {
  StrategyStory old = ssh_client({{"client_version", "openssh-9.2"}});
  EXPECT_EQ(old.strategy().ending(SocketError::Refused).message,
            "ssh: connect to host server.example: Connection refused");
  old.at(0s).opens();
  EXPECT_EQ(old.strategy().ending(SocketError::Reset).message,
            "client_loop: send disconnect: Broken pipe");
  EXPECT_EQ(old.strategy().ending(SocketError::TimedOut).message,
            "client_loop: send disconnect: Broken pipe");
  EXPECT_EQ(old.strategy().ending(SocketError::None).message,
            "Connection to server.example closed by remote host.");
  EXPECT_EQ(old.strategy().ending(SocketError::None).exit_code, 255);

  StrategyStory current = ssh_client({});
  current.at(0s).opens();
  EXPECT_EQ(current.strategy().ending(SocketError::TimedOut).message,
            "Read from remote host server.example: Connection timed out; "
            "client_loop: send disconnect: Broken pipe");
  EXPECT_EQ(current.strategy().ending(SocketError::BrokenPipe).message,
            "client_loop: send disconnect: Broken pipe");
}

// OpenSSH 9.2p1 whose server was killed: 60 bytes followed the server's FIN and drew a RST.
TEST(SshClient, SaysGoodbyeEvenToAServerThatHasClosed) {
  StrategyStory story = ssh_client({});
  story.at(0s).opens().at(9s).loses_connection(SocketError::None);
  EXPECT_EQ(story.did(), Lines{"9.000 goodbye 60"});
  EXPECT_TRUE(story.never_wakes());
  story.loses_connection(SocketError::Reset);
  EXPECT_EQ(story.did(), Lines{});
  StrategyStory refused = ssh_client({});
  refused.at(0s).loses_connection(SocketError::None);
  EXPECT_EQ(refused.did(), Lines{});
  StrategyStory reset = ssh_client({});
  reset.at(0s).opens().at(9s).loses_connection(SocketError::Reset);
  EXPECT_EQ(reset.did(), Lines{});
}

TEST(SshClient, TunesItsSocket) {
  const StrategyKind& kind = *find_strategy("ssh");
  TcpConfig config;
  kind.tune(options_of(kind, {}), Role::Client, config);
  EXPECT_TRUE(config.keepalive);
  EXPECT_TRUE(config.nodelay);
  EXPECT_FALSE(config.conversing);
  EXPECT_EQ(config.keepalive_idle, 7200s);
  TcpConfig without;
  kind.tune(options_of(kind, {{"tcp_keepalive", "false"}}), Role::Client, without);
  EXPECT_FALSE(without.keepalive);
  TcpConfig server;
  kind.tune(options_of(kind, {}), Role::Server, server);
  EXPECT_TRUE(server.conversing);
}

TEST(SshClient, TakesOnlyWholeSeconds) {
  const StrategyKind& kind = *find_strategy("ssh");
  const Options options = options_of(kind, {{"client_alive_interval", "1500ms"}});
  const std::vector<OptionError> errors = kind.check(options, Transport::Tcp);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].key, "client_alive_interval");
}

}  // namespace
}  // namespace stayalive
