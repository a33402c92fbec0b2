// SPDX-License-Identifier: Apache-2.0
#include "picture/ladder/ladder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "document/width.h"
#include "picture/ladder/ladder_items.h"
#include "picture/ladder/ladder_svg.h"
#include "picture/ladder/ladder_text.h"
#include "picture/ladder/ladder_words.h"
#include "run/run.h"
#include "scenario/parse.h"
#include "support/golden.h"
#include "support/shipped.h"

namespace stayalive {
namespace {

// Follows every connection in one run.
class Everybody final : public TraceSink {
 public:
  explicit Everybody(const Scenario& scenario) {
    for (std::uint32_t i = 0; i < scenario.connections.size(); ++i) {
      journeys_.emplace_back(ConnectionId{i}, stations_of(scenario, i));
    }
  }
  void record(const TraceRecord& record, const std::string& where) override {
    const std::size_t i = record.packet.notes.connection.value;
    if (i < journeys_.size()) journeys_[i].record(record, where);
  }
  const Journeys& of(std::size_t connection) const { return journeys_[connection]; }

 private:
  std::vector<Journeys> journeys_;
};

std::vector<Ladder> ladders_of(const Scenario& scenario) {
  Everybody everybody(scenario);
  const RunReport report = run(scenario, {std::nullopt, &everybody});
  std::vector<Ladder> ladders;
  for (std::size_t i = 0; i < scenario.connections.size(); ++i) {
    ladders.push_back(draw_ladder(scenario, i, everybody.of(i), report));
  }
  return ladders;
}

Ladder ladder_of(const std::string& json) {
  const Result<Scenario> scenario = parse_scenario(json, "story");
  EXPECT_TRUE(scenario.ok());
  return ladders_of(scenario.value()).front();
}

Ladder shipped(const std::string& scenario, const std::string& connection) {
  const Result<Scenario> parsed =
      read_scenario(project_path("scenarios/" + scenario + ".json").string());
  EXPECT_TRUE(parsed.ok());
  for (Ladder& ladder : ladders_of(parsed.value())) {
    if (ladder.title.rfind(connection + ":", 0) == 0) return std::move(ladder);
  }
  ADD_FAILURE() << scenario << " has no connection " << connection;
  return {};
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
  for (const Ladder& ladder : ladders_of(scenario.value())) {
    EXPECT_LT(ladder.rows.size(), 100u) << ladder.title;
    const std::size_t width = std::max<std::size_t>(100, least_width(ladder));
    const std::string text = text_of(ladder, 100);
    for (const std::string& line : lines_of(text)) EXPECT_LE(display_width(line), width) << line;
    const std::string svg = svg_of(ladder);
    EXPECT_TRUE(well_formed(svg)) << ladder.title;
    EXPECT_EQ(text, text_of(ladder, 100));
    for (std::size_t n = 1; n < ladder.rows.size(); ++n) {
      for (std::size_t i = 0; i < ladder.columns.size(); ++i) {
        EXPECT_EQ(ladder.rows[n].cells[i].before, ladder.rows[n - 1].cells[i].after)
            << ladder.title << ": no notch between two rows";
      }
    }
    EXPECT_EQ(svg, svg_of(ladder));
  }
}

INSTANTIATE_TEST_SUITE_P(All, LadderOf, ::testing::ValuesIn(shipped_scenarios()),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(Ladder, ReadsLikeATextbookOnATerminal) {
  expect_golden("tests/golden/ladder-of-a-forgotten-connection.txt",
                text_of(shipped("ssh-behind-a-home-router", "every-6m"), 100));
}

TEST(Ladder, LooksLikeATextbookInAPicture) {
  expect_golden(
      "tests/golden/ladder-of-a-reset.svg",
      svg_of(shipped("reset-or-silence-decides-how-long-a-stuck-client-hangs", "probed")));
}

TEST(Ladder, AMonthOfKeepalivesIsOnePage) {
  const Ladder ladder = ladder_of(R"({"duration": "30d",
    "path": [{"link": {}}, {"middlebox": {"profile": "linux-firewall"}}, {"link": {}}],
    "connections": [{"name": "c", "strategy": "tcp_keepalive"}]})");
  EXPECT_LE(ladder.rows.size(), 20u);
  const auto repeat = std::find_if(ladder.rows.begin(), ladder.rows.end(), [](const auto& row) {
    return row.kind == Ladder::Row::Kind::Repeat;
  });
  ASSERT_NE(repeat, ladder.rows.end());
  EXPECT_EQ(repeat->note, "359 times more, every 2h") << text_of(ladder, 100);
}

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

// The position of the first row from `from` on with this label or a note that begins so.
std::size_t find_row(const Ladder& ladder, const std::string& words, std::size_t from = 0) {
  for (std::size_t i = from; i < ladder.rows.size(); ++i) {
    const Ladder::Row& row = ladder.rows[i];
    if (row.label == words || row.note.rfind(words, 0) == 0) return i;
  }
  ADD_FAILURE() << "no row says " << words << "\n" << text_of(ladder, 100);
  return 0;
}

TEST(Ladder, WhoClosesIsSaidBeforeTheFinAndWhatItDoesToABox) {
  const Ladder ladder = shipped("who-closes-a-session-after-exactly-ten-minutes", "silent");
  const std::size_t closes = find_row(ladder, "ingress: closes both sides");
  const std::size_t to_client = find_row(ladder, "FIN");
  const std::size_t to_server = find_row(ladder, "FIN", to_client + 1);
  EXPECT_EQ(to_client, closes + 1);
  EXPECT_EQ(to_server, closes + 2);
  EXPECT_EQ(ladder.rows[closes].cells[3].state, Ladder::Cell::State::Forgot);
  // The proxy's FIN refreshes the box before the server, the rows above it do not.
  EXPECT_LT(ladder.rows[to_client].cells[4].after, 400);
  EXPECT_GT(ladder.rows[to_server].cells[4].after, 990);
  const std::size_t learns = find_row(ladder, "server: Connection closed by the peer");
  EXPECT_EQ(find_row(ladder, "FIN", to_server + 1), learns + 1);
}

TEST(Ladder, ABarDoesNotFallBackWhilePacketsOvertakeEachOther) {
  const Ladder ladder = shipped("who-closes-a-session-after-exactly-ten-minutes", "probed");
  // It comes to the router after the rows below it have begun.
  const std::size_t fin = find_row(ladder, "FIN");
  ASSERT_GT(ladder.rows[fin].until, ladder.rows[fin + 1].until);
  for (std::size_t i = fin; ladder.rows[i].kind != Ladder::Row::Kind::Pause; ++i) {
    EXPECT_GT(ladder.rows[i].cells[1].after, 980) << ladder.rows[i].note;
  }
}

TEST(Ladder, AProgramSaysWhyItClosesAboveTheFinThatItsHostSends) {
  const Ladder ladder =
      shipped("kafka-client-idle-for-five-minutes-behind-azure", "closes-after-3m");
  EXPECT_EQ(find_row(ladder, "client: closed after 3m without use") + 1, find_row(ladder, "FIN"));
}

TEST(Ladder, ABoxThatAnswersWithAResetDoesNotJustDrop) {
  const Ladder ladder = shipped("who-closes-a-session-after-exactly-ten-minutes", "silent");
  EXPECT_EQ(ladder.rows[find_row(ladder, "FIN")].note, "nlb answers with RST: 4m10s too late");
  const Ladder home = shipped("ssh-behind-a-home-router", "every-6m");
  EXPECT_GT(find_row(home, "home-router drops it"), 0u) << "it is silent";
}

constexpr const char* kRestarted = R"({"duration": "20m",
  "path": [{"link": {}}, {"middlebox": {"name": "fw", "profile": "home-router"}},
           {"link": {"delay": "10ms"}}],
  "connections": [{"name": "c", "transport": "udp",
                   "strategy": {"keepalive": {"interval": "30s"}}}],
  "events": [{"at": "10m", "flush": "fw"}, {"at": "15m10s", "reboot": "fw", "for": "1m"}]})";

