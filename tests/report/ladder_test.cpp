// SPDX-License-Identifier: Apache-2.0
#include "report/ladder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "report/ladder_svg.h"
#include "report/ladder_text.h"
#include "report/ladder_words.h"
#include "run/run.h"
#include "scenario/parse.h"
#include "support/golden.h"
#include "support/shipped.h"

namespace stayalive {
namespace {

Ladder ladder_of(const Scenario& scenario, std::uint32_t connection) {
  Journeys journeys(ConnectionId{connection}, stations_of(scenario, connection));
  const RunReport report = run(scenario, {std::nullopt, &journeys});
  return draw_ladder(scenario, connection, journeys, report);
}

Ladder ladder_of(const std::string& json) {
  const Result<Scenario> scenario = parse_scenario(json, "story");
  EXPECT_TRUE(scenario.ok());
  return ladder_of(scenario.value(), 0);
}

std::string text_of(const Ladder& ladder, std::size_t width) {
  std::ostringstream out;
  write_ladder_text(out, ladder, width, Style(false));
  return out.str();
}

std::string svg_of(const Ladder& ladder) {
  std::ostringstream out;
  write_ladder_svg(out, ladder);
  return out.str();
}

std::size_t letters_of(const std::string& line) {
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

// Whether every element that is opened is closed, in order.
bool well_formed(const std::string& xml) {
  std::vector<std::string> open;
  for (std::size_t at = xml.find('<'); at != std::string::npos; at = xml.find('<', at + 1)) {
    const std::size_t end = xml.find('>', at);
    if (end == std::string::npos) return false;
    const std::string tag = xml.substr(at + 1, end - at - 1);
    if (tag.empty() || tag.find('<') != std::string::npos) return false;
    const std::string name = tag.substr(0, tag.find(' '));
    if (tag.back() == '/') continue;
    if (tag.front() != '/') {
      open.push_back(name);
    } else {
      if (open.empty() || open.back() != name.substr(1)) return false;
      open.pop_back();
    }
  }
  return open.empty();
}

class LadderOf : public ::testing::TestWithParam<std::string> {};

TEST_P(LadderOf, EveryConnectionIsOnePageWithinItsWidthAndWellFormed) {
  const Result<Scenario> scenario =
      read_scenario(project_path("scenarios/" + GetParam() + ".json").string());
  ASSERT_TRUE(scenario.ok());
  for (std::uint32_t i = 0; i < scenario.value().connections.size(); ++i) {
    const Ladder ladder = ladder_of(scenario.value(), i);
    EXPECT_LT(ladder.rows.size(), 130u) << ladder.title;
    const std::string text = text_of(ladder, 100);
    for (const std::string& line : lines_of(text)) EXPECT_LE(letters_of(line), 100u) << line;
    EXPECT_TRUE(well_formed(svg_of(ladder))) << ladder.title;
  }
}

INSTANTIATE_TEST_SUITE_P(All, LadderOf, ::testing::ValuesIn(shipped_scenarios()),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

constexpr const char* kForgotten = R"({"title": "a<b", "duration": "20m",
  "path": [{"link": {"delay": "1ms"}}, {"middlebox": {"name": "fw", "profile": "linux-firewall",
    "timeouts": {"tcp.established": "5m"}, "netfilter": {"tcp_loose": false}}},
    {"link": {"delay": "9ms"}}],
  "connections": [{"name": "c", "traffic": [{"at": "10m", "from": "client", "bytes": 10}]}]})";

TEST(Ladder, ShowsWhenTheBoxForgotAndHowLateThePacketCame) {
  const Ladder ladder = ladder_of(kForgotten);
  const auto says = [&](const std::string& words) {
    return std::any_of(ladder.rows.begin(), ladder.rows.end(), [&](const Ladder::Row& row) {
      return row.note.find(words) != std::string::npos;
    });
  };
  EXPECT_TRUE(says("forgets it: 5m of tcp.established have run out")) << text_of(ladder, 100);
  EXPECT_TRUE(says("fw drops it: 5m too late")) << text_of(ladder, 100);
  const Ladder::Row& last = ladder.rows.back();
  EXPECT_EQ(last.cells.front().state, Ladder::Cell::State::BlackHole);
}

TEST(Ladder, TheTimerRunsDownInAPauseAndIsFullAfterARefresh) {
  const Ladder ladder = ladder_of(kForgotten);
  const auto pause = std::find_if(ladder.rows.begin(), ladder.rows.end(), [](const auto& row) {
    return row.kind == Ladder::Row::Kind::Pause;
  });
  ASSERT_NE(pause, ladder.rows.end());
  EXPECT_GT(pause->cells[1].before, 990);
  EXPECT_EQ(pause->cells[1].after, 0);
}

TEST(Ladder, NamesOfUsersAreEscapedInPictures) {
  const std::string svg = svg_of(ladder_of(kForgotten));
  EXPECT_NE(svg.find("a&lt;b"), std::string::npos);
  EXPECT_EQ(svg.find("a<b"), std::string::npos);
}

TEST(Ladder, APacketThatALineLosesEndsThere) {
  const Ladder ladder = ladder_of(R"({"duration": "10s",
    "path": [{"link": {"name": "wire", "loss": "100%"}}], "connections": [{"name": "c"}]})");
  ASSERT_FALSE(ladder.rows.empty());
  EXPECT_EQ(ladder.rows.front().end, Journey::End::Lost);
  EXPECT_EQ(ladder.rows.front().note, "lost on wire");
  EXPECT_NE(text_of(ladder, 100).find("✕"), std::string::npos);
}

}  // namespace
}  // namespace stayalive
