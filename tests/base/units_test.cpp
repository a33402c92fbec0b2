// SPDX-License-Identifier: Apache-2.0
#include "base/units.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(TransmissionTime, IsNothingOnALineWithoutLimit) {
  EXPECT_EQ(transmission_time(1500, BitRate{0}), 0ns);
}

TEST(TransmissionTime, IsBitsDividedByRate) {
  EXPECT_EQ(transmission_time(1500, BitRate{1'000'000'000}), 12us);
  EXPECT_EQ(transmission_time(1500, BitRate{8}), 1500s);
  EXPECT_EQ(transmission_time(0, BitRate{8}), 0ns);
}

TEST(TransmissionTime, RoundsUpToTheNanosecond) {
  // One byte at 3 Gbit/s takes 2.67 ns, at 4 Gbit/s exactly 2 ns.
  EXPECT_EQ(transmission_time(1, BitRate{3'000'000'000}), 3ns);
  EXPECT_EQ(transmission_time(1, BitRate{4'000'000'000}), 2ns);
  EXPECT_EQ(transmission_time(1, BitRate{4'000'000'001}), 2ns);
  EXPECT_EQ(transmission_time(1, BitRate{3'999'999'999}), 3ns);
}

TEST(TransmissionTime, HoldsTheLargestPacketOnTheSlowestLine) {
  EXPECT_EQ(transmission_time((1u << 30) - 1, BitRate{1}), std::chrono::seconds{8'589'934'584});
}

}  // namespace
}  // namespace stayalive