TEST(Ladder, AFlushStandsAboveThePacketOfItsInstantThatOpensAFlowAnew) {
  const Ladder ladder = ladder_of(kRestarted);
  const std::size_t flush = find_row(ladder, "fw loses all it knows");
  EXPECT_EQ(ladder.rows[flush].cells[1].state, Ladder::Cell::State::Forgot);
  EXPECT_EQ(ladder.rows[flush].tone, Ladder::Tone::Bad);
  EXPECT_EQ(ladder.rows[flush + 1].note, "opens a flow: udp.single 30s");
  EXPECT_EQ(ladder.rows[flush + 1].at, ladder.rows[flush].at);
}

TEST(Ladder, ARebootEndsTheTimerOnce) {
  const Ladder ladder = ladder_of(kRestarted);
  const std::size_t reboot = find_row(ladder, "fw reboots, away for 1m");
  const Ladder::Cell& before = ladder.rows[reboot].cells[1];
  EXPECT_EQ(before.state, Ladder::Cell::State::Knows);
  EXPECT_EQ(before.after, before.before);
  const Ladder::Row& loses = ladder.rows[reboot + 1];
  EXPECT_EQ(loses.note, "fw loses all it knows");
  EXPECT_EQ(loses.cells[1].state, Ladder::Cell::State::Forgot);
  EXPECT_EQ(loses.cells[1].left, before.after) << "it has not run down";
  EXPECT_EQ(loses.cells[1].after, 0);
}

