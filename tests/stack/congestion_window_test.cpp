// SPDX-License-Identifier: Apache-2.0
#include "stack/congestion_window.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

// A bulk transfer whose window is always full: each acknowledgment confirms one segment that took
// `round_trip`, and as many follow as the window allows.
class Bulk {
 public:
  explicit Bulk(std::uint32_t initial = 10) {
    window.start(initial);
    next_ = initial;
  }
  void acknowledge(Duration round_trip, TimePoint now) {
    shortest_ = shortest_ == Duration::zero() ? round_trip : std::min(shortest_, round_trip);
    const auto in_flight = static_cast<std::uint32_t>(next_ - acknowledged_);
    ++acknowledged_;
    window.on_acknowledged({1, in_flight, acknowledged_, next_, round_trip, shortest_}, now);
    while (next_ - acknowledged_ < window.segments()) ++next_;
  }
  // `count` acknowledgments, 5 ms apart.
  void acknowledge(int count, Duration round_trip) {
    for (int i = 0; i < count; ++i) acknowledge(round_trip, now_ += 5ms);
  }
  TimePoint now() const { return now_; }
  void wait(Duration span) { now_ += span; }

  CongestionWindow window;

 private:
  std::uint64_t next_ = 0;
  std::uint64_t acknowledged_ = 0;
  Duration shortest_{};
  TimePoint now_ = kStart + 1s;
};

TEST(CongestionWindow, SlowStartAddsASegmentForEachThatArrives) {
  Bulk bulk;
  bulk.acknowledge(40, 100ms);
  EXPECT_EQ(bulk.window.segments(), 50u);
}

TEST(CongestionWindow, AWindowThatIsNotUsedDoesNotGrow) {
  CongestionWindow window;
  window.start(10);
  window.on_acknowledged({1, 5, 1, 6, 100ms, 100ms}, kStart + 1s);
  EXPECT_EQ(window.segments(), 10u);
  window.on_acknowledged({1, 6, 2, 8, 100ms, 100ms}, kStart + 2s);
  EXPECT_EQ(window.segments(), 11u);
}

// HyStart: from sixteen segments on, the ninth sample of a round decides; an eighth of the shortest
// round trip more, at least 4 ms and at most 16 ms, tells of a queue.
TEST(CongestionWindow, ARoundTripThatHasGrownEndsSlowStart) {
  for (const auto& [shortest, rise] :
       {std::pair{100ms, 12500us}, std::pair{10ms, 4ms + 0us}, std::pair{400ms, 16ms + 0us}}) {
    for (const bool more : {false, true}) {
      Bulk bulk;
      bulk.acknowledge(11, shortest);  // the second round begins with the eleventh
      bulk.acknowledge(7, shortest + rise + (more ? 1us : 0us));
      EXPECT_EQ(bulk.window.segments(), 28u);
      bulk.acknowledge(30, shortest + rise + (more ? 1us : 0us));
      EXPECT_EQ(bulk.window.segments() < 58u, more) << shortest.count();
    }
  }
}

TEST(CongestionWindow, BelowSixteenSegmentsNothingIsLookedFor) {
  Bulk bulk(2);
  bulk.acknowledge(1, 100ms);
  bulk.acknowledge(13, 500ms);
  EXPECT_EQ(bulk.window.segments(), 16u);
}

TEST(CongestionWindow, AcknowledgmentsThatFollowCloselyForHalfARoundTripEndSlowStart) {
  for (const Duration gap : {2ms + 0us, 2001us}) {
    Bulk bulk(16);
    for (int i = 0; i < 100; ++i) bulk.acknowledge(100ms, kStart + 1s + i * gap);
    // (100 ms + 1 ms) / 2 after the round began.
    EXPECT_EQ(bulk.window.segments() < 70u, gap == 2ms) << gap.count();
  }
}

TEST(CongestionWindow, ALossLeaves717Of1024) {
  CongestionWindow window;
  window.start(100);
  window.on_loss();
  EXPECT_EQ(window.segments(), 70u);
  window.start(2);
  window.on_loss();
  EXPECT_EQ(window.segments(), 2u);
}

TEST(CongestionWindow, TheCurveReachesTheOldWindowAgainAfterTheCubeRootOfWhatWasCut) {
  Bulk bulk;
  bulk.window.start(200);
  bulk.window.on_loss();
  ASSERT_EQ(bulk.window.segments(), 140u);
  // K = cbrt(60 / 0.4) s = 5.3 s.  The last of them comes after 199 acknowledgments.
  const TimePoint begin = bulk.now();
  Duration reached{};
  while (bulk.window.segments() < 200 && bulk.now() - begin < 20s) {
    bulk.acknowledge(1, 100ms);
    reached = bulk.now() - begin;
    if (reached < 1s) {
      EXPECT_LT(bulk.window.segments(), 180u);
    }
  }
  EXPECT_GE(reached, 4s);
  EXPECT_LE(reached, 6500ms);
}

TEST(CongestionWindow, AfterATimeoutSlowStartEndsWhereTheCutWouldHaveBeen) {
  Bulk bulk;
  bulk.window.start(20);
  bulk.window.on_timeout(0, true);
  EXPECT_EQ(bulk.window.segments(), 1u);
  bulk.acknowledge(13, 100ms);
  EXPECT_EQ(bulk.window.segments(), 14u);
  bulk.acknowledge(10, 100ms);
  EXPECT_EQ(bulk.window.segments(), 14u);
}

TEST(CongestionWindow, ANeedlessTimeoutIsUndone) {
  CongestionWindow window;
  window.start(20);
  window.on_timeout(3, true);
  window.on_timeout(2, false);
  EXPECT_EQ(window.segments(), 3u);
  window.undo_timeout();
  EXPECT_EQ(window.segments(), 20u);
  window.on_acknowledged({1, 20, 21, 41, 100ms, 100ms}, kStart + 1s);
  EXPECT_EQ(window.segments(), 21u);
}

TEST(CongestionWindow, APauseBeginsTheCurveAnew) {
  Bulk bulk;
  bulk.window.start(100);
  bulk.window.on_loss();
  bulk.acknowledge(600, 100ms);
  EXPECT_NE(bulk.window, bulk.window.after_pause());
  const CongestionWindow paused = bulk.window.after_pause();
  EXPECT_EQ(paused.segments(), bulk.window.segments());
  EXPECT_EQ(paused, paused.after_pause());
}

}  // namespace
}  // namespace stayalive
