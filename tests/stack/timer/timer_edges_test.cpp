// SPDX-License-Identifier: Apache-2.0
// The estimates of TCP's timers in figures: what a shorter round trip does to the retransmission
// timeout, and how soon data have to follow each other to shorten the delay of an acknowledgment.
#include <gtest/gtest.h>

#include "stack/tcp_config.h"
#include "stack/timer/acknowledgment_delay.h"
#include "stack/timer/rtt_estimator.h"

namespace stayalive::test {
namespace {

// Linux, tcp_rtt_estimator(): the first sample of 300 ms makes srtt 300 ms and a variance of
// 600 ms.  At 100 ms the smoothed round trip falls by an eighth of 200 ms.  The deviation is 200 ms
// less a quarter of 600 ms above the variance, of which an eighth counts.
TEST(RttEstimator, AnAnswerThatIsMuchSoonerCountsForAnEighthOfItsDeviation) {
  RttEstimator rtt;
  rtt.sample(300ms, 200ms, 1, 1);
  EXPECT_EQ(rtt.rto(1s, 120s), 300ms + 600ms);
  rtt.sample(100ms, 200ms, 2, 2);
  EXPECT_EQ(rtt.srtt(), 275ms);
  EXPECT_EQ(rtt.rto(1s, 120s), 275ms + 606ms + 250us);
}

// The same deviation in the other direction counts in full.
TEST(RttEstimator, AnAnswerThatIsMuchLaterCountsInFull) {
  RttEstimator rtt;
  rtt.sample(300ms, 200ms, 1, 1);
  rtt.sample(500ms, 200ms, 2, 2);
  EXPECT_EQ(rtt.srtt(), 325ms);
  EXPECT_EQ(rtt.rto(1s, 120s), 325ms + 650ms);
}

// An acknowledgment delay after data that came at the start and then after a gap.
class SecondSegment {
 public:
  SecondSegment(Duration gap, Duration rto) {
    delay_.start(config_, 64'000, kStart);
    comes(kStart, rto);
    comes(kStart + gap, rto);
  }
  Duration wait() const { return delay_.wait(config_, Duration::zero()); }

 private:
  void comes(TimePoint now, Duration rto) {
    Packet segment;
    segment.protocol = Protocol::Tcp;
    segment.payload = 10;
    delay_.on_data(config_, segment, 64'000, rto, now);
  }

  TcpConfig config_;
  AcknowledgmentDelay delay_;
};

// Linux, tcp_event_data_recv(): with TCP_ATO_MIN of 40 ms, up to 20 ms the delay is halved and
// 20 ms added; later the gap is added, but no more than the retransmission timeout is waited.
TEST(AcknowledgmentDelay, WhatFollowsWithinHalfTheShortestDelayLeavesItAtTheShortest) {
  EXPECT_EQ(SecondSegment(16ms, 200ms).wait(), 40ms) << "not 20 ms and 16 ms";
  EXPECT_EQ(SecondSegment(20ms, 32ms).wait(), 40ms) << "whatever the retransmission timeout is";
  EXPECT_EQ(SecondSegment(20ms + 1ns, 32ms).wait(), 32ms) << "no longer than that";
}

TEST(AcknowledgmentDelay, WhatFollowsSoonerThanTheDelayLengthensIt) {
  EXPECT_EQ(SecondSegment(28ms, 200ms).wait(), 48ms) << "half of 40 ms, and 28 ms";
  EXPECT_EQ(SecondSegment(40ms - 4ns, 200ms).wait(), 60ms - 4ns);
  EXPECT_EQ(SecondSegment(40ms, 200ms).wait(), 40ms) << "as late as the delay itself: no change";
}

}  // namespace
}  // namespace stayalive::test
