// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "scenario/parse.h"
#include "support/golden.h"
#include "support/scenario_text.h"

// What people get wrong, and what they are told.
namespace stayalive {
namespace {

// The mistakes of a scenario with two connections "a" (tcp) and "u" (udp) and `more` keys in front.
std::string with_connections(const std::string& more) {
  return mistakes("{" + more + R"(
    "connections": [{"name": "a"}, {"name": "u", "transport": "udp"}]})");
}

std::string mistakes_of_duration(const std::string& span) {
  return with_connections(R"("duration": ")" + span + R"(",)");
}

std::string in_connection(const std::string& fields) {
  return mistakes(R"({"connections": [{)" + fields + "}]}");
}

std::string in_middlebox(const std::string& fields) {
  return mistakes(
      scenario_with(R"("path": [{"middlebox": {"profile": "openwrt", )" + fields + "}}],"));
}

TEST(Mistakes, AreAllReportedAtOnceInTheOrderOfTheText) {
  EXPECT_EQ(
      mistakes("{\n"
               "  \"titel\": \"x\",\n"
               "  \"duration\": 3600,\n"
               "  \"path\": [{\"link\": {\"delay\": \"10\"}}],\n"
               "  \"connections\": [{\"start\": \"-1s\"}],\n"
               "  \"expect\": [{\"connection\": \"nobody\", \"is\": \"dead\"}]\n"
               "}"),
      "s.json:2:3: at /titel: the key \"titel\" is not known here; allowed: $schema, title, "
      "lesson, seed, duration, late_after, private_sources, hosts, path, servers, connections, "
      "events, expect or sweep; did you mean \"title\"?\n"
      "s.json:3:15: at /duration: found 3600; allowed: a span of time such as \"30s\", "
      "\"2h4m\" or \"250ms\"; did you mean \"3600s\"?\n"
      "s.json:4:31: at /path/0/link/delay: found \"10\"; allowed: a span of time such as "
      "\"30s\", \"2h4m\" or \"250ms\"; did you mean \"10s\"?\n"
      "s.json:5:29: at /connections/0/start: found \"-1s\"; allowed: a span of time such as "
      "\"30s\", \"2h4m\" or \"250ms\"\n"
      "s.json:6:29: at /expect/0/connection: no connection has the name \"nobody\"; allowed: "
      "connection-1\n"
      "s.json:6:45: at /expect/0/is: found \"dead\"; allowed: held, alive, remapped, forgotten, "
      "detected, reset, closed or refused; did you mean \"forgotten\"?");
}

TEST(Mistakes, NameAMissingKey) {
  EXPECT_TRUE(says(mistakes("{}"), "s.json:1:1: the key \"connections\" is missing"));
  EXPECT_TRUE(says(mistakes(R"({"connections": []})"), "found a list of 0"));
  EXPECT_TRUE(says(mistakes("[]"), "found a list; allowed: an object in braces"));
}

TEST(Mistakes, NameWrongTypesOfEveryKind) {
  EXPECT_TRUE(says(in_connection(R"("start": 3)"), R"(did you mean "3s"?)"));
  EXPECT_TRUE(says(in_connection(R"("port": "22")"), "found \"22\", a number in quotes"));
  EXPECT_TRUE(says(in_connection(R"("port": 1.0)"), "found 1.0; allowed: a whole number"));
  EXPECT_TRUE(says(in_connection(R"("port": 65536)"),
                   "found 65536; allowed: a whole number from 1 "
                   "to 65535"));
  EXPECT_TRUE(says(in_connection(R"("port": 0)"), "found 0;"));
  EXPECT_TRUE(says(in_connection(R"("port": null)"), "found null;"));
  EXPECT_TRUE(says(in_connection(R"("traffic": {})"), "found an object; allowed: a list"));
  EXPECT_TRUE(says(in_connection(R"("socket": [])"), "found a list; allowed: an object"));
  EXPECT_TRUE(says(in_connection(R"("name": "a b")"), "found \"a b\"; allowed: 1 to 64 letters"));
  EXPECT_TRUE(says(in_connection(R"("name": "")"), "found \"\";"));
  EXPECT_TRUE(says(in_connection(R"("transport": "udpp")"), R"(did you mean "udp"?)"));
  EXPECT_TRUE(says(mistakes(scenario_with(R"("seed": -1,)")), "found -1;"));
  EXPECT_TRUE(says(mistakes(scenario_with(R"("seed": 9223372036854775808,)")),
                   "found 9223372036854775808;"));
  EXPECT_TRUE(says(mistakes(scenario_with(R"("title": "a\nb",)")), "text in one line"));
  EXPECT_TRUE(says(mistakes(scenario_with("\"title\": \"a\u2028b\",")), "text in one line"));
  EXPECT_TRUE(says(mistakes(scenario_with(R"("title": "a\u0007b",)")),
                   R"(found "a\u0007b"; allowed: text without control characters)"));
}

TEST(Mistakes, SuggestHowASpanARatioARateOrAFlagIsWritten) {
  EXPECT_TRUE(says(in_connection(R"("start": "60")"), R"(found "60";)"));
  EXPECT_TRUE(says(in_connection(R"("start": "60")"), R"(did you mean "60s"?)"));
  EXPECT_TRUE(says(in_connection(R"("start": 0.5)"), R"(did you mean "0.5s"?)"));
  EXPECT_TRUE(says(in_connection(R"("start": "10 min")"), R"(did you mean "10m"?)"));
  const auto in_link = [](const std::string& fields) {
    return mistakes(scenario_with(R"("path": [{"link": {)" + fields + "}}],"));
  };
  EXPECT_TRUE(says(in_link(R"("loss": 0.01)"), R"(did you mean "1%"?)"));
  EXPECT_TRUE(says(in_link(R"("loss": "0.01")"), R"(did you mean "1%"?)"));
  EXPECT_TRUE(says(in_link(R"("rate": "10 Mbit/s")"), R"(did you mean "10Mbps"?)"));
  EXPECT_TRUE(says(in_link(R"("reorder": "true")"),
                   R"(found "true", a word in quotes; allowed: true or false, without quotes)"));
}

TEST(Mistakes, NameTheLongestSpanThereIs) {
  for (const char* span : {"1939497099000000000000ns", "400000d"}) {
    const std::string said = mistakes_of_duration(span);
    EXPECT_NE(said.find("at most 106751d"), std::string::npos) << said;
  }
  EXPECT_EQ(mistakes_of_duration("200000000d0").find("at most 106751d"), std::string::npos);
}

TEST(Mistakes, SuggestTheKeyThatAProductOrAKernelCallsOtherwise) {
  EXPECT_TRUE(says(in_connection(R"("strategy": {"ssh": {"ServerAliveInterval": "60s"}})"),
                   R"(did you mean "server_alive_interval"?)"));
  EXPECT_TRUE(says(in_connection(R"("strategy": {"tcp_keepalive": {"TCP_KEEPINTVL": "60s"}})"),
                   R"(did you mean "interval"?)"));
  EXPECT_TRUE(says(in_connection(R"("strategy": {"opensh": {}})"), R"(did you mean "openssh"?)"));
}

TEST(Mistakes, SuggestTheOutcomeForTheStateOfAKernel) {
  EXPECT_TRUE(says(with_connections(R"("expect": [{"connection": "a", "is": "established"}],)"),
                   R"(did you mean "held"?)"))
      << "alive may have been lost in between";
}

TEST(Mistakes, OfferOnlyTheTimersThatTheBoxHas) {
  // openwrt is a Linux box.
  const std::string found = in_middlebox(R"("timeouts": {"tcp.stablished": "5m"})");
  EXPECT_TRUE(says(found, R"(did you mean "tcp.established"?)"));
  EXPECT_TRUE(says(found, "tcp.syn_sent"));
  EXPECT_FALSE(says(found, "tcp.opening")) << "of other trackers: " << found;
  EXPECT_TRUE(says(in_middlebox(R"("timeouts": {"tcp.opening": "5m"})"),
                   "the linux tracker has no timer tcp.opening; it has"));
}

TEST(Mistakes, SuggestTheTimerOfANestedOneAndOfItsStateAlone) {
  EXPECT_TRUE(says(in_middlebox(R"("timeouts": {"tcp": {"established": "5m"}})"),
                   R"(the key "tcp" is not known here)"));
  EXPECT_TRUE(says(in_middlebox(R"("timeouts": {"tcp": {"established": "5m"}})"),
                   R"(did you mean "tcp.established"?)"));
  EXPECT_TRUE(says(in_middlebox(R"("timeouts": {"established": "5m"})"),
                   R"(did you mean "tcp.established"?)"));
}

TEST(Mistakes, NameTypographicQuotes) {
  for (const char* open : {"\u201c", "\u201e", "\u2018"}) {
    EXPECT_TRUE(says(mistakes("{" + std::string(open) + "duration\u201d: \"1h\"}"),
                     "text stands in straight double quotes, not in typographic ones"));
  }
  EXPECT_TRUE(says(mistakes("{\"duration\": \u201c1h\u201d}"),
                   "text stands in straight double quotes, not in typographic ones"));
}

TEST(Mistakes, NameRatesAndRatiosThatAreNone) {
  const auto link = [](const std::string& fields) {
    return mistakes(scenario_with(R"("path": [{"link": {)" + fields + "}}],"));
  };
  EXPECT_TRUE(says(link(R"("loss": "3/2")"), "/path/0/link/loss: found \"3/2\"; allowed: a ratio"));
  EXPECT_EQ(link(R"("loss": "1/1")"), "none");
  EXPECT_TRUE(says(link(R"("rate": "0bps")"), "a rate above zero"));
  EXPECT_TRUE(says(link(R"("rate": 1000)"), "found 1000; allowed: a rate"));
  EXPECT_TRUE(says(link(R"("delya": "1s")"), R"(did you mean "delay"?)"));
}

TEST(Mistakes, KeepTheRunBetweenAnInstantAndAHundredYears) {
  EXPECT_TRUE(says(mistakes(scenario_with(R"("duration": "0s",)")), "found \"0s\""));
  EXPECT_EQ(mistakes(scenario_with(R"("duration": "1ns",)")), "none");
  EXPECT_EQ(mistakes(scenario_with(R"("duration": "36500d",)")), "none");
  EXPECT_TRUE(says(mistakes(scenario_with(R"("duration": "36500d1ns",)")), "at most 36500d"));
}

TEST(Mistakes, NameWhatIsNotModelled) {
  EXPECT_TRUE(says(in_connection(R"("count": 30000, "strategy": "ssh")"),
                   "30000 members with programs of their own"));
  EXPECT_TRUE(says(in_middlebox(R"("tracker": "pf")"), "choose another profile"));
}

TEST(Mistakes, InHostsDoNotKeepAPopulationFromBeingRead) {
  EXPECT_TRUE(says(mistakes(R"({"hosts": [{"name": "client"}],
    "connections": [{"name": "c", "count": 3}]})"),
                   "at /hosts: "));
}

