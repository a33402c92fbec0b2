// SPDX-License-Identifier: Apache-2.0
#include "stack/tcp_config.h"

#include <gtest/gtest.h>

#include "stack/socket_error.h"

namespace stayalive {
namespace {

TEST(TcpConfig, EveryPresetIsFoundByItsName) {
  ASSERT_EQ(os_presets().size(), 9u);
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

// How long an idle connection to a dead peer lives, as the texts about these systems have it.
TEST(TcpConfig, OldSystemsNoticeADeadPeerWhenTheirDocumentsSay) {
  const auto notices_after = [](std::string_view system) {
    const TcpConfig& tcp = find_os_preset(system)->tcp;
    return tcp.keepalive_idle + tcp.keepalive_interval * tcp.keepalive_count + tcp.keepalive_abort;
  };
  EXPECT_EQ(notices_after("windows-before-vista"), 2h + 5s);
  EXPECT_EQ(notices_after("linux-before-2.4"), 2h + 11min + 15s);
  EXPECT_EQ(notices_after("solaris"), 2h + 8min);
  EXPECT_EQ(notices_after("aix"), 2h + 10min);
  EXPECT_FALSE(find_os_preset("aix")->tcp.keepalive);
  EXPECT_FALSE(find_os_preset("linux-before-2.4")->limits_icmp) << "that came with 2.4";
  EXPECT_TRUE(find_os_preset("linux-before-6.5")->limits_icmp);
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