TEST(Ladder, WhatABoxForgetsWhileAPacketIsUnderWayStandsAboveThatPacket) {
  const Ladder ladder = shipped("a-keepalive-as-long-as-the-timeout-is-too-long", "retuned-to-30s");
  const std::size_t forgets = find_row(ladder, "carrier forgets it: 30s of udp.single");
  const Ladder::Row& packet = ladder.rows[forgets + 1];
  EXPECT_EQ(packet.note, "opens a flow: udp.single 30s");
  EXPECT_EQ(ladder.rows[forgets].at - packet.at, 30ms) << "it left before, and came after";
  EXPECT_EQ(ladder.rows[forgets].cells[1].state, Ladder::Cell::State::Forgot);
  EXPECT_EQ(packet.cells[1].left, 0);
  EXPECT_EQ(packet.cells[1].after, 1000);
}

TEST(Ladder, ABarIsNotRoundedToWholePixels) {
  const std::string svg =
      svg_of(shipped("who-closes-a-session-after-exactly-ten-minutes", "silent"));
  EXPECT_EQ(svg.find("h25L"), std::string::npos) << "999 of 1000 are not a pixel less";
  EXPECT_NE(svg.find("h25.9L"), std::string::npos);
}

TEST(Ladder, AColumnWithANarrowTerminalIsStillWhole) {
  const Ladder ladder = ladder_of(kForgotten);
  const std::size_t least = least_width(ladder);
  for (const std::string& line : lines_of(text_of(ladder, least))) {
    EXPECT_LE(display_width(line), least) << line;
  }
}

TEST(Ladder, WhatIsSentAgainAndAgainIsToldOnceAndCounted) {
  const Ladder ladder = ladder_of(kForgotten);
  const auto again = std::count_if(ladder.rows.begin(), ladder.rows.end(), [](const auto& row) {
    return row.label.rfind("again", 0) == 0;
  });
  EXPECT_EQ(again, 2) << text_of(ladder, 100);
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
  EXPECT_EQ(ladder.rows.front().delivery, Journey::Delivery::Lost);
  EXPECT_EQ(ladder.rows.front().note, "lost on wire");
  EXPECT_NE(text_of(ladder, 100).find("✕"), std::string::npos);
}

constexpr const char* kTwoTunnels = R"({"duration": "5m", "path": [
    {"alternatives": {"name": "tunnels", "ways": [
       {"name": "t0", "path": [{"link": {"name": "line-0", "delay": "10ms"}}]},
       {"name": "t1", "path": [{"link": {"name": "line-1", "delay": "25ms"}}]}],
     "watcher": {"interval": "1s", "count": 3}}}],
    "connections": [{"transport": "udp",
                     "traffic": [{"at": "500ms", "every": "10s", "answer": {}}]}],
    "events": [{"at": "2m", "cut": "line-0", "for": "1m"}]})";

// A way in which no box stands has a column of its own, and a packet of another way crosses it.
TEST(LadderOfWays, HasAColumnForEachAndShowsWhichOneAPacketTook) {
  const Ladder ladder = ladder_of(kTwoTunnels);
  ASSERT_EQ(ladder.columns.size(), 4u);
  EXPECT_EQ(ladder.columns[1].name, "t0");
  EXPECT_EQ(ladder.columns[2].name, "t1");
  EXPECT_EQ(ladder.columns[2].role, "tunnels");
  bool by_first = false;
  bool by_second = false;
  for (const Ladder::Row& row : ladder.rows) {
    if (row.kind != Ladder::Row::Kind::Packet || row.from != 0 || row.to != 3) continue;
    by_first = by_first || row.passed_by == std::vector<std::size_t>{2};
    by_second = by_second || row.passed_by == std::vector<std::size_t>{1};
  }
  EXPECT_TRUE(by_first);
  EXPECT_TRUE(by_second);
  std::ostringstream text;
  write_ladder_text(text, ladder, 80, Style(false));
  EXPECT_NE(text.str().find("┼"), std::string::npos);
}

TEST(LadderOfWays, SaysWhenAnotherIsTaken) {
  const Ladder ladder = ladder_of(kTwoTunnels);
  const auto said = [&](const std::string& words) {
    return std::ranges::any_of(ladder.rows, [&](const Ladder::Row& row) {
      return row.note.find(words) != std::string::npos;
    });
  };
  EXPECT_TRUE(said("tunnels takes t1, 3s after"));
  EXPECT_TRUE(said("tunnels takes t0, "));
}

}  // namespace
}  // namespace stayalive
