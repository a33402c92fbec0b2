// SPDX-License-Identifier: Apache-2.0
// What every timed machine promises, tried on connections in all kinds of states.
#include <gtest/gtest.h>

#include <vector>

#include "support/tcp_story.h"
#include "support/timed_machine.h"

namespace stayalive::test {
namespace {

std::vector<std::string> print(const TcpOutbox& out) {
  std::vector<std::string> lines;
  for (const Packet& packet : out.packets) lines.push_back(print_packet(packet));
  for (const TcpEvent& event : out.events) {
    lines.push_back(
        fmt::format("{} {} {}", static_cast<int>(event.kind), event.message, name(event.error)));
  }
  return lines;
}

void try_contract(const TcpConnection& connection) {
  const TimePoint due = connection.next_deadline();
  if (due == kNever) return;
  TcpConnection early = connection;
  TcpOutbox out;
  early.expire(due - 1ns, out);
  EXPECT_TRUE(print(out).empty()) << "an early wake changes nothing";
  EXPECT_EQ(early.next_deadline(), due);

  TcpConnection whole = connection;
  TcpConnection stepwise = connection;
  TcpOutbox whole_out;
  TcpOutbox stepwise_out;
  whole.expire(due + 300s, whole_out);
  EXPECT_EQ(wake_at_deadline(stepwise, stepwise_out), due);
  for (const Duration step : {Duration{1}, Duration{1s}, Duration{7s}, Duration{300s}}) {
    stepwise.expire(due + step, stepwise_out);
    EXPECT_GT(stepwise.next_deadline(), due + step);
  }
  EXPECT_EQ(print(whole_out), print(stepwise_out));
  EXPECT_EQ(whole.next_deadline(), stepwise.next_deadline());
  EXPECT_EQ(whole.state(), stepwise.state());
}

void live(TcpStory& story) {
  const auto both = [&] {
    try_contract(story.client());
    try_contract(story.server());
  };
  both();
  story.connect();
  story.client().set_keepalive(true, story.now());
  both();
  story.writes(End::Client, 100);
  both();
  story.at(20ms);
  both();
  story.cut();
  story.writes(End::Client, 5000);
  story.at(250ms);
  both();
  story.at(5s);
  both();
  story.heal();
  story.at(8s);
  story.reads(End::Server, false);
  story.writes(End::Client, 200'000);
  story.at(12s);
  both();
  story.reads(End::Server, true);
  story.at(13s);
  story.shuts_down(End::Server);
  story.at(14s);
  both();
  story.closes(End::Client);
  story.at(15s);
  both();
}

TEST(TcpContract, EveryStateKeepsIt) {
  TcpConfig config;
  config.keepalive_idle = 30s;
  TcpStory story{config};
  live(story);
}

TEST(TcpContract, SoDoesEveryPresetAndEveryKindOfTimer) {
  for (const OsPreset& preset : os_presets()) {
    SCOPED_TRACE(preset.name);
    for (const std::uint32_t hz : {0u, 100u, 250u, 1000u}) {
      TcpConfig config = preset.tcp;
      config.timer_hz = hz;
      TcpStory story{config, config};
      live(story);
    }
  }
}

TEST(TcpContract, WhileItShakesHandsToo) {
  TcpStory story;
  story.loses = [](End from, const Packet&) { return from == End::Server; };
  story.connect();
  try_contract(story.client());
  try_contract(story.server());
  story.at(6s);
  try_contract(story.client());
  try_contract(story.server());
}

TEST(TcpContract, AConnectionStaysSmall) {
  EXPECT_LE(sizeof(TcpConnection), 560u) << "a population has one per client and end";
}

}  // namespace
}  // namespace stayalive::test
