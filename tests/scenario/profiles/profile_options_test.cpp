// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/profile_options.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "support/scenario_text.h"

namespace stayalive {
namespace {

// The profile of the only box, with `fields` laid over a built-in one.
Profile profile_of(const std::string& name, const std::string& fields) {
  const Scenario scenario = right(
      scenario_with(R"("path": [{"middlebox": {"profile": ")" + name + "\", " + fields + "}}],"));
  return std::get<MiddleboxSpec>(scenario.path.front()).profile;
}
Profile linux_box(const std::string& fields) { return profile_of("linux-conntrack", fields); }
Profile firewall(const std::string& fields) { return profile_of("aws-network-firewall", fields); }
std::string word(std::string_view key, std::string_view value) {
  return "\"" + std::string(key) + "\": \"" + std::string(value) + "\"";
}

TEST(ProfileOptions, HaveNamesOfTheirOwnAndAHelp) {
  std::set<std::string> keys;
  for (const ProfileOption& option : profile_options()) {
    EXPECT_TRUE(keys.emplace(option.spec.key).second) << option.spec.key;
    EXPECT_FALSE(option.spec.help.empty()) << option.spec.key;
    EXPECT_EQ(find_profile_option(option.spec.key), &option);
  }
  EXPECT_EQ(find_profile_option("no_such_option"), nullptr);
  for (std::size_t i = 0; i < kTimeoutCount; ++i) {
    const ProfileOption* option =
        find_profile_option("timeouts." + std::string(name(static_cast<Timeout>(i))));
    ASSERT_NE(option, nullptr) << i;
    EXPECT_EQ(option->timer, static_cast<Timeout>(i));
  }
}

TEST(ProfileOptions, TurnEveryWordIntoItsOwnMeaning) {
  const auto dependence = [](std::string_view key, std::string_view value) {
    return firewall(word(key, value));
  };
  EXPECT_EQ(dependence("mapping", "endpoint-independent").mapping, Dependence::EndpointIndependent);
  EXPECT_EQ(dependence("mapping", "address-dependent").mapping, Dependence::AddressDependent);
  EXPECT_EQ(dependence("filtering", "address-and-port-dependent").filtering,
            Dependence::AddressAndPortDependent);
  EXPECT_EQ(dependence("filtering", "address-dependent").filtering, Dependence::AddressDependent);
  EXPECT_EQ(firewall(word("pooling", "paired")).pooling, Pooling::Paired);
  EXPECT_EQ(firewall(word("pooling", "arbitrary")).pooling, Pooling::Arbitrary);
  EXPECT_EQ(firewall(word("on_expiry", "silent")).on_expiry, ExpiryAction::Silent);
  EXPECT_EQ(firewall(word("on_expiry", "reset-both")).on_expiry, ExpiryAction::ResetBoth);
  EXPECT_EQ(firewall(word("stray_internal", "pick-up")).stray_internal, StrayInternal::PickUp);
  EXPECT_EQ(firewall(word("stray_internal", "drop")).stray_internal, StrayInternal::Drop);
  EXPECT_EQ(firewall(word("stray_internal", "reset")).stray_internal, StrayInternal::Reset);
  EXPECT_EQ(firewall(word("stray_internal", "leak")).stray_internal, StrayInternal::Leak);
  EXPECT_EQ(firewall(word("stray_external", "drop")).stray_external, StrayExternal::Drop);
  EXPECT_EQ(firewall(word("stray_external", "reset")).stray_external, StrayExternal::Reset);
  EXPECT_EQ(firewall(word("stray_external", "admit")).stray_external, StrayExternal::Admit);
  EXPECT_EQ(firewall(word("when_full", "refuse")).when_full, WhenFull::Refuse);
  EXPECT_EQ(firewall(word("when_full", "evict-oldest")).when_full, WhenFull::EvictOldest);
  EXPECT_EQ(firewall(word("when_full", "evict-unassured")).when_full, WhenFull::EvictUnassured);
}

TEST(ProfileOptions, TurnTheWordsOfRefreshIntoTheirMeaning) {
  const auto udp = [](std::string_view value) {
    return firewall("\"refresh\": {" + word("udp", value) + "}").refresh;
  };
  EXPECT_EQ(udp("either").udp, RefreshedBy::Either);
  EXPECT_EQ(udp("outbound").udp, RefreshedBy::Outbound);
  EXPECT_EQ(udp("inbound").udp, RefreshedBy::Inbound);
  EXPECT_EQ(udp("opener").udp, RefreshedBy::Opener);
  EXPECT_EQ(udp("each").udp, RefreshedBy::Each);
  EXPECT_EQ(udp("nothing").udp, RefreshedBy::Nothing);
  EXPECT_EQ(udp("nothing").tcp, RefreshedBy::Either) << "each protocol has a rule of its own";
}

// The first mistake of a scenario whose only box has these fields laid over its profile.
std::string mistake_of(const std::string& name, const std::string& fields) {
  const Result<Scenario> result = parse_scenario(
      scenario_with(R"("path": [{"middlebox": {"profile": ")" + name + "\", " + fields + "}}],"),
      {});
  return result.ok() ? "none" : result.errors().front().message;
}

