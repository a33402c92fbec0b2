// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/tcp_story.h"

namespace stayalive::test {
namespace {

using Lines = std::vector<std::string>;

TEST(TcpHandshake, ThreePacketsOpenAConnection) {
  TcpStory story;
  TcpOutbox out;
  story.connect();
  EXPECT_EQ(story.client().state(), TcpState::Established);
  EXPECT_EQ(story.server().state(), TcpState::Established);
  EXPECT_EQ(story.client().next_deadline(), kNever);
  EXPECT_EQ(story.server().next_deadline(), kNever);
}

TEST(TcpHandshake, TheHandshakeOffersTheWholeWindow) {
  TcpConfig config;
  TcpConnection client{config, {ipv4(10, 0, 0, 2), 1}, {ipv4(10, 0, 0, 3), 2}, {}, 7};
  TcpOutbox out;
  client.open(kStart, out);
  ASSERT_EQ(out.packets.size(), 1u);
  EXPECT_EQ(out.packets[0].flags, tcp_flag::kSyn);
  EXPECT_EQ(out.packets[0].sequence, 7u);
  EXPECT_EQ(out.packets[0].window, config.receive_buffer);
  EXPECT_EQ(client.next_deadline(), kStart + 1s);
}

TEST(TcpHandshake, LinuxRepeatsASynFourTimesEachSecondThenDoubles) {
  TcpStory story;
  story.cut();
  story.connect();
  story.forget();
  story.run_until(kStart + 131s - 1ns);
  Lines seconds;
  for (const TcpStory::Sent& entry : story.sent) {
    seconds.push_back(print_seconds(entry.at));
  }
  EXPECT_EQ(seconds, (Lines{"1.000", "2.000", "3.000", "4.000", "5.000", "7.000", "11.000",
                            "19.000", "35.000", "67.000"}));
  EXPECT_TRUE(story.told.empty());
  story.run_until(kStart + 131s);
  ASSERT_EQ(story.told.size(), 1u);
  EXPECT_EQ(story.told[0].event.error, SocketError::TimedOut);
  EXPECT_EQ(story.client().state(), TcpState::Closed);
}

// Linux 6.18 with tcp_syn_retries 2 and four linear timeouts: five repetitions, not six, and
// ETIMEDOUT 7 s after the first SYN.
TEST(TcpHandshake, EqualWaitsCostRepetitionsWhenFewAreAllowed) {
  TcpConfig config;
  config.syn_retries = 2;
  TcpStory story{config};
  story.cut();
  story.connect();
  story.forget();
  story.run_until(kStart + 7s - 1ns);
  EXPECT_EQ(story.sent.size(), 5u);
  EXPECT_EQ(story.client().state(), TcpState::SynSent);
  EXPECT_EQ(story.client().next_deadline(), kStart + 7s);
  story.run_until(kStart + 7s);
  EXPECT_EQ(story.sent.size(), 5u);
  ASSERT_EQ(story.told.size(), 1u);
  EXPECT_EQ(story.told[0].event.error, SocketError::TimedOut);
}

TEST(TcpHandshake, TheUserTimeoutOfAConnectionAttemptCountsFromTheFirstSyn) {
  TcpConfig config;
  config.user_timeout = 2500ms;
  TcpStory story{config};
  story.cut();
  story.connect();
  story.run_until(kStart + 2500ms - 1ns);
  EXPECT_EQ(story.client().state(), TcpState::SynSent);
  EXPECT_EQ(story.client().next_deadline(), kStart + 2500ms);
  story.run_until(kStart + 2500ms);
  EXPECT_EQ(story.client().state(), TcpState::Closed);
  EXPECT_EQ(story.told.back().event.error, SocketError::TimedOut);
}

TEST(TcpHandshake, OlderKernelsDoubleFromTheStart) {
  TcpStory story{find_os_preset("linux-before-6.5")->tcp};
  story.cut();
  story.connect();
  story.run_until(kStart + 127s - 1ns);
  EXPECT_EQ(story.sent.size(), 6u);
  EXPECT_EQ(story.client().state(), TcpState::SynSent);
  story.run_until(kStart + 127s);
  EXPECT_EQ(story.client().state(), TcpState::Closed);
}

TEST(TcpHandshake, BsdGivesUpAfterItsConnectTimeout) {
  TcpStory story{find_os_preset("freebsd")->tcp};
  story.cut();
  story.connect();
  story.run_until(kStart + 75s - 1ns);
  EXPECT_EQ(story.client().state(), TcpState::SynSent);
  story.run_until(kStart + 75s);
  EXPECT_EQ(story.client().state(), TcpState::Closed);
  EXPECT_EQ(story.told.back().event.error, SocketError::TimedOut);
}

TEST(TcpHandshake, AnUnansweredSynAckIsRepeatedFiveTimesAndDroppedAfter63Seconds) {
  TcpConfig config;
  TcpConnection server{config, {ipv4(10, 0, 0, 3), 2}, {ipv4(10, 0, 0, 2), 1}, {}, 100};
  Packet syn;
  syn.protocol = Protocol::Tcp;
  syn.flags = tcp_flag::kSyn;
  syn.sequence = 7;
  syn.window = 1000;
  TcpOutbox out;
  server.accept(syn, kStart, out);
  ASSERT_EQ(out.packets.size(), 1u);
  EXPECT_EQ(out.packets[0].notes.kind, PacketKind::SynAck);
  EXPECT_EQ(out.packets[0].acknowledgment, 8u);
  for (const auto due : {1s, 3s, 7s, 15s, 31s}) {
    EXPECT_EQ(server.next_deadline(), kStart + due);
    server.expire(kStart + due, out);
  }
  EXPECT_EQ(out.packets.size(), 6u);
  EXPECT_EQ(server.next_deadline(), kStart + 63s);
  server.expire(kStart + 63s, out);
  EXPECT_EQ(out.packets.size(), 6u);
  EXPECT_EQ(server.state(), TcpState::Closed);
}

TEST(TcpHandshake, ARepeatedSynIsAnsweredAndPostponesTheTimer) {
  TcpStory story;
  story.loses = [](End from, const Packet&) { return from == End::Server; };
  story.connect();
  story.run_until(kStart + 4500ms);
  Lines answers;
  for (const TcpStory::Sent& entry : story.sent) {
    if (entry.from == End::Server) answers.push_back(print_seconds(entry.at));
  }
  // Each repeated SYN draws one answer and starts the server's own wait anew.
  EXPECT_EQ(answers, (Lines{"1.001", "2.001", "3.001", "4.001"}));
  EXPECT_EQ(story.server().next_deadline(), kStart + 4s + 500us + 1s);
}

TEST(TcpHandshake, DataWrittenBeforeTheHandshakeEndsFollowsIt) {
  TcpStory story;
  TcpOutbox out;
  story.loses = [](End from, const Packet&) { return from == End::Server; };
  story.connect();
  story.writes(End::Client, 100);
  story.loses = nullptr;
  story.run_until(kStart + 1100ms);
  EXPECT_EQ(story.news().back(), "1.000 C acknowledged 1");
  EXPECT_EQ(story.server().state(), TcpState::Established);
}

TEST(TcpHandshake, ALostLastAckIsRepairedByTheSynAckThatIsSentAgain) {
  TcpStory story;
  bool lose = true;
  story.loses = [&](End from, const Packet& packet) {
    return lose && from == End::Client && packet.notes.kind == PacketKind::Ack;
  };
  story.connect();
  EXPECT_EQ(story.client().state(), TcpState::Established);
  EXPECT_EQ(story.server().state(), TcpState::SynReceived);
  lose = false;
  story.run_until(kStart + 1100ms);
  EXPECT_EQ(story.server().state(), TcpState::Established);
  EXPECT_EQ(story.times(End::Client, PacketKind::ChallengeAck).size(), 1u);
}

TEST(TcpHandshake, ARefusedConnectionIsToldAtOnce) {
  TcpConfig config;
  TcpConnection client{config, {ipv4(10, 0, 0, 2), 1}, {ipv4(10, 0, 0, 3), 2}, {}, 7};
  TcpOutbox out;
  client.open(kStart, out);
  Packet answer = *reset_for(out.packets[0]);
  answer.acknowledgment += 1;
  client.receive(answer, kStart + 1ms, out);
  EXPECT_EQ(client.state(), TcpState::SynSent) << "it does not acknowledge the SYN";
  answer.acknowledgment -= 1;
  client.receive(answer, kStart + 1ms, out);
  EXPECT_EQ(client.state(), TcpState::Closed);
  ASSERT_EQ(out.events.size(), 1u);
  EXPECT_EQ(out.events[0].error, SocketError::Refused);
  EXPECT_EQ(client.next_deadline(), kNever);
}

TEST(TcpHandshake, AnUnreachableHostEndsTheAttempt) {
  for (const auto& [code, error] :
       {std::pair{Unreachable::Host, SocketError::HostUnreachable},
        std::pair{Unreachable::Network, SocketError::NetworkUnreachable},
        std::pair{Unreachable::Port, SocketError::Refused}}) {
    TcpStory story;
    story.cut();
    story.connect();
    story.unreachable(End::Client, code);
    ASSERT_EQ(story.told.size(), 1u);
    EXPECT_EQ(story.told[0].event.error, error);
  }
}

TEST(TcpHandshake, AnAcknowledgmentOfSomethingElseDrawsAReset) {
  TcpConfig config;
  TcpConnection client{config, {ipv4(10, 0, 0, 2), 1}, {ipv4(10, 0, 0, 3), 2}, {}, 7};
  TcpOutbox out;
  client.open(kStart, out);
  out.clear();
  Packet stray;
  stray.protocol = Protocol::Tcp;
  stray.flags = tcp_flag::kAck;
  stray.acknowledgment = 99;
  client.receive(stray, kStart + 1ms, out);
  ASSERT_EQ(out.packets.size(), 1u);
  EXPECT_EQ(out.packets[0].flags, tcp_flag::kRst);
  EXPECT_EQ(out.packets[0].sequence, 99u);
  EXPECT_EQ(client.state(), TcpState::SynSent);
}

// Round trip 1.4 s: the answer to the first SYN comes after the second has left.
TEST(TcpHandshake, TheAnswerTellsWhichCopyOfTheSynItIsFor) {
  for (const bool first_lost : {false, true}) {
    TcpStory story{{}, {}, first_lost ? 100ms : 700ms};
    story.loses = [&](End from, const Packet& packet) {
      return first_lost && from == End::Client && packet.has(tcp_flag::kSyn) && packet.copy == 0;
    };
    story.connect();
    story.at(5s);
    story.forget();
    story.cut();
    story.writes(End::Client, 10);
    story.at(6s);
    // The first round trip makes the timeout three times as long; a loss probe after two and the
    // least timeout comes before it.
    const std::vector<std::string> repeated = story.times(End::Client, PacketKind::Retransmission);
    ASSERT_FALSE(repeated.empty());
    EXPECT_EQ(repeated.front(), first_lost ? "0.600" : "3.000") << first_lost;
  }
}

}  // namespace
}  // namespace stayalive::test