TEST(Mistakes, NameOneThingTwice) {
  const std::string path = R"("path": [{"link": {"name": "x"}}, {"link": {"name": "x"}}],)";
  EXPECT_TRUE(says(mistakes(scenario_with(path)),
                   R"(/path/1/link/name: the name "x" is already that of a link)"));
  EXPECT_TRUE(says(in_connection(R"("name": "server")"), "already that of a host"));
  EXPECT_TRUE(says(mistakes(R"({"connections": [{"name": "connection-2"}, {}]})"),
                   R"(/connections/1: the name "connection-2" is already that of a connection)"));
  EXPECT_TRUE(says(mistakes(R"({"seed": 1, "seed": 2, "connections": [{}]})"),
                   "at /seed: the key \"seed\" stands here a second time"));
}

TEST(Mistakes, NameThingsOfTheWrongKind) {
  EXPECT_TRUE(says(with_connections(R"("events": [{"at": "1m", "crash": "a"}],)"),
                   R"("a" is a connection, not a host; allowed: client or server)"));
  EXPECT_TRUE(says(with_connections(R"("events": [{"at": "1m", "crash": "servre"}],)"),
                   R"(did you mean "server"?)"));
  EXPECT_TRUE(says(with_connections(R"("events": [{"at": "1m", "flush": "server"}],)"),
                   R"("server" is a host, not a middlebox)"));
}

