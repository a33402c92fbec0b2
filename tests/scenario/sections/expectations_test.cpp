// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "support/scenario_text.h"

namespace stayalive {
namespace {

std::string with_expectation(const std::string& expect) {
  return R"({"path": [{"link": {"name": "wan"}},
             {"middlebox": {"name": "box", "profile": "pf-normal"}}],
    "hosts": {"laptop": {"side": "internal"}},
    "connections": [{"name": "quiet"}, {"name": "asks", "traffic": [{"at": "1m", "answer": {}}]},
                    {"name": "many", "count": 10}],
    "expect": [{)" +
         expect + "}]}";
}
std::string wrong(const std::string& expect) { return mistakes(with_expectation(expect)); }
ExpectSpec expected(const std::string& expect) {
  return right(with_expectation(expect)).expectations.at(0);
}

TEST(Expectations, ClaimMoreThanOneThing) {
  const ExpectSpec expect = expected(
      R"("connection": "asks", "is": "held", "keepalives": 3, "bytes": {"at_most": 100},
         "messages": {"from": "server", "lost": {"at_most": "1%"}},
         "closest_call": {"at_least": "30s"})");
  EXPECT_TRUE(expect.held);
  ASSERT_EQ(expect.claims.size(), 4u);
  EXPECT_EQ(expect.claims[0].metric, Metric::Lost);
  EXPECT_EQ(expect.claims[0].side, Role::Server);
  EXPECT_FALSE(expect.claims[0].limits.least);
  EXPECT_EQ(std::get<Ratio>(*expect.claims[0].limits.most), (Ratio{1, 100}));
  EXPECT_EQ(std::get<std::uint64_t>(*expect.claims[1].limits.least), 3u);
  EXPECT_EQ(std::get<std::uint64_t>(*expect.claims[1].limits.most), 3u);
  EXPECT_EQ(expect.claims[2].metric, Metric::Bytes);
  EXPECT_EQ(std::get<Duration>(*expect.claims[3].limits.least), 30s);
}

TEST(Expectations, CountFromAnInstantOnlyWhereNoticingDoes) {
  const ExpectSpec expect = expected(
      R"("connection": "quiet", "side": "client", "noticed_after": {"at_most": "2m"},
         "since": "10m")");
  ASSERT_EQ(expect.claims.size(), 1u);
  EXPECT_EQ(expect.claims[0].side, Role::Client);
  EXPECT_EQ(expect.claims[0].since, kStart + 10min);
  EXPECT_TRUE(says(wrong(R"("connection": "quiet", "keepalives": 0, "since": "10m")"),
                   "since together with noticed_after"));
}

TEST(Expectations, AShareThatStandsAloneIsTheLeast) {
  const ExpectSpec least = expected(R"("connection": "many", "is": "held", "share": "90%")");
  EXPECT_EQ(std::get<Ratio>(*least.share->least), (Ratio{90, 100}));
  EXPECT_FALSE(least.share->most);
  const ExpectSpec most =
      expected(R"("connection": "many", "is": "forgotten", "share": {"at_most": "1%"})");
  EXPECT_FALSE(most.share->least);
  EXPECT_EQ(std::get<Ratio>(*most.share->most), (Ratio{1, 100}));
}

TEST(Expectations, OfManyOneEndMayBeMeant) {
  EXPECT_EQ(expected(R"("connection": "many", "is": "alive", "side": "server")").side,
            Role::Server);
  EXPECT_TRUE(says(wrong(R"("connection": "many", "is": "alive", "at": "1m")"),
                   "the connection stands for many, which are judged together at the end"));
}

TEST(Expectations, BlameBoxesLinksHostsAndEnds) {
  const auto blame = [](const std::string& name) {
    return wrong(R"("connection": "quiet", "is": "forgotten", "blame": ")" + name + "\"");
  };
  for (const char* name : {"box", "wan", "server", "client"})
    EXPECT_EQ(blame(name), "none") << name;
  EXPECT_TRUE(says(blame("laptop"),
                   "the host \"laptop\" is at neither end of the connection; allowed: client or "
                   "server"));
  EXPECT_TRUE(says(blame("quiet"), "\"quiet\" is a connection, not"));
}

TEST(Expectations, OfNothingAreAMistake) {
  EXPECT_TRUE(says(wrong(R"("connection": "quiet")"),
                   "nothing is expected of it; allowed: at least one of is, messages, blackhole, "
                   "noticed_after, keepalives, packets, bytes, opened, page_load, longest_wait, "
                   "closest_call, closest_give_up, survives, crash_noticed, at_server or ways"));
  EXPECT_TRUE(says(wrong(R"("connection": "asks", "messages": {"from": "client"})"),
                   "nothing is expected of the messages"));
  EXPECT_TRUE(says(wrong(R"("connection": "quiet", "bytes": {})"), "there is no limit"));
}

TEST(Expectations, OfWhatCannotBeAreMistakes) {
  EXPECT_TRUE(says(wrong(R"("connection": "quiet", "messages": {"lost": 0})"),
                   "neither end of this connection writes any messages"));
  EXPECT_EQ(wrong(R"("connection": "asks", "messages": {"from": "server", "lost": 0})"), "none")
      << "it answers";
  EXPECT_TRUE(says(wrong(R"("connection": "asks", "messages": {"from": "server", "answered": 0})"),
                   "the server writes no messages that ask for an answer"));
  EXPECT_TRUE(says(wrong(R"("connection": "quiet", "bytes": {"at_least": 2, "at_most": 1})"),
                   "at_most is less than at_least"));
  EXPECT_TRUE(says(wrong(R"("connection": "quiet", "keepalives": 0, "blame": "box")"),
                   "it says more about an outcome, and there is none; allowed: this key with is"));
  EXPECT_TRUE(says(wrong(R"("connection": "quiet", "closest_call": {"at_least": "1s"},
                            "side": "client")"),
                   "the boxes do not belong to either end"));
  EXPECT_TRUE(says(wrong(R"("connection": "quiet", "is": "held", "share": "1%")"),
                   "the connection stands for itself alone"));
}

TEST(Expectations, OfExactSharesAndSpansAreMistakes) {
  const auto delivered = [](const std::string& limits) {
    return wrong(R"("connection": "asks", "messages": {"delivered": )" + limits + "}");
  };
  EXPECT_EQ(delivered(R"("100%")"), "none");
  EXPECT_EQ(delivered(R"("0%")"), "none");
  EXPECT_EQ(delivered(R"({"at_least": "99%", "at_most": 5})"), "none");
  EXPECT_TRUE(
      says(delivered(R"("99%")"),
           "found 99%, which is hardly ever so exactly; allowed: {\"at_least\": \"99%\"} or "
           "{\"at_most\": \"99%\"}"));
  EXPECT_TRUE(says(delivered(R"({"at_leats": "99%"})"), "did you mean \"at_least\"?"));
  EXPECT_TRUE(says(wrong(R"("connection": "quiet", "blackhole": "30s")"),
                   "found \"30s\"; allowed: an object in braces"));
}

}  // namespace
}  // namespace stayalive
