// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/profiles.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "support/golden.h"

namespace stayalive {
namespace {

// A profile with one value per timer of the idle tracker; each test changes a part of it.
std::string idle_profile(const std::string& established = R"("350s")",
                         const std::string& provenance = R"("status": "recalled")",
                         const std::string& more = "") {
  return R"({"name": "my-box", "title": "My box", "summary": "It forgets.",
    "checked": "2026-11-20",
    "sources": {"guide": {"title": "The guide", "date": "2024-02",
                          "url": "https://example.com/guide"}},
    "values": {
      "tracker": {"value": "idle", "status": "chosen", "note": "it has one timeout"},
      "timeouts.tcp.opening": {"value": "30s", "status": "recalled"},
      "timeouts.tcp.established": {"value": )" +
         established + ", " + provenance + R"(},
      "timeouts.tcp.closing": {"value": "10s", "status": "recalled"},
      "timeouts.udp.single": {"value": "30s", "status": "recalled"},
      "timeouts.udp.stream": {"value": "120s", "status": "recalled"},
      "timeouts.icmp.query": {"value": "30s", "status": "recalled"})" +
         more + "}}";
}

// The only error of a profile that must not be read.
std::string only_profile_error(const std::string& text) {
  const Result<ProfileDocument> result = parse_profile(text, "box.json");
  if (result.ok()) return "no error";
  std::string all;
  for (const Diagnostic& error : result.errors()) all += to_string(error) + "\n";
  EXPECT_EQ(result.errors().size(), 1u) << all;
  return all.substr(0, all.find('\n'));
}

TEST(BuiltinProfiles, AreAllFilesOfTheFolderUnderTheirOwnNames) {
  std::size_t files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(project_path("scenarios/profiles"))) {
    if (entry.path().extension() != ".json") continue;
    ++files;
    const ProfileDocument* found = find_builtin_profile(entry.path().stem().string());
    ASSERT_NE(found, nullptr) << entry.path();
    EXPECT_EQ(found->profile.name, entry.path().stem().string());
  }
  EXPECT_EQ(files, builtin_profiles().size());
  EXPECT_GT(files, 10u);
  EXPECT_EQ(find_builtin_profile("no-such-box"), nullptr);
}

TEST(BuiltinProfiles, GiveEveryTimerOfTheirTrackerAndNoOther) {
  for (const ProfileDocument* document : builtin_profiles()) {
    const Profile& profile = document->profile;
    TimeoutTable rest = profile.timeouts;
    for (const Timeout timer : timeouts_of(profile.tracker)) {
      EXPECT_GT(profile.timeouts[timer], Duration::zero()) << profile.name << " " << name(timer);
      rest[timer] = Duration::zero();
    }
    EXPECT_EQ(rest.spans, TimeoutTable{}.spans) << profile.name;
  }
}

TEST(BuiltinProfiles, SayWhereTheLoadBalancersTimeoutWasRead) {
  const ProfileDocument* nlb = find_builtin_profile("aws-nlb");
  ASSERT_NE(nlb, nullptr);
  EXPECT_EQ(nlb->profile.timeouts[Timeout::TcpEstablished], 350s);
  bool found = false;
  for (const SourcedValue& value : nlb->values) {
    if (value.key != "timeouts.tcp.established") continue;
    found = true;
    EXPECT_EQ(value.value, "350s");
    EXPECT_EQ(name(value.status), "primary");
    EXPECT_NE(value.source.find("https://"), std::string::npos) << value.source;
  }
  EXPECT_TRUE(found);
}

TEST(ParseProfile, ReadsValuesWithTheirSources) {
  const Result<ProfileDocument> result =
      parse_profile(idle_profile(R"("5m")", R"("status": "primary", "source": "guide")",
                                 R"(, "ports.low": {"value": 2048, "status": "recalled"})"),
                    "box.json");
  ASSERT_TRUE(result.ok()) << to_string(result.errors().front());
  const ProfileDocument& document = result.value();
  EXPECT_EQ(document.profile.name, "my-box");
  EXPECT_EQ(document.profile.tracker, TrackerKind::Idle);
  EXPECT_EQ(document.profile.timeouts[Timeout::TcpEstablished], 5min);
  EXPECT_EQ(document.profile.ports.low, 2048);
  EXPECT_EQ(document.profile.ports.high, 65535);
  ASSERT_EQ(document.values.size(), 8u);
  for (const SourcedValue& value : document.values) {
    if (value.key == "timeouts.tcp.established") {
      EXPECT_EQ(value.source, "The guide, 2024-02, https://example.com/guide");
    }
    if (value.key == "ports.low") {
      EXPECT_EQ(value.value, "2048");
    }
  }
}

TEST(ParseProfile, WantsASourceExactlyWhereSomethingWasRead) {
  EXPECT_EQ(
      only_profile_error(idle_profile(R"("5m")", R"("status": "primary")")),
      "box.json:8:61: at /values/timeouts.tcp.established/status: a value that is \"primary\" "
      "names its source");
  EXPECT_NE(
      only_profile_error(idle_profile(R"("5m")", R"("status": "recalled", "source": "guide")"))
          .find("has no source"),
      std::string::npos);
  EXPECT_NE(only_profile_error(idle_profile(R"("5m")", R"("status": "chosen")"))
                .find("has a note that says why"),
            std::string::npos);
  EXPECT_NE(only_profile_error(idle_profile(R"("5m")", R"("status": "derived", "source": "guidd")"))
                .find(R"(allowed: guide; did you mean "guide"?)"),
            std::string::npos);
}

TEST(ParseProfile, RefusesTimersAndSettingsOfOtherTrackers) {
  EXPECT_NE(only_profile_error(idle_profile(R"("5m")", R"("status": "recalled")",
                                            R"(, "timeouts.tcp.fin_wait": {"value": "1s",
                                       "status": "recalled"})"))
                .find("the idle tracker has no timer tcp.fin_wait"),
            std::string::npos);
  EXPECT_NE(only_profile_error(idle_profile(R"("5m")", R"("status": "recalled")",
                                            R"(, "netfilter.tcp_loose": {"value": true,
                                       "status": "recalled"})"))
                .find("only boxes with the linux tracker"),
            std::string::npos);
  EXPECT_NE(
      only_profile_error(idle_profile(R"("5m")", R"("status": "recalled")",
                                      R"(, "adaptive.end": {"value": 1, "status": "recalled"})"))
          .find("only boxes with the pf tracker"),
      std::string::npos);
}

TEST(ParseProfile, RefusesATimerOfZeroAndAPortRangeUpsideDown) {
  EXPECT_NE(only_profile_error(idle_profile(R"("0s")")).find("found \"0s\""), std::string::npos);
  EXPECT_NE(only_profile_error(idle_profile(R"("5m")", R"("status": "recalled")",
                                            R"(, "ports.low": {"value": 5000, "status": "recalled"},
                                       "ports.high": {"value": 4999, "status": "recalled"})"))
                .find("the lowest port, 5000, is above the highest, 4999"),
            std::string::npos);
  EXPECT_EQ(only_profile_error(idle_profile(R"("5m")", R"("status": "recalled")",
                                            R"(, "ports.low": {"value": 5000, "status": "recalled"},
                                       "ports.high": {"value": 5000, "status": "recalled"})")),
            "no error");
}

TEST(ParseProfile, NamesEveryTimerThatIsMissing) {
  std::string text = idle_profile();
  const std::size_t at = text.find(R"("timeouts.udp.single")");
  text.erase(at, text.find("\n", at) - at);
  EXPECT_NE(only_profile_error(text).find(R"(the timer "timeouts.udp.single" is missing)"),
            std::string::npos);
}

TEST(ParseProfile, NamesEveryMistakeInOnePass) {
  std::string text = idle_profile(R"("5m")", R"("status": "recaled")",
                                  R"(, "ports.low": {"value": 5000, "status": "recalled"},
                                       "ports.high": {"value": 4999, "status": "recalled"})");
  const std::size_t at = text.find(R"("timeouts.udp.single")");
  text.erase(at, text.find("\n", at) - at);
  // How sure the tracker is says nothing about which timers it has.
  text.replace(text.find(R"("idle")"), 6, R"("idle", "sttaus": "recalled")");
  const Result<ProfileDocument> profile = parse_profile(text, "box.json");
  ASSERT_FALSE(profile.ok());
  std::string all;
  for (const Diagnostic& error : profile.errors()) all += to_string(error) + "\n";
  for (const char* mistake :
       {R"(the key "sttaus" is not known here)", R"(did you mean "recalled"?)",
        R"(the timer "timeouts.udp.single" is missing)", "the lowest port, 5000, is above"}) {
    EXPECT_NE(all.find(mistake), std::string::npos) << mistake << " is not in\n" << all;
  }
}

TEST(ParseProfile, DoesNotBlameTimersWhenTheTrackerIsWrong) {
  std::string text = idle_profile();
  text.replace(text.find(R"("idle")"), 6, R"("idl")");
  EXPECT_NE(only_profile_error(text).find(R"(did you mean "idle"?)"), std::string::npos);
}

}  // namespace
}  // namespace stayalive