TEST(Mistakes, TellWhatAHopOrAnEventIs) {
  EXPECT_TRUE(says(mistakes(scenario_with(R"("path": [{"midlebox": {}}],)")),
                   R"(allowed: exactly one of link, middlebox, proxy or alternatives; )"
                   R"(did you mean "middlebox")"));
  EXPECT_TRUE(says(mistakes(scenario_with(R"("path": [{"link": {}, "proxy": {}}],)")),
                   R"("link" and "proxy" exclude each other)"));
  EXPECT_TRUE(says(with_connections(R"("events": [{"at": "1m"}],)"), "exactly one of cut, crash"));
  EXPECT_TRUE(
      says(with_connections(R"("events": [{"crash": "server"}],)"), "the key \"at\" is missing"));
  EXPECT_TRUE(says(with_connections(R"("events": [{"at": "1m", "crash": "server", "for": "1s"}],)"),
                   "the key \"for\" is not known here"));
  EXPECT_TRUE(says(with_connections(R"("events": [{"at": "1m", "reboot": "server"}],)"),
                   "the key \"for\" is missing"));
}

TEST(Mistakes, KeepInstantsInsideTheRun) {
  EXPECT_EQ(with_connections(R"("events": [{"at": "1h", "crash": "server"}],)"), "none");
  EXPECT_TRUE(says(with_connections(R"("events": [{"at": "1h1ns", "crash": "server"}],)"),
                   "found \"1h1ns\", after the end of the run; allowed: an instant from 0s to 1h"));
  const auto expect = [](const std::string& fields) {
    return with_connections(R"("expect": [{"connection": "a", "is": "closed", )" + fields + "}],");
  };
  EXPECT_EQ(expect(R"("at": "1h", "within": "1s")"), "none");
  EXPECT_TRUE(says(expect(R"("at": "61m")"), "after the end of the run"));
  EXPECT_TRUE(says(expect(R"("within": "1s")"), "within together with at"));
  EXPECT_TRUE(says(in_connection(R"("start": "61m")"), "after the end of the run"));
  EXPECT_EQ(mistakes(R"({"duration": "x", "connections": [{"start": "61m"}]})"),
            "s.json:1:14: at /duration: found \"x\"; allowed: a span of time such as \"30s\", "
            "\"2h4m\" or \"250ms\"");
}

