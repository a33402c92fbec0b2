// SPDX-License-Identifier: Apache-2.0
#include "picture/ladder/ladder_show.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "document/width.h"
#include "picture/journeys.h"
#include "run/run.h"
#include "support/instant.h"
#include "support/scenario_text.h"

namespace stayalive {
namespace {

// A SYN, a SYN+ACK and an ACK, five minutes in which nothing happens, and the box forgets.
LadderShow a_show() {
  const Scenario scenario = right(R"({"duration": "10m", "path": [{"middlebox": {"name": "fw",
    "profile": "linux-firewall", "timeouts": {"tcp.established": "5m"}}}],
    "connections": [{"name": "c"}]})");
  Journeys journeys(ConnectionId{0}, stations_of(scenario, 0));
  const RunReport report = run(scenario, {.trace = &journeys});
  return LadderShow(draw_ladder(scenario, 0, journeys, report));
}

std::string shown(const LadderShow& show, std::size_t columns = 100, std::size_t lines = 30) {
  return show.frame(columns, lines, Style(false));
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// 0s    0.7s      1.4s      2.1s             3.6s .. 4.1s
// SYN   SYN+ACK   ACK       five minutes     the box forgets
TEST(LadderShow, RowsAppearOneAfterTheOther) {
  LadderShow show = a_show();
  EXPECT_TRUE(has(shown(show), "─ SYN ─"));
  EXPECT_FALSE(has(shown(show), "SYN+ACK"));
  show.advance(699ms);
  EXPECT_EQ(show.rows(), 1u);
  show.advance(1ms);
  EXPECT_EQ(show.rows(), 2u);
  EXPECT_TRUE(has(shown(show), "SYN+ACK"));
  show.advance(1400ms);
  EXPECT_EQ(show.rows(), 4u);
  EXPECT_FALSE(has(shown(show), "forgets it"));
  show.advance(2s);
  EXPECT_TRUE(has(shown(show), "forgets it")) << shown(show);
  show.advance(60s);
  EXPECT_TRUE(show.ended());
  EXPECT_TRUE(has(shown(show), "the end"));
}

TEST(LadderShow, ATimerRunsDownWhileNothingHappens) {
  LadderShow show = a_show();
  show.advance(2100ms);
  const TimePoint before = show.now();
  show.advance(500ms);
  const TimePoint between = show.now();
  EXPECT_GT(between - before, 50s);
  EXPECT_LT(between, at(5min));
  EXPECT_FALSE(has(shown(show), "▕██████▏\n")) << "not full any more";
  show.advance(500ms);
  EXPECT_GT(show.now(), between);
}

TEST(LadderShow, ItStopsAndGoesOnAtTheSpeedThatIsAskedFor) {
  LadderShow show = a_show();
  show.press(LadderShow::Key::Pause);
  show.advance(60s);
  EXPECT_EQ(show.rows(), 1u);
  EXPECT_TRUE(has(shown(show), "stopped"));
  show.press(LadderShow::Key::Pause);
  show.press(LadderShow::Key::Faster);
  show.advance(350ms);
  EXPECT_EQ(show.rows(), 2u) << "twice as fast";
  show.press(LadderShow::Key::Slower);
  show.press(LadderShow::Key::Slower);
  EXPECT_TRUE(has(shown(show), "speed 1/2"));
  show.advance(1399ms);
  EXPECT_EQ(show.rows(), 2u);
  show.advance(1ms);
  EXPECT_EQ(show.rows(), 3u);
}

TEST(LadderShow, ItStepsOnAndBackAndGoesNoFurtherThanItsEnds) {
  LadderShow show = a_show();
  show.press(LadderShow::Key::Back);
  EXPECT_EQ(show.rows(), 1u);
  show.press(LadderShow::Key::Forward);
  EXPECT_EQ(show.rows(), 2u);
  EXPECT_TRUE(show.stands_still());
  show.press(LadderShow::Key::Back);
  EXPECT_EQ(show.rows(), 1u);
  EXPECT_FALSE(has(shown(show), "SYN+ACK"));
  for (int i = 0; i < 100; ++i) show.press(LadderShow::Key::Forward);
  EXPECT_TRUE(show.ended());
  show.press(LadderShow::Key::Begin);
  EXPECT_EQ(show.rows(), 1u);
  show.press(LadderShow::Key::End);
  EXPECT_TRUE(show.ended());
}

// Every size of a screen, at every row: never a line too many, nor one that is too long.
TEST(LadderShow, FitsEveryScreenAndSaysWhatItNeeds) {
  LadderShow show = a_show();
  const auto fits = [&](std::size_t columns, std::size_t lines) {
    const std::string frame = shown(show, columns, lines);
    const auto ends = static_cast<std::size_t>(std::ranges::count(frame, '\n'));
    EXPECT_LT(ends, std::max<std::size_t>(lines, 1)) << columns << "x" << lines << "\n" << frame;
    std::size_t from = 0;
    while (from <= frame.size()) {
      const std::size_t end = std::min(frame.find('\n', from), frame.size());
      EXPECT_LE(display_width(frame.substr(from, end - from)), columns)
          << columns << "x" << lines << "\n"
          << frame;
      from = end + 1;
    }
    return frame;
  };
  for (std::size_t row = 0; row < 6; ++row) {
    for (const std::size_t columns : {1U, 20U, 79U, 80U, 81U, 200U}) {
      for (const std::size_t lines : {1U, 7U, 8U, 9U, 24U, 60U}) fits(columns, lines);
    }
    show.press(LadderShow::Key::Forward);
  }
  EXPECT_TRUE(has(fits(20, 24), "needs"));
  EXPECT_TRUE(has(fits(show.least_columns() - 1, 24), "needs"));
  show.press(LadderShow::Key::End);
  EXPECT_TRUE(has(fits(show.least_columns(), LadderShow::kLeastLines), "the end"));
}

}  // namespace
}  // namespace stayalive
