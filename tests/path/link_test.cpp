// SPDX-License-Identifier: Apache-2.0
#include "path/link.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace stayalive {
namespace {

constexpr std::uint32_t kBytes = 1500;

Link link_of(const LinkConfig& config) { return Link(config, 1, "test outbound"); }

TEST(Link, APlainLineDeliversAfterItsDelay) {
  LinkConfig config;
  config.delay = 10ms;
  Link link = link_of(config);
  const auto transit = link.transmit(kStart + 1s, kBytes);
  EXPECT_EQ(transit.arrival, kStart + 1s + 10ms);
  EXPECT_EQ(transit.loss, Link::Loss::None);
}

TEST(Link, AnEmptyConfigurationDeliversAtOnce) {
  const LinkConfig config;
  Link link = link_of(config);
  EXPECT_EQ(link.transmit(kStart, kBytes).arrival, kStart);
}

TEST(Link, SerializesOnePacketAfterTheOther) {
  LinkConfig config;
  config.delay = 10ms;
  config.rate = BitRate{12'000'000};  // 1500 bytes take 1 ms
  Link link = link_of(config);
  EXPECT_EQ(link.transmit(kStart, kBytes).arrival, kStart + 11ms);
  EXPECT_EQ(link.transmit(kStart, kBytes).arrival, kStart + 12ms);
  // The line falls idle at 2 ms; a packet before that waits, one at that instant does not.
  EXPECT_EQ(link.transmit(kStart + 2ms - 1ns, kBytes).arrival, kStart + 13ms);
  EXPECT_EQ(link.transmit(kStart + 3ms, kBytes).arrival, kStart + 14ms);
  EXPECT_EQ(link.transmit(kStart + 4ms + 1ns, kBytes).arrival, kStart + 15ms + 1ns);
}

TEST(Link, DropsWhatFindsItsQueueFullOfPackets) {
  LinkConfig config;
  config.rate = BitRate{12'000'000};  // 1500 bytes take 1 ms
  config.queue = {2, 0};
  Link link = link_of(config);
  // One is being sent, two wait, and the fourth finds no room, however short it is.
  EXPECT_EQ(link.transmit(kStart, kBytes).arrival, kStart + 1ms);
  EXPECT_EQ(link.transmit(kStart, kBytes).arrival, kStart + 2ms);
  EXPECT_EQ(link.transmit(kStart, kBytes).arrival, kStart + 3ms);
  EXPECT_EQ(link.transmit(kStart, 40).loss, Link::Loss::Queue);
  // The first waiting one is taken at 1 ms.
  EXPECT_EQ(link.transmit(kStart + 1ms - 1ns, 40).loss, Link::Loss::Queue);
  EXPECT_EQ(link.transmit(kStart + 1ms, kBytes).arrival, kStart + 4ms);
  EXPECT_EQ(link.transmit(kStart + 1ms, kBytes).loss, Link::Loss::Queue);
  EXPECT_EQ(link.dropped().packets, 3u);
  EXPECT_EQ(link.dropped().bytes, 2u * 40 + kBytes);
  // All of them have been sent by 4 ms.
  EXPECT_EQ(link.transmit(kStart + 4ms, kBytes).arrival, kStart + 5ms);
}

TEST(Link, DropsWhatFindsItsQueueFullOfBytes) {
  LinkConfig config;
  config.rate = BitRate{12'000'000};
  config.queue = {0, 2 * kBytes};
  Link link = link_of(config);
  EXPECT_EQ(link.transmit(kStart, 60'000).loss, Link::Loss::None) << "what is sent does not wait";
  EXPECT_EQ(link.transmit(kStart, kBytes + 1).loss, Link::Loss::None);
  EXPECT_EQ(link.transmit(kStart, kBytes).loss, Link::Loss::Queue) << "one byte too many";
  EXPECT_EQ(link.transmit(kStart, kBytes - 1).loss, Link::Loss::None) << "a smaller one fits";
  EXPECT_EQ(link.transmit(kStart, 1).loss, Link::Loss::Queue);
  EXPECT_EQ(link.dropped().packets, 2u);
}

TEST(Link, WhatAQueueDropsDrawsNothing) {
  LinkConfig lossy;
  lossy.rate = BitRate{12'000'000};
  lossy.loss = {1, 3};
  lossy.jitter = 1ms;
  lossy.queue = {1, 0};
  Link crowded = link_of(lossy);
  Link empty = link_of(lossy);
  for (int i = 0; i < 100; ++i) {
    const TimePoint at = kStart + i * 10ms;
    const auto alone = empty.transmit(at, kBytes);
    const auto first = crowded.transmit(at, kBytes);
    EXPECT_EQ(first.arrival, alone.arrival);
    EXPECT_EQ(crowded.transmit(at + 1us, kBytes).loss, empty.transmit(at + 1us, kBytes).loss);
    EXPECT_EQ(crowded.transmit(at + 2us, kBytes).loss, Link::Loss::Queue);
  }
}

TEST(Link, WithoutARateNothingWaits) {
  LinkConfig config;
  config.queue = {1, 0};
  Link link = link_of(config);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(link.transmit(kStart, kBytes).arrival, kStart);
}

TEST(Link, JitterNeverReorders) {
  LinkConfig config;
  config.delay = 5ms;
  config.jitter = 20ms;
  Link link = link_of(config);
  TimePoint last = kStart;
  bool held_back = false;
  for (int i = 0; i < 2000; ++i) {
    const TimePoint sent = kStart + i * 1ms;
    const TimePoint arrival = link.transmit(sent, kBytes).arrival;
    ASSERT_GE(arrival, sent + 5ms);
    ASSERT_LE(arrival, sent + 25ms);
    ASSERT_GE(arrival, last);
    held_back |= arrival == last;
    last = arrival;
  }
  EXPECT_TRUE(held_back) << "with this much jitter some packet has to wait for the one before it";
}

TEST(Link, JitterReordersWhereItMay) {
  LinkConfig config;
  config.jitter = 20ms;
  config.reorder = true;
  Link link = link_of(config);
  TimePoint last = kStart;
  int overtakes = 0;
  for (int i = 0; i < 2000; ++i) {
    const TimePoint arrival = link.transmit(kStart + i * 1ms, kBytes).arrival;
    overtakes += arrival < last ? 1 : 0;
    last = arrival;
  }
  EXPECT_GT(overtakes, 500);
}

TEST(Link, JitterReachesBothItsEnds) {
  LinkConfig config;
  config.jitter = 3ns;
  config.reorder = true;
  Link link = link_of(config);
  std::array<int, 4> seen{};
  for (int i = 0; i < 400; ++i) {
    const Duration jitter = link.transmit(kStart, kBytes).arrival - kStart;
    ++seen.at(static_cast<std::size_t>(jitter.count()));
  }
  for (const int count : seen) EXPECT_NEAR(count, 100, 45);
}

TEST(Link, LosesTheConfiguredShare) {
  LinkConfig config;
  config.loss = {1, 50};
  Link link = link_of(config);
  int lost = 0;
  for (int i = 0; i < 50'000; ++i) {
    const auto transit = link.transmit(kStart + i * 1ms, kBytes);
    if (transit.loss == Link::Loss::Chance) {
      EXPECT_EQ(transit.arrival, kNever);
      ++lost;
    }
  }
  EXPECT_NEAR(lost, 1000, 160);
}

// Which of so many packets are lost.
std::vector<int> lost_of(Link& link, int packets) {
  std::vector<int> lost;
  for (int i = 0; i < packets; ++i) {
    if (link.transmit(kStart + i * 1ms, kBytes).loss == Link::Loss::Chance) lost.push_back(i);
  }
  return lost;
}

std::vector<StateField> state_of(Link& link) {
  std::vector<StateField> fields;
  StateWalk walk(fields);
  link.walk(walk);
  return fields;
}

TEST(Link, TheFirstPacketIsLostAsOftenAsAnyOther) {
  LinkConfig config;
  config.loss = {1, 5};
  std::array<int, 4> lost{};
  for (std::uint64_t seed = 0; seed < 10'000; ++seed) {
    Link link(config, seed, "test outbound");
    for (const int packet : lost_of(link, 4)) ++lost.at(static_cast<std::size_t>(packet));
  }
  // The standard deviation of a count is 40.
  for (const int count : lost) EXPECT_NEAR(count, 2000, 240);
}

TEST(Link, OneLossSaysNothingAboutTheNext) {
  LinkConfig config;
  config.loss = {1, 4};
  Link link = link_of(config);
  const std::vector<int> lost = lost_of(link, 100'000);
  int in_a_row = 0;
  for (std::size_t i = 1; i < lost.size(); ++i) in_a_row += lost[i] == lost[i - 1] + 1 ? 1 : 0;
  EXPECT_NEAR(in_a_row, static_cast<double>(lost.size()) / 4, 6 * 70);
}

TEST(Link, BothEndsOfTheRatioAreCertain) {
  LinkConfig config;
  config.loss = {0, 1};
  Link clean = link_of(config);
  EXPECT_TRUE(lost_of(clean, 1000).empty());
  config.loss = {7, 7};
  Link dead = link_of(config);
  const auto chance = [&dead] {
    std::vector<StateField> fields = state_of(dead);
    std::erase_if(fields, [](const StateField& field) { return field.motion == Motion::Past; });
    return fields;
  };
  const std::vector<StateField> before = chance();
  EXPECT_EQ(lost_of(dead, 1000).size(), 1000u);
  EXPECT_TRUE(std::ranges::equal(before, chance(), {}, &StateField::bits, &StateField::bits))
      << "nothing is drawn where nothing is left to chance";
}

TEST(Link, AnOutageDoesNotBringTheNextLossNearer) {
  LinkConfig config;
  config.loss = {1, 20};
  Link always_up = link_of(config);
  const int next = lost_of(always_up, 1000).front();
  ASSERT_GT(next, 0);
  config.outages = {{kStart, kStart + 100ms}};
  Link link = link_of(config);
  EXPECT_EQ(lost_of(link, 1000).front(), next + 100);
}

TEST(Link, TheStateSaysHowManyPacketsPassBeforeTheNextLoss) {
  LinkConfig config;
  config.loss = {1, 20};
  Link link = link_of(config);
  const auto passing = [&link] {
    const std::vector<StateField> fields = state_of(link);
    const auto field = std::ranges::find(fields, Motion::Countdown, &StateField::motion);
    return field == fields.end() ? ~std::uint64_t{0} : field->bits;
  };
  for (int loss = 0; loss < 5; ++loss) {
    const std::uint64_t before = passing();
    for (std::uint64_t i = 0; i < before; ++i)
      ASSERT_EQ(link.transmit(kStart, kBytes).loss, Link::Loss::None);
    EXPECT_EQ(passing(), 0u);
    EXPECT_EQ(link.transmit(kStart, kBytes).loss, Link::Loss::Chance);
  }
}

TEST(Link, LossLeavesTheJitterOfTheOthersAlone) {
  LinkConfig clean;
  clean.jitter = 10ms;
  clean.reorder = true;
  LinkConfig lossy = clean;
  lossy.loss = {1, 3};
  Link a = link_of(clean);
  Link b = link_of(lossy);
  int lost = 0;
  for (int i = 0; i < 300; ++i) {
    const auto reference = a.transmit(kStart + i * 1s, kBytes);
    const auto transit = b.transmit(kStart + i * 1s, kBytes);
    if (transit.loss == Link::Loss::Chance) {
      ++lost;
    } else {
      ASSERT_EQ(transit.arrival, reference.arrival);
    }
  }
  EXPECT_GT(lost, 50);
}

TEST(Link, ALostPacketHasStillOccupiedTheLine) {
  LinkConfig config;
  config.rate = BitRate{12'000'000};
  config.loss = {1, 2};
  Link link = link_of(config);
  int sent = 0;
  Link::Transit transit;
  do {
    transit = link.transmit(kStart, kBytes);
    ++sent;
  } while (transit.loss == Link::Loss::None || sent < 5);
  const int before = sent;
  do {
    transit = link.transmit(kStart, kBytes);
    ++sent;
  } while (transit.loss != Link::Loss::None);
  EXPECT_EQ(transit.arrival, kStart + sent * 1ms) << before;
}

TEST(Link, AnOutageBeginsAndEndsOnTheNanosecond) {
  LinkConfig config;
  config.delay = 10ms;
  config.outages = {{kStart + 5s, kStart + 8s}, {kStart + 20s, kStart + 21s}};
  Link link = link_of(config);
  EXPECT_FALSE(link.down(kStart));
  EXPECT_FALSE(link.down(kStart + 5s - 1ns));
  EXPECT_TRUE(link.down(kStart + 5s));
  EXPECT_TRUE(link.down(kStart + 8s - 1ns));
  EXPECT_FALSE(link.down(kStart + 8s));
  EXPECT_FALSE(link.down(kStart + 20s - 1ns));
  EXPECT_TRUE(link.down(kStart + 20s));
  EXPECT_FALSE(link.down(kStart + 21s));

  // On its way when the line goes down: arrives all the same.
  EXPECT_EQ(link.transmit(kStart + 5s - 1ns, kBytes).arrival, kStart + 5s + 10ms - 1ns);
  const auto transit = link.transmit(kStart + 5s, kBytes);
  EXPECT_EQ(transit.loss, Link::Loss::Outage);
  EXPECT_EQ(transit.arrival, kNever);
  EXPECT_EQ(link.transmit(kStart + 8s - 1ns, kBytes).loss, Link::Loss::Outage);
  EXPECT_EQ(link.transmit(kStart + 8s, kBytes).arrival, kStart + 8s + 10ms);
}

TEST(Link, AnOutageWithoutEndNeverEnds) {
  LinkConfig config;
  config.outages = {{kStart + 5s}};
  const Link link = link_of(config);
  EXPECT_FALSE(link.down(kStart + 5s - 1ns));
  EXPECT_TRUE(link.down(kStart + 5s));
  EXPECT_TRUE(link.down(kNever - 1ns));
}

TEST(Link, OutagesThatTouchLeaveNoGap) {
  LinkConfig config;
  config.outages = {{kStart + 1s, kStart + 2s}, {kStart + 2s, kStart + 3s}};
  const Link link = link_of(config);
  EXPECT_TRUE(link.down(kStart + 2s - 1ns));
  EXPECT_TRUE(link.down(kStart + 2s));
  EXPECT_FALSE(link.down(kStart + 3s));
}

TEST(Link, APacketRefusedByAnOutageDoesNotOccupyTheLine) {
  LinkConfig config;
  config.rate = BitRate{12'000'000};
  config.outages = {{kStart, kStart + 1ns}};
  Link link = link_of(config);
  EXPECT_EQ(link.transmit(kStart, kBytes).loss, Link::Loss::Outage);
  EXPECT_EQ(link.transmit(kStart + 1ns, kBytes).arrival, kStart + 1ms + 1ns);
}

TEST(Link, TheTwoDirectionsDrawDifferentNumbers) {
  LinkConfig config;
  config.jitter = 1s;
  config.reorder = true;
  Link there(config, 1, "lan outbound");
  Link back(config, 1, "lan inbound");
  Link again(config, 1, "lan outbound");
  int equal = 0;
  for (int i = 0; i < 50; ++i) {
    const TimePoint arrival = there.transmit(kStart, kBytes).arrival;
    EXPECT_EQ(again.transmit(kStart, kBytes).arrival, arrival);
    equal += back.transmit(kStart, kBytes).arrival == arrival ? 1 : 0;
  }
  EXPECT_LT(equal, 3);
}

}  // namespace
}  // namespace stayalive