TEST(Mistakes, KnowThatAConnectionHoldsAtBothEndsAndAllTheTime) {
  const auto held = [](const std::string& fields) {
    return with_connections(R"("expect": [{"connection": "a", "is": "held")" + fields + "}],");
  };
  EXPECT_EQ(held(""), "none");
  for (const char* key : {R"(, "side": "client")", R"(, "at": "1m")"}) {
    EXPECT_TRUE(says(held(key),
                     "a connection holds from beginning to end, and at both ends; "
                     "allowed: \"is\": \"alive\" with this key"))
        << key;
  }
  EXPECT_TRUE(
      says(held(R"(, "blame": "server")"), "nobody is to blame for a connection that held"));
}

TEST(Mistakes, KeepTrafficInOrder) {
  const auto traffic = [](const std::string& fields) {
    return in_connection(R"("start": "10s", "traffic": [{)" + fields + "}]");
  };
  EXPECT_TRUE(says(traffic(""), R"(neither "at" nor "every" is given)"));
  EXPECT_EQ(traffic(R"("at": "10s")"), "none");
  EXPECT_TRUE(says(traffic(R"("at": "9999ms")"), "before the connection starts"));
  EXPECT_TRUE(says(traffic(R"("every": "0s")"), "found \"0s\""));
  EXPECT_TRUE(says(traffic(R"("every": "1ns")"), "found \"1ns\", which makes too many messages"));
  EXPECT_EQ(traffic(R"("every": "1ns", "at": "10s", "until": "10010ms")"), "none");
  EXPECT_EQ(traffic(R"("every": "1ns", "at": "10s", "until": "11s")"), "none");
  EXPECT_TRUE(says(traffic(R"("every": "1ns", "at": "10s", "until": "11000000001ns")"),
                   "at most 1000000000 times"));
  EXPECT_TRUE(says(traffic(R"("at": "1m", "until": "2m")"), "until together with every"));
  EXPECT_TRUE(says(traffic(R"("at": "1m", "every": "1s", "until": "1m")"), "not after the first"));
  EXPECT_EQ(traffic(R"("at": "1m", "every": "1s", "until": "60001ms")"), "none");
  // An instant that is wrong makes nothing else wrong.
  for (const char* wrong : {R"("every": "1ns", "until": "99h")", R"("every": "1s", "at": "99h")",
                            R"("every": "1ns", "at": "99h")", R"("every": "1ns", "at": "x")",
                            R"("at": "99h", "every": "1m", "until": "1s")"}) {
    EXPECT_EQ(std::ranges::count(traffic(wrong), '\n'), 0) << traffic(wrong);
    EXPECT_NE(traffic(wrong), "none") << wrong;
  }
  EXPECT_TRUE(says(traffic(R"("at": "1m", "give_up": "5s")"), "give_up together with answer"));
  EXPECT_TRUE(says(traffic(R"("at": "1m", "bytes": 0)"), "found 0;"));
  EXPECT_EQ(traffic(R"("at": "1m", "answer": {"echo": true})"), "none");
  EXPECT_EQ(traffic(R"("at": "1m", "answer": {"echo": false, "after": "1s"})"), "none");
  EXPECT_TRUE(says(traffic(R"("at": "1m", "answer": {"echo": true, "after": "1s"})"), "no after"));
  EXPECT_TRUE(says(traffic(R"("at": "1m", "answer": {"echo": true, "bytes": 9})"), "no bytes"));
}