TEST(ProfileOptions, RefreshIsRefusedWhereTheTrackerRefreshesByEveryPacket) {
  for (const char* key : {"tcp", "udp"}) {
    const std::string fields = "\"refresh\": {" + word(key, "outbound") + "}";
    EXPECT_EQ(mistake_of("linux-conntrack", fields),
              "with the linux tracker every packet that it accepts refreshes, from either side");
    EXPECT_EQ(mistake_of("pf-normal", fields),
              "with the pf tracker every packet that it accepts refreshes, from either side");
    EXPECT_EQ(mistake_of("aws-nlb", fields), "none");
    EXPECT_EQ(mistake_of("rfc-minimum", fields), "none");
  }
}

TEST(ProfileOptions, ASwitchForAllProtocolsIsRefusedWithItsSuccessor) {
  for (const char* key : {"inbound", "outbound"}) {
    const std::string message =
        mistake_of("rfc-minimum", "\"refresh\": {\"" + std::string(key) + "\": false}");
    EXPECT_NE(message.find("\"udp\": \"outbound\""), std::string::npos) << message;
  }
}

TEST(ProfileOptions, NoteWhatTheScenarioGivesAndHowSureTheRestIs) {
  const Scenario scenario = right(scenario_with(
      R"("path": [{"middlebox": {"profile": "azure-lb", "timeouts": {"udp.single": "240s"}}}],)"));
  const auto& box = std::get<MiddleboxSpec>(scenario.path.front());
  ASSERT_EQ(box.statuses.size(), profile_options().size());
  const auto status = [&](std::string_view key) {
    return box
        .statuses[static_cast<std::size_t>(find_profile_option(key) - profile_options().data())];
  };
  EXPECT_EQ(status("timeouts.udp.single"), ValueStatus::Given) << "although it is the same value";
  EXPECT_EQ(status("timeouts.udp.stream"), ValueStatus::Recalled);
  EXPECT_EQ(status("timeouts.tcp.established"), ValueStatus::Primary);
  EXPECT_EQ(status("stray_internal"), ValueStatus::Chosen);
  EXPECT_EQ(status("hairpinning"), ValueStatus::Chosen) << "a default of the model";
}

TEST(ProfileOptions, TurnTheWordsOfNetfilterIntoTheirMeaning) {
  const auto netfilter = [](std::string_view key, std::string_view value) {
    return linux_box("\"netfilter\": {" + word(key, value) + "}").netfilter;
  };
  EXPECT_EQ(netfilter("input", "accept").input, InputPolicy::Accept);
  EXPECT_EQ(netfilter("input", "drop").input, InputPolicy::Drop);
  EXPECT_EQ(netfilter("input", "drop-invalid").input, InputPolicy::DropInvalid);
  EXPECT_EQ(netfilter("input", "reject").input, InputPolicy::Reject);
  EXPECT_EQ(netfilter("forward", "accept").forward, ForwardPolicy::Accept);
  EXPECT_EQ(netfilter("forward", "drop-invalid").forward, ForwardPolicy::DropInvalid);
  EXPECT_EQ(netfilter("forward", "syn-only").forward, ForwardPolicy::SynOnly);
  EXPECT_EQ(netfilter("forward", "stateful").forward, ForwardPolicy::Stateful);
}

