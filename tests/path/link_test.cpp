// SPDX-License-Identifier: Apache-2.0
#include "path/link.h"

#include <gtest/gtest.h>

#include <array>

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