TEST(Mistakes, AnEchoIsOfBytesAsTheyAre) {
  const auto echoed = [](const std::string& fields) {
    return in_connection(fields + R"(, "traffic": [{"at": "1m", "answer": {"echo": true}}])");
  };
  EXPECT_EQ(echoed(R"("strategy": "tcp_keepalive")"), "none");
  EXPECT_TRUE(says(echoed(R"("strategy": "ssh")"), "messages of ssh are not read in pieces"));
  EXPECT_TRUE(says(echoed(R"("tls": "1.3")"), "records of TLS are not read in pieces"));
}

TEST(Mistakes, KeepUdpAwayFromWhatOnlyTcpHas) {
  const auto udp = [](const std::string& fields) {
    return in_connection(R"("transport": "udp", )" + fields);
  };
  EXPECT_TRUE(says(udp(R"("strategy": "ssh")"),
                   R"(the strategy "ssh" does not work over udp; allowed: transport tcp)"));
  EXPECT_TRUE(says(udp(R"("strategy": {"ssh": {}})"), "does not work over udp"));
  EXPECT_TRUE(says(udp(R"("socket": {})"), "this key with tcp only"));
  EXPECT_TRUE(says(udp(R"("close_when_idle": {"client": "1m"})"), "this key with tcp only"));
  EXPECT_EQ(udp(R"("traffic": [{"at": "1m", "bytes": 1472}])"), "none");
  EXPECT_TRUE(says(udp(R"("traffic": [{"at": "1m", "bytes": 1473}])"), "at most 1472"));
  EXPECT_TRUE(says(in_connection(R"("server_follows": true)"), "this key with udp only"));
  EXPECT_TRUE(
      says(in_connection(R"("server_discards_strangers": true)"), "this key with udp only"));
  EXPECT_TRUE(
      says(in_connection(
               R"("transport": "udp", "answers_follow": true, "server_discards_strangers": true)"),
           "follows what it would throw away"));
  EXPECT_TRUE(says(in_connection(R"("transport": "udp", "strategy": {"rabbitmq": {}})"),
                   "\"rabbitmq\" does not work over udp; allowed: transport tcp"));
  EXPECT_TRUE(says(in_connection(R"("transport": "tcp", "strategy": "wireguard")"),
                   "\"wireguard\" does not work over tcp; allowed: transport udp"));
  EXPECT_TRUE(says(in_connection(R"("strategy": "./no-such-product.json")"), "does not exist"));
  EXPECT_TRUE(says(with_connections(R"("path": [{"proxy": {"name": "lb"}}],)"),
                   R"(/connections/1: the path has the proxy "lb")"));
  EXPECT_TRUE(says(with_connections(R"("events": [{"at": "1m", "shutdown": "u"}],)"),
                   "the connection \"u\" uses udp"));
  EXPECT_EQ(with_connections(R"("events": [{"at": "1m", "close": "u"}],)"), "none");
}