TEST(ProfileOptions, EachWriteTheirOwnField) {
  const Profile box = firewall(R"("translate": true, "hairpinning": true, "external_addresses": 3,
    "ports": {"preserve": false, "random": true, "overload": true, "parity": true,
              "low": 11, "high": 22, "reuse_delay": "33s"},
    "refresh": {"tcp": "opener", "udp": "each"}, "filter_timeout": "44s",
    "reap_interval": "55s", "capacity": 66,
    "dead_connection_detection": {"max_retries": 77, "retry_interval": "88s"})");
  EXPECT_TRUE(box.translate);
  EXPECT_TRUE(box.hairpinning);
  EXPECT_EQ(box.external_addresses, 3u);
  EXPECT_FALSE(box.ports.preserve);
  EXPECT_TRUE(box.ports.random);
  EXPECT_TRUE(box.ports.overload);
  EXPECT_TRUE(box.ports.parity);
  EXPECT_EQ(box.ports.low, 11);
  EXPECT_EQ(box.ports.high, 22);
  EXPECT_EQ(box.ports.reuse_delay, 33s);
  EXPECT_EQ(box.refresh.tcp, RefreshedBy::Opener);
  EXPECT_EQ(box.refresh.udp, RefreshedBy::Each);
  EXPECT_EQ(box.filter_timeout, 44s);
  EXPECT_EQ(box.reap_interval, 55s);
  EXPECT_EQ(box.capacity, 66u);
  EXPECT_EQ(box.dead_connection_detection.max_retries, 77u);
  EXPECT_EQ(box.dead_connection_detection.retry_interval, 88s);
  const Netfilter netfilter = linux_box(R"("netfilter": {"tcp_loose": false,
    "tcp_be_liberal": true, "tcp_ignore_invalid_rst": true, "tcp_max_retrans": 7})")
                                  .netfilter;
  EXPECT_FALSE(netfilter.tcp_loose);
  EXPECT_TRUE(netfilter.tcp_be_liberal);
  EXPECT_TRUE(netfilter.tcp_ignore_invalid_rst);
  EXPECT_EQ(netfilter.tcp_max_retrans, 7u);
  const Adaptive adaptive =
      profile_of("pf-normal", R"("adaptive": {"start": 60, "end": 120})").adaptive;
  EXPECT_EQ(adaptive.start, 60u);
  EXPECT_EQ(adaptive.end, 120u);
}

TEST(ProfileOptions, WriteTheTimerOfTheirName) {
  for (const char* name_of_profile : {"linux-conntrack", "pf-normal", "rfc-minimum", "aws-nlb"}) {
    const TrackerKind tracker = profile_of(name_of_profile, R"("capacity": 9)").tracker;
    for (const Timeout timer : timeouts_of(tracker)) {
      const Profile box = profile_of(
          name_of_profile, "\"timeouts\": {\"" + std::string(name(timer)) + "\": \"1234567ns\"}");
      for (const Timeout each : timeouts_of(tracker)) {
        EXPECT_EQ(box.timeouts[each] == Duration{1234567}, each == timer) << name(each);
      }
    }
  }
}

TEST(ProfileOptions, RefuseCombinationsThatCannotBe) {
  Profile profile;
  EXPECT_FALSE(conflict_in(profile).has_value());
  profile.ports.low = profile.ports.high = 4000;
  EXPECT_FALSE(conflict_in(profile).has_value());
  profile.ports.low = 4001;
  EXPECT_EQ(conflict_in(profile)->key, "ports");
  profile = {};
  profile.adaptive = {10, 10};
  EXPECT_EQ(conflict_in(profile)->key, "adaptive");
  profile.adaptive = {9, 10};
  EXPECT_FALSE(conflict_in(profile).has_value());
  profile.adaptive = {10, 0};  // off
  EXPECT_FALSE(conflict_in(profile).has_value());
  profile.dead_connection_detection.max_retries = 1;
  EXPECT_FALSE(conflict_in(profile).has_value());
  profile.refresh.tcp = RefreshedBy::Each;
  EXPECT_EQ(conflict_in(profile)->key, "dead_connection_detection");
  profile.dead_connection_detection.max_retries = 0;
  EXPECT_FALSE(conflict_in(profile).has_value());
  profile.stray_external = StrayExternal::Admit;
  EXPECT_EQ(conflict_in(profile)->key, "stray_external");
  profile.translate = false;
  EXPECT_FALSE(conflict_in(profile).has_value());
}

}  // namespace
}  // namespace stayalive
