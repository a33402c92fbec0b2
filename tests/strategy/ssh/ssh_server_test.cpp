// SPDX-License-Identifier: Apache-2.0
#include "strategy/ssh/ssh_server.h"

#include <gtest/gtest.h>

#include "support/strategy_pair.h"
#include "support/strategy_story.h"

namespace stayalive {
namespace {

StrategyStory ssh_server(OptionTexts texts) {
  return StrategyStory(make_strategy("ssh", Role::Server, Transport::Tcp, texts));
}

const std::string kServerTimeout =
    "gives up, 255: Timeout, client not responding from client.example";

// OpenSSH 10.5p1 with ClientAliveInterval=5: requests every 5.00 s, the end 20.02 s after the last
// byte.
TEST(SshServer, SendsCountMaxRequestsAndEndsAtTheCheckAfterThem) {
  StrategyStory story = ssh_server({{"client_alive_interval", "5s"}});
  story.at(300ms).opens();
  EXPECT_EQ(story.next(), 5300ms);
  story.just_before(5300ms);
  EXPECT_EQ(story.did(), Lines{});
  story.at(5300ms);
  EXPECT_EQ(story.did(), Lines{"5.300 request 60"});
  story.just_before(20300ms);
  EXPECT_EQ(story.did(), (Lines{"10.300 request 60", "15.300 request 60"}));
  story.at(20300ms);
  EXPECT_EQ(story.did(), Lines{"20.300 " + kServerTimeout});
  EXPECT_TRUE(story.never_wakes());
}

// OpenSSH 9.2p1 with ClientAliveInterval=2 and ClientAliveCountMax=2: requests every 4.0 s, the end
// 12.02 s after the last byte.
TEST(SshServer, Of9_2TakesTwiceTheInterval) {
  StrategyStory story = ssh_server({{"client_alive_interval", "2s"},
                                    {"client_alive_count_max", "2"},
                                    {"server_version", "openssh-9.2"}});
  story.at(300ms).opens().just_before(4300ms);
  EXPECT_EQ(story.did(), Lines{});
  story.at(4300ms);
  EXPECT_EQ(story.did(), Lines{"4.300 request 60"});
  story.just_before(12300ms);
  EXPECT_EQ(story.did(), Lines{"8.300 request 60"});
  story.at(12300ms);
  EXPECT_EQ(story.did(), Lines{"12.300 " + kServerTimeout});
}

// OpenSSH 9.2p1 with ClientAliveInterval=2: heard at 48.367, wrote at 50.262, asked at 52.265.
TEST(SshServer, Of9_2ChecksAfterOneIntervalWhenItsOutputCameInALaterSecond) {
  StrategyStory story =
      ssh_server({{"client_alive_interval", "2s"}, {"server_version", "openssh-9.2"}});
  story.at(48s).opens().at(48367ms).hears(MessageKind::Reply);
  story.at(50262ms).writes().just_before(52262ms);
  EXPECT_EQ(story.did(), Lines{});
  story.at(52262ms);
  EXPECT_EQ(story.did(), Lines{"52.262 request 60"});
}

// OpenSSH 9.2p1 with ClientAliveCountMax=0 still asked 12 s after the path had died.
TEST(SshServer, WithACountOfZeroAsksForEverSince8_2) {
  StrategyStory story =
      ssh_server({{"client_alive_interval", "2s"}, {"client_alive_count_max", "0"}});
  story.at(0s).opens().at(7s);
  EXPECT_EQ(story.did(), (Lines{"2.000 request 60", "4.000 request 60", "6.000 request 60"}));
  StrategyStory old = ssh_server({{"client_alive_interval", "2s"},
                                  {"client_alive_count_max", "0"},
                                  {"server_version", "openssh-8.0"}});
  old.at(0s).opens().at(7s);
  EXPECT_EQ(old.did(), Lines{"2.000 " + kServerTimeout});
}

// OpenSSH 9.2p1 and 10.5p1 with output every 2 s and ClientAliveInterval=5: no request at all; TCP
// ended the session after 945 s.
TEST(SshServer, NeverChecksWhileItWritesMoreOftenThanTheInterval) {
  for (const char* version : {"openssh-7.5", "openssh-9.2", "openssh-9.5"}) {
    StrategyStory story =
        ssh_server({{"client_alive_interval", "5s"}, {"server_version", version}});
    story.at(0s).opens();
    for (int second = 2; second <= 900; second += 2) story.at(second * Duration{1s}).writes();
    EXPECT_EQ(story.did(), Lines{}) << version;
    story.just_before(905s);
    EXPECT_EQ(story.did(), Lines{}) << version;
    story.at(905s);
    EXPECT_EQ(story.did(), Lines{"905.000 request 60"}) << version;
  }
}

TEST(SshServer, From7_6To9_1ChecksAtItsOwnOutput) {
  for (const char* version : {"openssh-7.6", "openssh-8.2"}) {
    StrategyStory story = ssh_server({{"client_alive_interval", "5s"},
                                      {"client_alive_count_max", "1"},
                                      {"server_version", version}});
    story.at(0s).opens().at(2s).writes().at(4s).writes();
    EXPECT_EQ(story.did(), Lines{}) << version;
    story.at(6s).writes();
    EXPECT_EQ(story.next(), 6s);
    story.at(6s);
    EXPECT_EQ(story.did(), Lines{"6.000 request 60"}) << version;
    story.at(8s).writes().at(10s).writes().at(10999ms).writes().at(10999ms);
    EXPECT_EQ(story.did(), Lines{}) << version;
    story.at(11s).writes().at(11s);
    EXPECT_EQ(story.did(), Lines{"11.000 " + kServerTimeout}) << version;
  }
}

// Not measured, but read: until 7.9 a sleep that ran to its end did not restart the count of
// seconds, and the write of the request woke the loop at once.
TEST(SshServer, From7_6To7_9AsksTwice) {
  StrategyStory story = ssh_server({{"client_alive_interval", "5s"},
                                    {"client_alive_count_max", "2"},
                                    {"server_version", "openssh-7.6"}});
  story.at(0s).opens().at(5s);
  EXPECT_EQ(story.did(), (Lines{"5.000 request 60", "5.000 request 60"}));
  story.at(10s);
  EXPECT_EQ(story.did(), Lines{"10.000 " + kServerTimeout});
}

TEST(SshServer, From8_0To9_1ChecksBeforeItReadsWhatWokeIt) {
  for (const auto& [version, lines] :
       {std::pair{"openssh-8.2", Lines{"6.000 request 60"}}, std::pair{"openssh-7.6", Lines{}},
        std::pair{"openssh-9.5", Lines{}}}) {
    StrategyStory story =
        ssh_server({{"client_alive_interval", "5s"}, {"server_version", version}});
    story.at(0s).opens().at(4s).writes().at(6s).hears(MessageKind::Application).at(6s);
    EXPECT_EQ(story.did(), lines) << version;
  }
}

TEST(SshServer, AnswersTheClientsRequestsAndForgetsItsOwn) {
  StrategyStory story =
      ssh_server({{"client_alive_interval", "5s"}, {"client_alive_count_max", "1"}});
  story.at(0s).opens().at(6s).hears(MessageKind::Request);
  EXPECT_EQ(story.did(), (Lines{"5.000 request 60", "6.000 reply 28"}));
  EXPECT_EQ(story.next(), 11s);
  story.at(11s).just_before(16s);
  EXPECT_EQ(story.did(), Lines{"11.000 request 60"});
}

TEST(SshServer, AsksGloballyWithoutAChannel) {
  StrategyStory story = ssh_server({{"client_alive_interval", "5s"}, {"channel_open", "false"}});
  story.at(0s).opens().at(5s);
  EXPECT_EQ(story.did(), Lines{"5.000 request 52"});
}

TEST(SshServer, LogsWhatEndedTheSession) {
  StrategyStory story = ssh_server({});
  EXPECT_EQ(story.strategy().ending(SocketError::Reset).message,
            "Read error from remote host client.example: Connection reset by peer");
  EXPECT_EQ(story.strategy().ending(SocketError::None).message,
            "Connection closed by client.example");
}

// OpenSSH 9.2p1 on both ends, ClientAliveInterval=2, ClientAliveCountMax=2: heard at 64.048, ended
// at 76.065, having asked once every 4.0 s.
TEST(SshServer, And9_2ClientKeepEachOtherAliveUntilThePathDies) {
  const OptionTexts options{{"client_alive_interval", "2s"},
                            {"client_alive_count_max", "2"},
                            {"server_version", "openssh-9.2"}};
  StrategyPair pair(make_strategy("ssh", Role::Client, Transport::Tcp, options),
                    make_strategy("ssh", Role::Server, Transport::Tcp, options), 1ms);
  pair.run_until(38ms);
  pair.open(Role::Client);
  pair.open(Role::Server);
  pair.run_until(10940ms);
  EXPECT_EQ(pair.did(Role::Client), (Lines{"4.039 reply 36", "8.041 reply 36"}));
  pair.cut(true);
  pair.run_until(60s);
  EXPECT_EQ(pair.did(Role::Server),
            (Lines{"4.038 request 60", "8.040 request 60", "12.042 request 60", "16.042 request 60",
                   "20.042 " + kServerTimeout}));
}

}  // namespace
}  // namespace stayalive
