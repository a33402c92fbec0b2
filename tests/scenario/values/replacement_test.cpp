// SPDX-License-Identifier: Apache-2.0
#include "scenario/values/replacement.h"

#include <gtest/gtest.h>

#include <string>

#include "scenario/values/axis.h"

namespace stayalive {
namespace {

constexpr std::string_view kDocument = R"({"duration": "1h",
 "hosts": {"laptop.home": {"tcp": {"mss": 1000}}, "laptop": {}},
 "path": [{"link": {"delay": "1ms"}}, {"middlebox": {"profile": "openwrt", "name": "nat.a",
           "timeouts": {"tcp.established": "5m"}}}, {"link": {"name": "dsl"}}, {"proxy": {}}],
 "connections": [{"strategy": "ssh"}, {"name": "b", "traffic": [{"at": "1s"}, {"at": "2s"}]}]})";

// The document with VALUE put at the path, as JSON; or the mistake.
std::string after(std::string path, std::string_view value = "X",
                  std::string_view document = kDocument, std::string origin = "--axis") {
  const SourceText source(document, "s.json");
  std::vector<Diagnostic> errors;
  std::optional<JsonValue> root = parse_json(source, errors);
  EXPECT_TRUE(root && errors.empty());
  Journal journal(source);
  JsonValue put_value = parse_axis("x=" + std::string(value)).value().values[0];
  const Replacement setting{std::move(path), std::move(put_value), std::move(origin)};
  const bool found = put(*root, setting, source.text().size() + 1, journal);
  EXPECT_EQ(found, journal.size() == 0);
  if (!found) return to_string(journal.take().front());
  return label(*root);
}

testing::AssertionResult holds(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << part << " is not in:\n" << text;
}

TEST(Replacement, ReplacesAValue) {
  EXPECT_TRUE(holds(after("duration", "2h"), R"({"duration":"2h","hosts")"));
  EXPECT_TRUE(holds(after("connections", "[{}]"), R"("connections":{}})"))
      << "a list is the values of an axis, here the first one";
}

TEST(Replacement, FindsElementsByPositionAndByName) {
  EXPECT_TRUE(holds(after("connections.1.traffic.0.at"), R"([{"at":"X"},{"at":"2s"}])"));
  EXPECT_TRUE(holds(after("connections.b.traffic.1.at"), R"([{"at":"1s"},{"at":"X"}])"));
  EXPECT_TRUE(holds(after("connections.connection-1.strategy"), R"([{"strategy":"X"})"));
}

TEST(Replacement, FindsHopsByTheirNamesAndDefaultNames) {
  EXPECT_TRUE(holds(after("path.dsl.delay"), R"({"link":{"name":"dsl","delay":"X"}})"));
  EXPECT_TRUE(holds(after("path.link-1.delay"), R"({"link":{"delay":"X"}})"));
  EXPECT_TRUE(holds(after("path.0.delay"), R"({"link":{"delay":"X"}})"));
  EXPECT_TRUE(holds(after("path.0.link.delay"), R"({"link":{"delay":"X"}})"));
  EXPECT_TRUE(holds(after("path.nat.a.profile"), R"("profile":"X","name":"nat.a")"));
  EXPECT_TRUE(holds(after("path.proxy-1.idle_timeout"), R"({"proxy":{"idle_timeout":"X"}})"));
  EXPECT_TRUE(holds(after("path.link-2.delay"), "there is no \"link-2\"; allowed: link-1, nat.a"))
      << "the second link has a name of its own";
}

TEST(Replacement, PutsTimersDownUnderTheirWholeName) {
  EXPECT_TRUE(holds(after("path.nat.a.timeouts.tcp.established"), R"({"tcp.established":"X"})"));
  EXPECT_TRUE(holds(after("path.1.timeouts.udp.stream"), R"("5m","udp.stream":"X"})"));
}

TEST(Replacement, TakesTheLongestNameThatFits) {
  EXPECT_TRUE(holds(after("hosts.laptop.home.tcp.mss"), R"("laptop.home":{"tcp":{"mss":"X"}})"));
  EXPECT_TRUE(holds(after("hosts.laptop.tcp.mss"), R"("laptop":{"tcp":{"mss":"X"}})"));
}

TEST(Replacement, MakesObjectsThatAreMissing) {
  EXPECT_TRUE(holds(after("connections.b.socket.client.nodelay", "true"),
                    R"("socket":{"client":{"nodelay":true}})"));
  EXPECT_TRUE(holds(after("hosts.client.tcp.mss", "900"), R"("client":{"tcp":{"mss":900}}})"));
}

TEST(Replacement, MakesAStrategyThatIsAWordAnObject) {
  EXPECT_TRUE(holds(after("connections.0.strategy.ssh.cipher"), R"({"ssh":{"cipher":"X"}})"));
  EXPECT_TRUE(holds(after("connections.b.strategy.ssh.cipher"), R"({"ssh":{"cipher":"X"}})"));
}