TEST(Mistakes, KeepOneHostOnEachSide) {
  EXPECT_TRUE(says(mistakes(scenario_with(R"("hosts": {"client": {"side": "external"}},)")),
                   "no host is on the internal side"));
  EXPECT_TRUE(says(mistakes(R"({"hosts": {"client": {}, "server": {}, "a": {}},
                                "connections": [{"client": "a"}]})"),
                   "on the same side of the path"));
  EXPECT_TRUE(says(mistakes(R"({"hosts": {"client": {"profile": "linus"}, "server": {}},
                                "connections": [{}]})"),
                   R"(did you mean "linux"?)"));
}

TEST(Mistakes, KeepProfilesConsistent) {
  EXPECT_TRUE(says(in_middlebox(R"("ports": {"low": 60000, "high": 50000})"),
                   "at /path/0/middlebox/ports: the lowest port, 60000, is above the highest"));
  EXPECT_TRUE(says(in_middlebox(R"("timeouts": {"tcp.established": "0s"})"), "found \"0s\""));
  EXPECT_TRUE(says(in_middlebox(R"("timeouts": {"tcp.opening": "1s"})"),
                   "the linux tracker has no timer tcp.opening; it has "));
  EXPECT_TRUE(says(in_middlebox(R"("timeouts": {"tcp.establised": "1s"})"),
                   R"(did you mean "tcp.established"?)"));
  EXPECT_TRUE(says(in_middlebox(R"("adaptive": {"end": 5})"), "only boxes with the pf tracker"));
  EXPECT_TRUE(says(in_middlebox(R"("stray_internal": "drop")"), "netfilter settings"));
  EXPECT_TRUE(says(mistakes(scenario_with(R"("path": [{"middlebox": {"profile": "openwtr"}}],)")),
                   R"(there is no profile "openwtr"; did you mean "openwrt"?)"));
  EXPECT_TRUE(says(mistakes(R"({"hosts": {"client": {"tcp": {"rto_min": "3s", "rto_max": "2s"}},
                                "server": {}}, "connections": [{}]})"),
                   "rto_min, 3s, is longer than rto_max, 2s"));
}

TEST(Mistakes, KeepAFixedPortToOneConnection) {
  EXPECT_TRUE(says(mistakes(R"({"connections": [{"client_port": 5000}, {"client_port": 5000}]})"),
                   R"("connection-1" already uses this port of "client")"));
  EXPECT_EQ(mistakes(R"({"connections": [{"client_port": 5000},
                                         {"client_port": 5000, "transport": "udp"},
                                         {"client_port": 5001}, {}, {}]})"),
            "none");
}

TEST(Mistakes, DoNotFloodWhoeverReadsThem) {
  std::string text = "{";
  for (int i = 0; i < 1500; ++i) text += "\"x" + std::to_string(i) + "\": 0, ";
  const Result<Scenario> result = parse_scenario(text + R"("connections": [{}]})", "s.json");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.errors().size(), 1001u);
  EXPECT_EQ(result.errors().back().message, "and 500 more");
}

