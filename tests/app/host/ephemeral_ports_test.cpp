// SPDX-License-Identifier: Apache-2.0
#include "app/host/ephemeral_ports.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(EphemeralPorts, GoRoundFromTheFirstOne) {
  EphemeralPorts ports(50'001, 50'000, 50'002);
  EXPECT_EQ(ports.take(), 50'001);
  EXPECT_EQ(ports.take(), 50'002);
  EXPECT_EQ(ports.take(), 50'000);
}

TEST(EphemeralPorts, RefuseOnlyWhileAllAreInUse) {
  EphemeralPorts ports(50'000, 50'000, 50'001);
  EXPECT_EQ(ports.take(), 50'000);
  EXPECT_EQ(ports.take(), 50'001);
  EXPECT_EQ(ports.take(), std::nullopt);
  ports.release(50'000);
  EXPECT_EQ(ports.take(), 50'000);
  EXPECT_EQ(ports.take(), std::nullopt);
}

TEST(EphemeralPorts, TheOneThatHasBeenFreeForLongestComesFirst) {
  EphemeralPorts ports(50'000, 50'000, 50'002);
  for (int i = 0; i < 3; ++i) ports.take();
  ports.release(50'002);
  ports.release(50'000);
  EXPECT_EQ(ports.take(), 50'002);
  EXPECT_EQ(ports.take(), 50'000);
}

TEST(EphemeralPorts, APortThatWasNeverInUseIsPreferred) {
  EphemeralPorts ports(50'000, 50'000, 50'002);
  ports.take();
  ports.release(50'000);
  EXPECT_EQ(ports.take(), 50'001);
}

TEST(EphemeralPorts, AreThoseOfLinux) {
  EphemeralPorts ports(60'999);
  EXPECT_EQ(ports.take(), 60'999);
  EXPECT_EQ(ports.take(), 32'768);
}

}  // namespace
}  // namespace stayalive