TEST(Replacement, GoesToEveryElementAtAStar) {
  EXPECT_TRUE(holds(after("connections.*.start"), R"("strategy":"ssh","start":"X"},{"name":"b")"));
  EXPECT_TRUE(holds(after("connections.b.traffic.*.at"), R"([{"at":"X"},{"at":"X"}])"));
  EXPECT_TRUE(holds(after("hosts.*.profile"), R"("laptop":{"profile":"X"})"));
  const std::string links = after("path.*.link.delay");
  EXPECT_TRUE(holds(links, R"([{"link":{"delay":"X"}},{"middlebox":{"profile":"openwrt")"));
  EXPECT_TRUE(holds(links, R"({"link":{"name":"dsl","delay":"X"}},{"proxy":{}}])"));
  EXPECT_TRUE(holds(after("connections.*.start", "X", R"({"connections": []})"), "is nothing"));
  EXPECT_TRUE(holds(after("path.*.link.delay", "X", R"({"path": [{"proxy": {}}]})"), "no link"));
}

TEST(Replacement, TakesAJsonPointerLiterally) {
  EXPECT_TRUE(holds(after("/path/1/middlebox/timeouts/tcp.established"), R"("X"})"));
  EXPECT_TRUE(holds(after("/hosts/laptop.home/tcp/mss"), R"("laptop.home":{"tcp":{"mss":"X"}})"));
  EXPECT_TRUE(holds(after("/path/0/delay"), R"({"link":{"delay":"1ms"},"delay":"X"})"));
  EXPECT_TRUE(holds(after("/connections/b/start"), "there is no \"b\"; allowed: 0 to 1"));
}

TEST(Replacement, ThatLeadsNowhereSaysWhatThereIs) {
  EXPECT_EQ(after("connections.connection-2.start"),
            "s.json:5:95: the path leads nowhere: at /connections there is no \"connection-2\"; "
            "allowed: connection-1, b or 0 to 1; did you mean \"connection-1\"?");
  EXPECT_TRUE(holds(after("connections.2.start"), "there is no \"2\""));
  EXPECT_TRUE(holds(after("connections.01.start"), "there is no \"01\""));
  EXPECT_TRUE(holds(after("duration.x"), "at /duration there is \"1h\", and nothing is below"));
  EXPECT_TRUE(holds(after("hosts.lapptop.tcp"), "did you mean \"laptop\"?"));
  EXPECT_TRUE(holds(after("servers.web.workers"), "at /servers there is no \"web\""));
  EXPECT_TRUE(holds(after("servers.wep.workers", "2", R"({"servers": {"web": {}}})"),
                    "did you mean \"web\"?"));
  EXPECT_TRUE(holds(after("events.0.at"), "the scenario has no \"events\""));
  EXPECT_TRUE(holds(after("sweep.duration"), "the sweep itself cannot be varied"));
  EXPECT_TRUE(holds(after(""), "an empty word"));
  EXPECT_TRUE(holds(after("connections.b..x"), "an empty word"));
  EXPECT_TRUE(holds(after("a.b", "1", "[]"), "there is no \"a\"; allowed: an empty list"));
  EXPECT_TRUE(holds(after("connections.c", "1", kDocument, ""), "at /sweep/connections.c: "))
      << "of the scenario's own sweep";
}

TEST(Replacement, HasLimits) {
  std::string path = "a";
  for (int i = 1; i < 64; ++i) path += ".a";
  EXPECT_TRUE(holds(after(path), R"({"a":"X"}}})"));
  EXPECT_TRUE(holds(after(path + ".a"), "the path is too long; allowed: at most 64 words"));
  std::string list = R"({"l": [0)";
  for (int i = 1; i < 1000; ++i) list += ",0";
  list += "]}";
  std::string value = "{\"a\": [0";
  for (int i = 3; i < 400; ++i) value += ",0";
  EXPECT_TRUE(holds(after("l.*", value + "]}", list), R"({"l":[{"a":[0)"));
  EXPECT_TRUE(holds(after("l.*", value + ",0]}", list), "at most 400,000 values"));
}

TEST(Replacement, IsShownWithWhereItComesFrom) {
  JsonValue value;
  value.kind = JsonValue::Kind::Text;
  value.text = "5s";
  const std::vector<Replacement> two{{"a.b", value, "--axis"}, {"c", value, {}}};
  EXPECT_EQ(print_replacements(two), "with --axis a.b=5s, sweep c=5s");
  const std::vector<Replacement> eight(8, {"a", value, {}});
  EXPECT_TRUE(holds(print_replacements(eight), "sweep a=5s and 2 more"));
  EXPECT_EQ(print_replacements({}), "");
}

}  // namespace
}  // namespace stayalive
