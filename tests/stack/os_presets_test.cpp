// SPDX-License-Identifier: Apache-2.0
// The systems' values, each as its source has it (tcp_config.cpp).
#include <gtest/gtest.h>

#include "stack/tcp_config.h"

namespace stayalive {
namespace {

const TcpConfig& of(std::string_view name) { return find_os_preset(name)->tcp; }

TEST(OsPresets, LinuxHasTheDefaultsOfItsSysctls) {
  const TcpConfig& linux_now = of("linux");
  EXPECT_FALSE(linux_now.keepalive);
  EXPECT_EQ(linux_now.keepalive_idle, 2h);
  EXPECT_EQ(linux_now.keepalive_interval, 75s);
  EXPECT_EQ(linux_now.keepalive_count, 9u);
  EXPECT_EQ(linux_now.user_timeout, 0s);
  EXPECT_FALSE(linux_now.nodelay);
  EXPECT_EQ(linux_now.rto_initial, 1s);
  EXPECT_EQ(linux_now.rto_min, 200ms);
  EXPECT_EQ(linux_now.rto_max, 120s);
  EXPECT_EQ(linux_now.retries1, 3u);
  EXPECT_EQ(linux_now.retries2, 15u);
  EXPECT_EQ(linux_now.syn_retries, 6u);
  EXPECT_EQ(linux_now.syn_linear_timeouts, 4u);
  EXPECT_EQ(linux_now.synack_retries, 5u);
  EXPECT_EQ(linux_now.orphan_retries, 8u);
  EXPECT_TRUE(linux_now.tail_loss_probe);
  EXPECT_EQ(linux_now.maximum_retransmissions, 0u);
  EXPECT_EQ(linux_now.connect_timeout, 0s);
  EXPECT_FALSE(linux_now.reset_when_giving_up);
  EXPECT_EQ(linux_now.delayed_ack_min, 40ms);
  EXPECT_EQ(linux_now.delayed_ack_max, 200ms);
  EXPECT_FALSE(linux_now.conversing);
  EXPECT_EQ(linux_now.fin_timeout, 60s);
  EXPECT_EQ(linux_now.time_wait, 60s);
  EXPECT_EQ(linux_now.invalid_ratelimit, 500ms);
  EXPECT_EQ(linux_now.mss, 1448u);
  EXPECT_EQ(linux_now.initial_window, 10u);
}

TEST(OsPresets, WindowsHasThoseOfItsRegistryAndOfGetNetTcpSetting) {
  const TcpConfig& windows = of("windows");
  EXPECT_EQ(windows.keepalive_idle, 2h);
  EXPECT_EQ(windows.keepalive_interval, 1s);
  EXPECT_EQ(windows.keepalive_count, 10u);
  EXPECT_EQ(windows.maximum_retransmissions, 5u);
  EXPECT_EQ(windows.rto_min, 300ms);
  EXPECT_EQ(windows.syn_retries, 4u);
  EXPECT_EQ(windows.syn_linear_timeouts, 0u);
  EXPECT_EQ(windows.delayed_ack_max, 40ms);
  EXPECT_FALSE(windows.tail_loss_probe);
  EXPECT_EQ(windows.time_wait, 120s);
  EXPECT_EQ(windows.fin_timeout, 120s);
  EXPECT_EQ(windows.mss, 1460u);
}

TEST(OsPresets, FreeBsdHasThoseOfItsTimers) {
  const TcpConfig& freebsd = of("freebsd");
  EXPECT_TRUE(freebsd.keepalive);
  EXPECT_EQ(freebsd.keepalive_count, 8u);
  EXPECT_EQ(freebsd.connect_timeout, 75s);
  EXPECT_EQ(freebsd.maximum_retransmissions, 12u);
  EXPECT_EQ(freebsd.rto_min, 230ms);
  EXPECT_EQ(freebsd.rto_max, 64s);
  EXPECT_TRUE(freebsd.reset_when_giving_up);
  EXPECT_FALSE(freebsd.tail_loss_probe);
  EXPECT_EQ(freebsd.syn_retries, 12u);
  EXPECT_EQ(freebsd.delayed_ack_max, 40ms);
  EXPECT_EQ(freebsd.time_wait, 60s);
  EXPECT_EQ(freebsd.fin_timeout, 60s);
}

TEST(OsPresets, MacOsIsFreeBsdButForWhatXnuChanged) {
  const TcpConfig& macos = of("macos");
  EXPECT_FALSE(macos.keepalive);
  EXPECT_EQ(macos.delayed_ack_max, 100ms);
  EXPECT_EQ(macos.time_wait, 30s);
  EXPECT_EQ(macos.maximum_retransmissions, 12u);
}

TEST(OsPresets, OlderSystemsHaveWhatTheirTextsSay) {
  const TcpConfig& linux_2_2 = of("linux-before-2.4");
  EXPECT_EQ(linux_2_2.rto_initial, 3s);
  EXPECT_EQ(linux_2_2.syn_retries, 10u);
  EXPECT_EQ(linux_2_2.syn_linear_timeouts, 0u);
  EXPECT_EQ(linux_2_2.maximum_retransmissions, 15u);
  EXPECT_EQ(linux_2_2.fin_timeout, 180s);
  EXPECT_EQ(linux_2_2.initial_window, 2u);
  EXPECT_FALSE(linux_2_2.tail_loss_probe);
  const TcpConfig& windows_xp = of("windows-before-vista");
  EXPECT_EQ(windows_xp.keepalive_count, 5u);
  EXPECT_EQ(windows_xp.rto_initial, 3s);
  EXPECT_EQ(windows_xp.syn_retries, 2u);
  EXPECT_EQ(windows_xp.delayed_ack_max, 200ms);
  EXPECT_EQ(windows_xp.time_wait, 240s);
  EXPECT_EQ(windows_xp.receive_buffer, 17'520u);
  EXPECT_EQ(windows_xp.initial_window, 2u);
  const TcpConfig& solaris = of("solaris");
  EXPECT_EQ(solaris.keepalive_interval, 0s) << "the distance doubles";
  EXPECT_EQ(solaris.keepalive_count, 0u);
  EXPECT_EQ(solaris.keepalive_abort, 8min);
  EXPECT_EQ(solaris.user_timeout, 8min);
  EXPECT_EQ(solaris.connect_timeout, 3min);
  EXPECT_FALSE(solaris.reset_when_giving_up);
  EXPECT_EQ(solaris.rto_initial, 3s);
  EXPECT_EQ(solaris.rto_min, 400ms);
  EXPECT_EQ(solaris.rto_max, 60s);
  EXPECT_EQ(solaris.syn_retries, 12u);
  EXPECT_EQ(solaris.syn_linear_timeouts, 0u);
  EXPECT_FALSE(solaris.tail_loss_probe);
  EXPECT_EQ(solaris.delayed_ack_max, 100ms);
  EXPECT_EQ(solaris.fin_timeout, 675s);
  EXPECT_EQ(solaris.initial_window, 4u);
  const TcpConfig& aix = of("aix");
  EXPECT_EQ(aix.keepalive_count, 8u);
  EXPECT_EQ(aix.connect_timeout, 75s);
  EXPECT_EQ(aix.maximum_retransmissions, 12u);
  EXPECT_TRUE(aix.reset_when_giving_up);
  EXPECT_EQ(aix.rto_initial, 3s);
  EXPECT_EQ(aix.rto_min, 1s);
  EXPECT_EQ(aix.rto_max, 64s);
  EXPECT_EQ(aix.syn_retries, 12u);
  EXPECT_EQ(aix.syn_linear_timeouts, 0u);
  EXPECT_FALSE(aix.tail_loss_probe);
  EXPECT_EQ(aix.time_wait, 15s);
  EXPECT_EQ(aix.fin_timeout, 10min);
}

}  // namespace
}  // namespace stayalive
