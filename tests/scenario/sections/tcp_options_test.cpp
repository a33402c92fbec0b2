// SPDX-License-Identifier: Apache-2.0
#include "scenario/sections/tcp_options.h"

#include <gtest/gtest.h>

#include <string>

#include "support/scenario_text.h"

namespace stayalive {
namespace {

TcpConfig client_with(const std::string& fields) {
  return right(R"({"hosts": {"client": {"tcp": {)" + fields +
               R"(}}, "server": {}}, "connections": [{}]})")
      .hosts.front()
      .tcp;
}

std::string mistakes_with(const std::string& fields) {
  return mistakes(R"({"hosts": {"client": {"tcp": {)" + fields +
                  R"(}}, "server": {}}, "connections": [{}]})");
}

TEST(TcpOptions, EachWriteTheirOwnField) {
  const TcpConfig tcp = client_with(R"("keepalive": true, "keepalive_idle": "1s",
    "keepalive_interval": "2s", "keepalive_count": 3, "user_timeout": "4s", "nodelay": true,
    "retries1": 5, "retries2": 6, "syn_retries": 7, "syn_linear_timeouts": 8,
    "synack_retries": 9, "orphan_retries": 10, "rto_initial": "11s", "rto_min": "12s",
    "rto_max": "13s", "maximum_retransmissions": 14, "connect_timeout": "15s",
    "tail_loss_probe": false, "delayed_ack_min": "16ms", "delayed_ack_max": "17ms",
    "fin_timeout": "18s", "time_wait": "19s", "invalid_ratelimit": "20ms", "mss": 210,
    "receive_buffer": 22, "initial_window": 23, "timer_hz": 24)");
  EXPECT_TRUE(tcp.keepalive);
  EXPECT_EQ(tcp.keepalive_idle, 1s);
  EXPECT_EQ(tcp.keepalive_interval, 2s);
  EXPECT_EQ(tcp.keepalive_count, 3u);
  EXPECT_EQ(tcp.user_timeout, 4s);
  EXPECT_TRUE(tcp.nodelay);
  EXPECT_EQ(tcp.retries1, 5u);
  EXPECT_EQ(tcp.retries2, 6u);
  EXPECT_EQ(tcp.syn_retries, 7u);
  EXPECT_EQ(tcp.syn_linear_timeouts, 8u);
  EXPECT_EQ(tcp.synack_retries, 9u);
  EXPECT_EQ(tcp.orphan_retries, 10u);
  EXPECT_EQ(tcp.rto_initial, 11s);
  EXPECT_EQ(tcp.rto_min, 12s);
  EXPECT_EQ(tcp.rto_max, 13s);
  EXPECT_EQ(tcp.maximum_retransmissions, 14u);
  EXPECT_EQ(tcp.connect_timeout, 15s);
  EXPECT_FALSE(tcp.tail_loss_probe);
  EXPECT_EQ(tcp.delayed_ack_min, 16ms);
  EXPECT_EQ(tcp.delayed_ack_max, 17ms);
  EXPECT_EQ(tcp.fin_timeout, 18s);
  EXPECT_EQ(tcp.time_wait, 19s);
  EXPECT_EQ(tcp.invalid_ratelimit, 20ms);
  EXPECT_EQ(tcp.mss, 210u);
  EXPECT_EQ(tcp.receive_buffer, 22u);
  EXPECT_EQ(tcp.initial_window, 23u);
  EXPECT_EQ(tcp.timer_hz, 24u);
}

TEST(TcpOptions, LeaveTheRestAsTheOperatingSystemHasIt) {
  const TcpConfig plain = client_with("");
  const TcpConfig changed = client_with(R"("retries2": 6)");
  EXPECT_EQ(plain.retries2, 15u);
  EXPECT_EQ(changed.keepalive_idle, plain.keepalive_idle);
  EXPECT_EQ(changed.rto_max, plain.rto_max);
}

TEST(TcpOptions, KeepTimersThatWouldNeverRestAway) {
  EXPECT_EQ(mistakes_with(R"("keepalive_interval": "1ms")"), "none");
  EXPECT_TRUE(says(mistakes_with(R"("keepalive_interval": "0s")"), "found \"0s\""));
  EXPECT_TRUE(says(mistakes_with(R"("rto_min": "0s")"), "found \"0s\""));
  EXPECT_TRUE(says(mistakes_with(R"("keepalive_count": 0)"),
                   "found 0; allowed: a whole number from "
                   "1 to 127"));
  EXPECT_EQ(mistakes_with(R"("keepalive_count": 127)"), "none");
}

TEST(TcpOptions, KeepPairsInOrder) {
  EXPECT_EQ(mistakes_with(R"("rto_min": "2s", "rto_max": "2s")"), "none");
  EXPECT_TRUE(
      says(mistakes_with(R"("rto_min": "2s", "rto_max": "1999ms")"), "longer than rto_max"));
  EXPECT_EQ(mistakes_with(R"("delayed_ack_min": "200ms")"), "none");
  EXPECT_TRUE(says(mistakes_with(R"("delayed_ack_min": "201ms")"), "longer than delayed_ack_max"));
}

}  // namespace
}  // namespace stayalive
