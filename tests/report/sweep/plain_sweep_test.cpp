// SPDX-License-Identifier: Apache-2.0
#include "report/sweep/plain_sweep.h"

#include <gtest/gtest.h>

#include "report/sweep/sweep_chart.h"
#include "report/sweep/sweep_story.h"
#include "support/sweep_grid.h"

namespace stayalive {
namespace {

TEST(PlainSweep, AxesHaveNamesAsPeopleSayThem) {
  const std::string idle = "connections.c.strategy.tcp_keepalive.idle=1m";
  const auto names = [](const std::vector<std::string>& axes) {
    return axis_names(in_plain_words(sweep_grid(axes, "h")));
  };
  EXPECT_EQ(names({"path.nat.timeouts.tcp.established=1m", idle,
                   "connections.c.strategy.ssh.server_alive_interval=1m"}),
            (std::vector<std::string>{"idle timeout of nat", "idle", "server alive interval"}));
  EXPECT_EQ(names({"/path/1/timeouts/tcp.established=1m", "/seed=1"}),
            (std::vector<std::string>{"idle timeout of 1", "seed"}));
}

TEST(PlainSweep, WhatHasOneNameIsToldApart) {
  EXPECT_EQ(axis_names(in_plain_words(
                sweep_grid({"connections.a.strategy.tcp_keepalive.idle=1m",
                            "connections.b.strategy.tcp_keepalive.idle=1m",
                            "path.nat.timeouts.udp.single=1m", "path.nat.timeouts.udp.stream=1m"},
                           "h"))),
            (std::vector<std::string>{"idle of a", "idle of b", "idle timeout of nat (single)",
                                      "idle timeout of nat (stream)"}));
}

TEST(PlainSweep, ItsChartNamesNoTimer) {
  const Sweep sweep = sweep_grid({"path.box.timeouts.tcp.established=1m,2m,5m"}, "hh-");
  const Chart exact = draw_sweep(sweep).value();
  const Chart plain = draw_sweep(in_plain_words(sweep)).value();
  EXPECT_NE(exact.description.find("tcp.established"), std::string::npos) << exact.description;
  EXPECT_EQ(plain.description.find("tcp."), std::string::npos) << plain.description;
  EXPECT_NE(plain.description.find("box forgets it after 2m30s of silence"), std::string::npos)
      << plain.description;
  EXPECT_EQ(plain.panels[0].x.title, "idle timeout of box");
  EXPECT_EQ(plain.panels[0].x.ticks[1].at, exact.panels[0].x.ticks[1].at) << "at their size";
}

}  // namespace
}  // namespace stayalive
