// SPDX-License-Identifier: Apache-2.0
#include "stack/tcp_config.h"

#include <gtest/gtest.h>

#include "stack/socket_error.h"

namespace stayalive {
namespace {

TEST(TcpConfig, EveryPresetIsFoundByItsName) {
  ASSERT_EQ(os_presets().size(), 5u);
  for (const OsPreset& preset : os_presets()) {
    EXPECT_EQ(find_os_preset(preset.name), &preset);
    EXPECT_FALSE(preset.title.empty());
  }
  EXPECT_EQ(find_os_preset("plan9"), nullptr);
}

TEST(TcpConfig, PresetsDifferWhereTheSystemsDo) {
  EXPECT_EQ(find_os_preset("linux")->tcp.syn_linear_timeouts, 4u);
  EXPECT_EQ(find_os_preset("linux-before-6.5")->tcp.syn_linear_timeouts, 0u);
  EXPECT_EQ(find_os_preset("windows")->tcp.keepalive_interval, 1s);
  EXPECT_EQ(find_os_preset("windows")->tcp.keepalive_count, 10u);
  EXPECT_TRUE(find_os_preset("freebsd")->tcp.keepalive);
  EXPECT_FALSE(find_os_preset("macos")->tcp.keepalive);
  EXPECT_EQ(find_os_preset("macos")->tcp.keepalive_count, 8u);
}

TEST(SocketError, NamesAreThoseAProgramSees) {
  EXPECT_STREQ(name(SocketError::TimedOut), "ETIMEDOUT");
  EXPECT_STREQ(name(SocketError::Reset), "ECONNRESET");
  EXPECT_STREQ(name(SocketError::Refused), "ECONNREFUSED");
  EXPECT_STREQ(name(SocketError::BrokenPipe), "EPIPE");
  EXPECT_STREQ(name(SocketError::HostUnreachable), "EHOSTUNREACH");
  EXPECT_STREQ(name(SocketError::NetworkUnreachable), "ENETUNREACH");
  EXPECT_STREQ(name(SocketError::None), "none");
}

}  // namespace
}  // namespace stayalive