TEST(ReadScenario, ReportsFilesThatCannotBeRead) {
  const auto error = [](const std::string& file) {
    return to_string(read_scenario(file).errors().front());
  };
  EXPECT_EQ(error("/no/such/file.json"),
            "/no/such/file.json: this file does not exist; allowed: the name of a file");
  EXPECT_TRUE(says(error(testing::TempDir()), "this is a folder"));
  EXPECT_TRUE(says(error("/dev/zero"), "this file is too large; allowed: at most 16 MiB"));
}

// A folder of its own for one test.
std::filesystem::path fresh_folder(const std::string& name) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / name;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

void write_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

TEST(ReadScenario, FindsAProfileNextToTheScenario) {
  const std::filesystem::path folder = fresh_folder("profile_next_to_scenario");
  write_file(folder / "my-box.json", project_text("scenarios/profiles/openwrt.json"));
  write_file(folder / "s.json",
             scenario_with(R"("path": [{"middlebox": {"profile": "./my-box.json"}}],)"));
  const Result<Scenario> result = read_scenario((folder / "s.json").string());
  ASSERT_TRUE(result.ok()) << to_string(result.errors().front());
  EXPECT_EQ(std::get<MiddleboxSpec>(result.value().path[0]).profile.name, "openwrt");

  write_file(folder / "my-box.json", "{");
  const Result<Scenario> broken = read_scenario((folder / "s.json").string());
  ASSERT_EQ(broken.errors().size(), 2u);
  EXPECT_TRUE(says(to_string(broken.errors()[0]), "my-box.json:1:2: the text ends here"));
  EXPECT_TRUE(says(to_string(broken.errors()[1]), R"(the profile file "./my-box.json" cannot)"));
}

TEST(ReadScenario, SuggestsTheFileThatHoldsTheProfileUnderAnotherName) {
  const std::filesystem::path folder = fresh_folder("other_name");
  write_file(folder / "my-box.json", project_text("scenarios/profiles/openwrt.json"));
  const std::string scenario = scenario_with(R"("path": [{"middlebox": {"profile": "my-box"}}],)");
  const auto found = [&scenario](const std::string& file, const ParseOptions& options) {
    return to_string(parse_scenario(scenario, file, options).errors()[0]);
  };
  EXPECT_TRUE(says(found((folder / "s.json").string(), {}), R"(did you mean "./my-box.json"?)"));
  ParseOptions options;
  options.profile_paths.push_back((folder / "my-box.json").string());
  const std::string named = found("", options);
  EXPECT_TRUE(says(named, "my-box.json\" has the profile \"openwrt\""));
  EXPECT_TRUE(says(named, R"(did you mean "openwrt"?)"));
}

TEST(ReadScenario, PrefersProfilesOnDiskToBuiltInOnes) {
  const std::filesystem::path folder = fresh_folder("profiles_on_disk");
  std::string text = project_text("scenarios/profiles/aws-nlb.json");
  text.replace(text.find("350s"), 4, "351s");
  write_file(folder / "aws-nlb.json", text);
  const std::string scenario = scenario_with(R"("path": [{"middlebox": {"profile": "aws-nlb"}}],)");
  for (const std::string& path : {folder.string(), (folder / "aws-nlb.json").string()}) {
    const Result<Scenario> result = parse_scenario(scenario, "", {{path}});
    ASSERT_TRUE(result.ok()) << to_string(result.errors().front());
    const Profile& profile = std::get<MiddleboxSpec>(result.value().path[0]).profile;
    EXPECT_TRUE(profile.timeouts[Timeout::TcpEstablished] == 351s ||
                profile.timeouts[Timeout::TcpOpening] == 351s)
        << path;
  }
  const Result<Scenario> other =
      parse_scenario(scenario_with(R"("path": [{"middlebox": {"profile": "openwrt"}}],)"), "",
                     {{folder.string()}});
  EXPECT_TRUE(other.ok());
}

}  // namespace
}  // namespace stayalive
