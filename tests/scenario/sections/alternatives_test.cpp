// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "scenario/profiles/watchers.h"
#include "support/golden.h"
#include "support/scenario_text.h"

namespace stayalive {
namespace {

// Two ways with a NAT each between two links, and this watcher.
std::string with_watcher(const std::string& watcher, const std::string& first = "",
                         const std::string& more = "") {
  return R"({"path": [{"link": {"name": "lan"}}, {"alternatives": {"name": "uplinks", "ways": [
    {)" + first +
         R"("name": "a", "path": [{"middlebox": {"name": "nat-a", "profile": "openwrt"}},
                                  {"link": {"name": "isp-a"}}]},
    {"path": [{"middlebox": {"name": "nat-b", "profile": "openwrt"}},
              {"link": {"name": "isp-b"}}]}],
    "watcher": )" +
         watcher + R"(}}, {"link": {"name": "internet"}}], "connections": [{}])" + more + "}";
}

TEST(Alternatives, StandInThePathOneWayAfterTheOther) {
  const Scenario scenario =
      right(with_watcher(R"({"interval": "2s"})", R"("target": "internet", )"));
  ASSERT_EQ(scenario.path.size(), 6u);
  ASSERT_EQ(scenario.alternatives.size(), 1u);
  const AlternativesSpec& group = scenario.alternatives.front();
  EXPECT_EQ(group.ways[0].name, "a");
  EXPECT_EQ(group.ways[0].first, 1u);
  EXPECT_EQ(group.ways[0].count, 2u);
  EXPECT_EQ(group.ways[0].target, 5u);
  EXPECT_EQ(group.ways[1].name, "backup");
  EXPECT_EQ(group.ways[1].first, 3u);
  EXPECT_EQ(group.watcher.interval, 2s);
  EXPECT_FALSE(group.both_ends);
  EXPECT_EQ(way_of(scenario, 4), (WayPlace{0, 1}));
  EXPECT_EQ(way_of(scenario, 0), std::nullopt);
  EXPECT_TRUE(lies_beyond(scenario, 0, 4));
  EXPECT_TRUE(lies_beyond(scenario, 1, 2));
  EXPECT_FALSE(lies_beyond(scenario, 2, 3)) << "they lie beside each other";
  EXPECT_TRUE(lies_beyond(scenario, 2, 5));
}

TEST(Alternatives, MoveWithALineThatIsPutBeforeThem) {
  const Scenario scenario = right(R"({"path": [{"alternatives": {"ways": [
                  {"path": [{"link": {"name": "a"}}], "target": "z"},
                  {"path": [{"link": {"name": "b"}}]}], "watcher": "ip-sla"}},
                  {"link": {"name": "z"}}, {"middlebox": {"profile": "openwrt"}}],
                "connections": [{}],
                "events": [{"at": "1m", "cut": "client", "for": "1s"},
                           {"at": "2m", "cut": "b", "for": "1s"},
                           {"at": "3m", "cut": "server", "for": "1s"}]})");
  // The line next to the client belongs to every way: none of theirs.
  ASSERT_EQ(scenario.path.size(), 6u);
  EXPECT_EQ(scenario.events[0].target, 0u);
  EXPECT_EQ(scenario.alternatives[0].ways[0].first, 1u);
  EXPECT_EQ(scenario.alternatives[0].ways[1].first, 2u);
  EXPECT_EQ(scenario.alternatives[0].ways[0].target, 3u);
  EXPECT_EQ(scenario.events[1].target, 2u);
  EXPECT_EQ(scenario.events[2].target, 5u);
}

TEST(Alternatives, TakeTheValuesOfAProtocolAndWhatIsLaidOverThem) {
  const AlternativesSpec bfd =
      right(with_watcher(R"({"profile": "bfd", "count": 5})")).alternatives.at(0);
  EXPECT_EQ(bfd.profile, "bfd");
  EXPECT_EQ(bfd.watcher.method, WatcherRules::Method::Hellos);
  EXPECT_EQ(bfd.watcher.patience(), 250ms);
  EXPECT_TRUE(bfd.both_ends);
  const AlternativesSpec kill = right(with_watcher("\"pfsense-gateway-kill\"")).alternatives.at(0);
  EXPECT_EQ(kill.leaving, StandingFlows::Killed);
  EXPECT_EQ(kill.returning, StandingFlows::Kept);
}

TEST(Alternatives, TreatFlowsOnTheWayBackAsOnTheWayThereUnlessTheySayOtherwise) {
  const auto back = [](const std::string& watcher) {
    return right(with_watcher(watcher)).alternatives.at(0).returning;
  };
  EXPECT_EQ(back(R"({"flows": "killed"})"), StandingFlows::Killed);
  EXPECT_EQ(back(R"({"flows": "killed", "flows_back": "kept"})"), StandingFlows::Kept);
  EXPECT_EQ(back(R"({"profile": "pfsense-gateway-kill", "flows": "moved"})"), StandingFlows::Moved);
  EXPECT_EQ(back(R"({})"), StandingFlows::Moved);
}

