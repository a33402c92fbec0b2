// SPDX-License-Identifier: Apache-2.0
#include "report/profiles.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "document/width.h"
#include "support/document_text.h"
#include "support/golden.h"

namespace stayalive {
namespace {

TEST(ProfilesDocument, NoProfileIsWiderThanATerminal) {
  for (const ProfileDocument* profile : builtin_profiles()) {
    for (const std::size_t width : {80u, 120u, 200u}) {
      const std::string text = printed(describe_profile(*profile), "text", {width, false});
      EXPECT_EQ(text.find("left out for want of room"), std::string::npos)
          << "every value with its source";
      for (const std::string& line : lines_of(text)) EXPECT_LE(display_width(line), width) << line;
    }
  }
}

TEST(ProfilesDocument, NoProxyIsWiderThanATerminal) {
  for (const ProxyDocument* proxy : builtin_proxies()) {
    for (const std::size_t width : {80u, 120u, 200u}) {
      const std::string text = printed(describe_proxy(*proxy), "text", {width, false});
      EXPECT_EQ(text.find("left out for want of room"), std::string::npos);
      EXPECT_NE(text.find("Simplified: "), std::string::npos);
      for (const std::string& line : lines_of(text)) EXPECT_LE(display_width(line), width) << line;
    }
  }
}

TEST(ProfilesDocument, ProxiesHaveASectionOfTheirOwn) {
  const std::string text = printed(
      describe_profiles(builtin_profiles(), builtin_proxies(), builtin_servers(), builtin_pools()),
      "text", {200, false});
  const auto row_of = [&](const std::string& name) {
    for (const std::string& line : lines_of(text)) {
      if (line.starts_with(name + " ")) return line;
    }
    return std::string();
  };
  EXPECT_NE(row_of("aws-alb").find("idle_timeout 1m "), std::string::npos) << row_of("aws-alb");
  EXPECT_NE(row_of("istio").find("idle_timeout 1h? "), std::string::npos) << row_of("istio");
  EXPECT_NE(row_of("traefik").find("never "), std::string::npos);
  EXPECT_NE(row_of("nginx").find("close-both "), std::string::npos);
  EXPECT_GT(text.find("\naws-alb "), text.find("\nwindows-winnat ")) << "behind the boxes";
  const auto json = nlohmann::json::parse(printed(
      describe_profiles(builtin_profiles(), builtin_proxies(), builtin_servers(), builtin_pools()),
      "json"));
  EXPECT_EQ(json["proxies"].size(), builtin_proxies().size());
}

TEST(ProfilesDocument, AValueThatIsASpanHasItsSeconds) {
  const ProfileDocument* profile = find_builtin_profile("aws-nlb");
  ASSERT_NE(profile, nullptr);
  const auto json = nlohmann::json::parse(printed(describe_profile(*profile), "json"));
  ASSERT_EQ(json["profiles"].size(), 1u);
  EXPECT_EQ(json["profiles"][0]["name"], "aws-nlb");
  bool found = false;
  for (const auto& value : json["profiles"][0]["values"]) {
    if (value["key"] != "timeouts.tcp.established") continue;
    found = true;
    EXPECT_EQ(value["value"], "350s");
    EXPECT_EQ(value["seconds"], 350.0);
  }
  EXPECT_TRUE(found);
}

TEST(ProfilesDocument, ProgramsGetTheTimersInSeconds) {
  const std::string csv = printed(
      describe_profiles(builtin_profiles(), builtin_proxies(), builtin_servers(), builtin_pools()),
      "csv");
  EXPECT_TRUE(
      csv.starts_with("profile,tcp_established,tcp_established_status,udp,udp_status,"
                      "udp_stream,udp_stream_status,"))
      << csv;
  EXPECT_NE(csv.find("aws-nlb,350.000,primary,120.000,primary,120.000,primary,silent,derived,RST,"
                     "primary,RST,primary,"),
            std::string::npos)
      << csv;
}

TEST(ProfilesDocument, WhatNobodyHasReadIsMarked) {
  const std::string text = printed(
      describe_profiles(builtin_profiles(), builtin_proxies(), builtin_servers(), builtin_pools()),
      "text", {200, false});
  const auto row_of = [&](const std::string& name) {
    for (const std::string& line : lines_of(text)) {
      if (line.starts_with(name + " ")) return line;
    }
    return std::string();
  };
  EXPECT_NE(row_of("azure-lb").find("4m?"), std::string::npos) << "UDP was found in no document";
  EXPECT_NE(row_of("azure-lb").find(" silent "), std::string::npos) << row_of("azure-lb");
  EXPECT_NE(row_of("azure-lb").find("dropped? / dropped?"), std::string::npos);
  EXPECT_NE(row_of("azure-nat-gateway").find("RST / RST"), std::string::npos);
}

// Linux gives an answered flow udp.single until it is a stream: 30 s, not 120 s.
TEST(ProfilesDocument, SaysWhenAUdpFlowIsAStream) {
  const std::string text = printed(
      describe_profiles(builtin_profiles(), builtin_proxies(), builtin_servers(), builtin_pools()),
      "text", {200, false});
  EXPECT_EQ(text.find("ANSWERED"), std::string::npos);
  EXPECT_NE(text.find("more than 2 s after the flow began"), std::string::npos);
}

TEST(ProfilesDocument, OneProfileSaysHowSureItsBehaviourIs) {
  const ProfileDocument* profile = find_builtin_profile("azure-lb");
  ASSERT_NE(profile, nullptr);
  const std::string text = printed(describe_profile(*profile), "text", {80, false});
  EXPECT_NE(text.find("says nothing at that moment: documented"), std::string::npos) << text;
  EXPECT_NE(text.find("the next segment from inside: dropped: assumed"), std::string::npos) << text;
}

void collect_profile_members(const nlohmann::json& json, std::vector<std::string>& names) {
  for (const auto& [key, value] : json.items()) {
    if (json.is_object()) names.push_back(key);
    if (value.is_structured()) collect_profile_members(value, names);
  }
}

TEST(ProfilesDocument, EveryMemberIsDocumented) {
  const std::string page = project_text("docs/result.md");
  std::vector<std::string> names;
  const std::string text = printed(
      describe_profiles(builtin_profiles(), builtin_proxies(), builtin_servers(), builtin_pools()),
      "json");
  collect_profile_members(nlohmann::json::parse(text), names);
  ASSERT_GT(names.size(), 30u);
  for (const std::string& name : names) {
    EXPECT_NE(page.find("`" + name + "`"), std::string::npos)
        << name << " is missing from docs/result.md";
  }
}

}  // namespace
}  // namespace stayalive
