// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/unknown_profile.h"

#include <gtest/gtest.h>

#include "scenario/profiles/profiles.h"
#include "support/says.h"

namespace stayalive {
namespace {

Diagnostic guess(const std::string& word) {
  std::vector<std::string_view> known;
  for (const ProfileDocument* document : builtin_profiles()) {
    known.push_back(document->profile.name);
  }
  return unknown_profile(word, known);
}

TEST(UnknownProfile, ANameThatSeveralShareListsAllOfThemAndNoOther) {
  const Diagnostic azure = guess("azure");
  EXPECT_EQ(azure.allowed,
            "azure-firewall, azure-firewall-internal, azure-lb, azure-lb-reset or "
            "azure-nat-gateway; `stayalive profiles` lists all");
  EXPECT_EQ(azure.suggestion, "");
  EXPECT_TRUE(says(guess("azure-load-balancer").allowed, "azure-lb, "));
}

TEST(UnknownProfile, ANameThatOneHasIsSuggested) {
  EXPECT_EQ(guess("nlb").suggestion, "aws-nlb");
  EXPECT_EQ(guess("gcp-nat").suggestion, "gcp-cloud-nat");
  EXPECT_EQ(guess("openwtr").suggestion, "openwrt");
  EXPECT_EQ(guess("Azure_LB").suggestion, "azure-lb");
}

TEST(UnknownProfile, AProxyIsCalledOneAndNoBoxOfASimilarNameIsSuggested) {
  for (const std::string proxy : {"aws-alb", "ALB", "nginx", "aws_elb", "haproxy"}) {
    const Diagnostic mistake = guess(proxy);
    EXPECT_EQ(mistake.suggestion, "") << proxy;
    EXPECT_TRUE(says(mistake.message, "is a proxy")) << proxy;
    EXPECT_FALSE(says(mistake.allowed, "aws-nlb")) << proxy;
  }
  for (const ProfileDocument* document : builtin_profiles()) {
    EXPECT_FALSE(names_a_proxy(document->profile.name)) << document->profile.name;
  }
}

TEST(UnknownProfile, AWordThatIsLikeNothingGetsTheWholeList) {
  const Diagnostic mistake = guess("zzzzzzzz");
  EXPECT_EQ(mistake.suggestion, "");
  EXPECT_TRUE(says(mistake.allowed, "aws-nlb"));
  EXPECT_TRUE(says(mistake.allowed, "windows-winnat"));
}

}  // namespace
}  // namespace stayalive