TEST(Alternatives, RefuseWhatMeansNothing) {
  const auto wrong = [](const std::string& watcher) { return mistakes(with_watcher(watcher)); };
  EXPECT_TRUE(says(wrong(R"("bdf")"), R"(there is no watcher "bdf")"));
  EXPECT_TRUE(says(wrong(R"("bdf")"), R"(did you mean "bfd"?)"));
  EXPECT_TRUE(says(wrong(R"({"loss": 5})"), R"(means nothing with method "probes")"));
  EXPECT_TRUE(says(wrong(R"({"signals": true})"), R"(this key with method "hellos")"));
  EXPECT_TRUE(says(wrong(R"({"profile": "bfd", "timeout": "1s"})"), "a hello asks for no answer"));
  EXPECT_TRUE(says(wrong(R"({"method": "loss", "count": 3})"), "loss and window"));
  EXPECT_TRUE(
      says(wrong(R"({"profile": "stp", "dead_after": "1s"})"), "shorter than the interval"));
  EXPECT_TRUE(says(wrong(R"({"method": "loss", "window": "1h", "interval": "1ms"})"),
                   "more than 10000 probes"));
  EXPECT_TRUE(says(wrong(R"({"far_end": "watches"})"), "only one end watches"));
}

TEST(Alternatives, RefuseTargetsThatTheirWatcherCannotReachAlone) {
  const auto with_target = [](const std::string& target, const std::string& watcher = "{}") {
    return mistakes(with_watcher(watcher, R"("target": ")" + target + R"(", )"));
  };
  EXPECT_EQ(with_target("isp-a"), "none");
  EXPECT_EQ(with_target("nat-a"), "none");
  EXPECT_EQ(with_target("internet"), "none");
  EXPECT_TRUE(says(with_target("isp-b"), "cannot be reached by this way alone"));
  EXPECT_TRUE(says(with_target("lan"), "cannot be reached by this way alone"));
  EXPECT_TRUE(says(with_target("server"), R"("server" is a host, not a link or middlebox)"));
  EXPECT_TRUE(says(with_target("isp-a", "\"bfd\""), "hellos go from one end"));
  EXPECT_TRUE(says(with_target("internet", R"({"both_ends": true})"), "this lies beyond it"));
}

TEST(Alternatives, WantABoxInEachWayWhereFlowsBelongToOne) {
  const auto links = [](const std::string& flows) {
    return mistakes(R"({"path": [{"alternatives": {"ways": [{"path": [{"link": {}}]}, {}],
      "watcher": {"flows": ")" +
                    flows + R"("}}}], "connections": [{}]})");
  };
  EXPECT_EQ(links("moved"), "none");
  EXPECT_TRUE(says(links("kept"), R"(the way "primary" has no middlebox)"));
  EXPECT_TRUE(says(mistakes(R"({"path": [{"alternatives": {"ways": [{"filters_sources": true}, {}],
      "watcher": "bfd"}}], "connections": [{}]})"),
                   "has no address of its own"));
}

TEST(Alternatives, AreTwoAtLeastAndHaveNeitherProxiesNorAlternatives) {
  const auto way = [](const std::string& hop) {
    return mistakes(R"({"path": [{"alternatives": {"ways": [{}, {"path": [)" + hop +
                    R"(]}], "watcher": "bfd"}}], "connections": [{}]})");
  };
  EXPECT_EQ(way(R"({"link": {}})"), "none");
  EXPECT_TRUE(says(way(R"({"proxy": "nginx"})"), "exactly one of link or middlebox"));
  EXPECT_TRUE(says(way(R"({"alternatives": {}})"), "exactly one of link or middlebox"));
  EXPECT_TRUE(says(mistakes(R"({"path": [{"alternatives": {"ways": [{}], "watcher": "bfd"}}],
                                "connections": [{}]})"),
                   "from 2 to 8 items"));
}

TEST(Alternatives, MayBeExpectedToBeQuickAndToBeToBlame) {
  const std::string expect = R"(, "expect": [{"connection": "connection-1",
      "ways": {"failover": {"at_most": "5s"}, "return": {"at_least": "1s"}, "changes": 2,
               "false_alarms": 0}},
      {"connection": "connection-1", "is": "forgotten", "blame": "uplinks"}])";
  const Scenario scenario = right(with_watcher("{}", "", expect));
  ASSERT_EQ(scenario.expectations.at(0).claims.size(), 4u);
  EXPECT_EQ(scenario.expectations[0].claims[0].metric, Metric::Failover);
  EXPECT_EQ(scenario.expectations[1].blame, "uplinks");
  EXPECT_TRUE(says(mistakes(R"({"connections": [{}], "expect": [{"connection": "connection-1",
                                "ways": {"changes": 0}}]})"),
                   "there are no alternatives on the path"));
  EXPECT_TRUE(says(mistakes(with_watcher("{}", "", R"(, "expect": [{"connection": "connection-1",
                                "ways": {}}])")),
                   "nothing is expected of the ways"));
}

TEST(BuiltinWatchers, AreTheFilesOfTheirFolderAndSayWhereEachValueComesFrom) {
  std::size_t files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(project_path("scenarios/watchers"))) {
    const std::string name = entry.path().stem().string();
    const WatcherDocument* watcher = find_builtin_watcher(name);
    ASSERT_NE(watcher, nullptr) << name;
    EXPECT_EQ(watcher->name, name);
    EXPECT_FALSE(watcher->simplified.empty()) << name;
    ++files;
    for (const SourcedValue& value : watcher->values) {
      EXPECT_EQ(is_sourced(value.status), !value.source.empty()) << name << " " << value.key;
    }
  }
  EXPECT_EQ(files, builtin_watchers().size());
}

}  // namespace
}  // namespace stayalive
