// SPDX-License-Identifier: Apache-2.0
#include "probe/reflector/reflector.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

constexpr Endpoint kProbe{ipv4(203, 0, 113, 5), 40'000};
constexpr Endpoint kStranger{ipv4(192, 0, 2, 9), 53};
constexpr std::uint64_t kMySession = 77;

// A reflector, and what it answers to one datagram.
class ReflectorStory : public ::testing::Test {
 protected:
  explicit ReflectorStory(ReflectorLimits limits = {})
      : reflector({1, 2}, {{ipv4(198, 51, 100, 11), 7479}, kOtherPort}, limits) {}

  ReflectorOutbox& say(const ProbeMessage& message, Endpoint from, Duration at,
                       std::uint8_t socket = 0) {
    out.clear();
    reflector.receive(socket, from, encode_probe(message), kStart + at, out);
    return out;
  }
  static ProbeMessage message(ProbeKind kind, std::uint64_t cookie = 0, std::uint32_t flow = 1) {
    ProbeMessage its;
    its.kind = kind;
    its.cookie = cookie;
    its.session = kMySession;
    its.flow = flow;
    return its;
  }
  std::uint64_t cookie_for(Endpoint from, Duration at) {
    say(message(ProbeKind::Hello), from, at);
    return decode_probe(out.datagrams.at(0).bytes)->cookie;
  }
  ProbeMessage order(ProbeAction action, std::uint64_t cookie, std::uint8_t socket = 0) {
    ProbeMessage its = message(ProbeKind::Order, cookie);
    its.action = action;
    its.socket = socket;
    return its;
  }
  std::optional<ProbeMessage> answer() const {
    return out.datagrams.empty() ? std::nullopt : decode_probe(out.datagrams.back().bytes);
  }

  Reflector reflector;
  ReflectorOutbox out;
};

TEST_F(ReflectorStory, AnswersAnUnprovenAddressWithOneMessageOfTheSameLengthAndKeepsNothing) {
  for (const ProbeKind kind : {ProbeKind::Hello, ProbeKind::Mark, ProbeKind::Order}) {
    ProbeMessage asked = message(kind, 123);
    asked.answer = true;
    asked.action = ProbeAction::Send;
    say(asked, kStranger, 1s);
    ASSERT_EQ(out.datagrams.size(), 1u);
    EXPECT_EQ(out.datagrams[0].to, kStranger);
    EXPECT_EQ(answer()->kind, ProbeKind::Welcome);
  }
  EXPECT_EQ(reflector.sessions(), 0u);
}

TEST_F(ReflectorStory, NeverAnswersWhatAReflectorSaysOrWhatIsNoMessage) {
  for (const ProbeKind kind : {ProbeKind::Welcome, ProbeKind::Marked, ProbeKind::Done,
                               ProbeKind::Sent, ProbeKind::Refused}) {
    EXPECT_TRUE(say(message(kind), kProbe, 1s).datagrams.empty());
  }
  const std::vector<std::uint8_t> noise(64, 0x55);
  reflector.receive(0, kProbe, noise, kStart + 1s, out);
  EXPECT_TRUE(out.datagrams.empty());
}

TEST_F(ReflectorStory, TakesACookieFromItsAddressOnlyAndNotForEver) {
  const std::uint64_t cookie = cookie_for(kProbe, 1s);
  //   1s  the cookie belongs to the first ten minutes, and is good for the next ten, too
  say(message(ProbeKind::Mark, cookie), kProbe, 19min + 59s);
  EXPECT_EQ(reflector.flows(), 1u);
  say(message(ProbeKind::Mark, cookie, 2), kStranger, 19min + 59s);
  EXPECT_EQ(answer()->kind, ProbeKind::Welcome);
  say(message(ProbeKind::Mark, cookie, 3), kProbe, 20min);
  EXPECT_EQ(answer()->kind, ProbeKind::Welcome);
  EXPECT_EQ(reflector.flows(), 1u);
}

TEST_F(ReflectorStory, SendsOnAFlowOnlyToWhereItWasMarked) {
  const std::uint64_t cookie = cookie_for(kProbe, 1s);
  constexpr Endpoint kFlowEnd{kProbe.address, 41'000};
  say(order(ProbeAction::Send, cookie), kProbe, 2s);
  ASSERT_EQ(out.datagrams.size(), 1u);  // no such flow: only the answer
  EXPECT_FALSE(answer()->known);
  say(message(ProbeKind::Mark, cookie), kFlowEnd, 3s);
  EXPECT_TRUE(out.datagrams.empty());  // no answer was asked for
  say(order(ProbeAction::Send, cookie, kOtherPort), kProbe, 4s);
  ASSERT_EQ(out.datagrams.size(), 2u);
  EXPECT_EQ(out.datagrams[0].to, kFlowEnd);
  EXPECT_EQ(out.datagrams[0].socket, kOtherPort);
  EXPECT_EQ(answer()->kind, ProbeKind::Done);
  EXPECT_EQ(answer()->seen, kFlowEnd);
  EXPECT_EQ(answer()->marks, 1);
  // It has no other address to send from.
  say(order(ProbeAction::Send, cookie, kOtherAddress), kProbe, 5s);
  EXPECT_EQ(out.datagrams.size(), 1u);
  say(order(ProbeAction::Forget, cookie), kProbe, 6s);
  EXPECT_EQ(reflector.flows(), 0u);
}

TEST_F(ReflectorStory, ForgetsASessionAnHourAfterItsLastWord) {
  const std::uint64_t cookie = cookie_for(kProbe, 1s);
  say(message(ProbeKind::Mark, cookie), kProbe, 2s);
  say(message(ProbeKind::Hello), kProbe, 30min);
  EXPECT_EQ(reflector.next_deadline(), kStart + 90min);
  out.clear();
  reflector.expire(kStart + 90min - 1ns, out);
  EXPECT_EQ(reflector.sessions(), 1u);
  reflector.expire(kStart + 90min, out);
  EXPECT_EQ(reflector.sessions(), 0u);
}

TEST_F(ReflectorStory, ResetsAConnectionThatDoesNotSayWhoseItIs) {
  reflector.accept(5, kProbe, kStart + 1s, out);
  reflector.expire(kStart + 11s - 1ns, out);
  EXPECT_TRUE(out.aborted.empty());
  reflector.expire(kStart + 11s, out);
  EXPECT_EQ(out.aborted, std::vector<std::uint32_t>{5});
  EXPECT_EQ(reflector.connections(), 0u);
}

TEST_F(ReflectorStory, ResetsAConnectionThatSaysAnythingElse) {
  const std::vector<std::uint8_t> request(100, 'G');
  reflector.accept(5, kProbe, kStart + 1s, out);
  reflector.read(5, request, kStart + 1s, out);
  EXPECT_EQ(out.aborted, std::vector<std::uint32_t>{5});
  EXPECT_TRUE(out.written.empty());
}

TEST_F(ReflectorStory, ReadsAMessageThatComesInPiecesAndSendsOnItsConnection) {
  const std::uint64_t cookie = cookie_for(kProbe, 1s);
  ProbeMessage mark = message(ProbeKind::Mark);
  mark.answer = true;
  const ProbeBytes bytes = encode_probe(mark);
  out.clear();
  reflector.accept(5, kProbe, kStart + 2s, out);
  reflector.read(5, std::span(bytes).first(10), kStart + 2s, out);
  EXPECT_TRUE(out.written.empty());
  reflector.read(5, std::span(bytes).subspan(10), kStart + 3s, out);
  ASSERT_EQ(out.written.size(), 1u);
  EXPECT_EQ(decode_probe(out.written[0].bytes)->kind, ProbeKind::Marked);
  say(order(ProbeAction::Send, cookie), kProbe, 4s);
  ASSERT_EQ(out.written.size(), 1u);
  EXPECT_EQ(decode_probe(out.written[0].bytes)->kind, ProbeKind::Sent);
  reflector.end(5, ConnectionEnd::Finished);
  say(order(ProbeAction::Query, cookie), kProbe, 5s);
  EXPECT_TRUE(answer()->finished);
  EXPECT_FALSE(answer()->reset);
  reflector.end(5, ConnectionEnd::Reset);
  say(order(ProbeAction::Send, cookie), kProbe, 6s);
  EXPECT_TRUE(answer()->reset);
  EXPECT_TRUE(out.written.empty());
}

class SmallReflector : public ReflectorStory {
 protected:
  static ReflectorLimits small() {
    ReflectorLimits limits;
    limits.sessions = 3;
    limits.sessions_of_an_address = 2;
    limits.flows_of_a_session = 2;
    limits.connections = 1;
    limits.answers_per_second = 4;
    return limits;
  }
  SmallReflector() : ReflectorStory(small()) {}
};

TEST_F(SmallReflector, KeepsNoMoreThanItsLimits) {
  const std::uint64_t cookie = cookie_for(kProbe, 1s);
  const std::uint64_t other = cookie_for(kStranger, 1s);
  Duration at = 10s;
  const auto mark = [&](std::uint64_t session, std::uint32_t flow, Endpoint from) {
    ProbeMessage its = message(ProbeKind::Mark, from == kProbe ? cookie : other, flow);
    its.session = session;
    its.answer = true;
    say(its, from, at += 1s);
    return answer()->kind;
  };
  EXPECT_EQ(mark(1, 1, kProbe), ProbeKind::Marked);
  EXPECT_EQ(mark(1, 2, kProbe), ProbeKind::Marked);
  EXPECT_EQ(mark(1, 3, kProbe), ProbeKind::Refused);
  EXPECT_EQ(mark(2, 1, kProbe), ProbeKind::Marked);
  EXPECT_EQ(mark(3, 1, kProbe), ProbeKind::Refused);  // too many of one address
  EXPECT_EQ(mark(3, 1, kStranger), ProbeKind::Marked);
  EXPECT_EQ(mark(4, 1, kStranger), ProbeKind::Refused);
  EXPECT_EQ(reflector.sessions(), 3u);
  out.clear();
  reflector.accept(1, kProbe, kStart + at, out);
  reflector.accept(2, kProbe, kStart + at, out);
  EXPECT_EQ(out.aborted, std::vector<std::uint32_t>{2});
}

TEST_F(SmallReflector, AnswersOnlySoManyInASecond) {
  std::size_t answers = 0;
  for (int i = 0; i < 100; ++i)
    answers += say(message(ProbeKind::Hello), kProbe, 1s + i * 1ms).datagrams.size();
  EXPECT_EQ(answers, 4u);
  EXPECT_EQ(say(message(ProbeKind::Hello), kProbe, 2s).datagrams.size(), 1u);
}

}  // namespace
}  // namespace stayalive
