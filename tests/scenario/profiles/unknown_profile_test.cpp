// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/unknown_profile.h"

#include <gtest/gtest.h>

#include "support/says.h"

namespace stayalive {
namespace {

Diagnostic guess(const std::string& word) { return unknown_profile(word, builtin_names()); }

TEST(UnknownProfile, ANameThatSeveralShareListsAllOfThemAndNoOther) {
  const Diagnostic azure = guess("azure");
  EXPECT_EQ(azure.allowed,
            "azure-appgw, azure-firewall, azure-firewall-internal, azure-lb, azure-lb-reset or "
            "azure-nat-gateway; `stayalive profiles` lists all");
  EXPECT_EQ(azure.suggestion, "");
  EXPECT_TRUE(says(guess("azure-load-balancer").allowed, "azure-lb, "));
}

TEST(UnknownProfile, ANameThatOneHasIsSuggested) {
  EXPECT_EQ(guess("nlb").suggestion, "aws-nlb");
  EXPECT_EQ(guess("gcp-nat").suggestion, "gcp-cloud-nat");
  EXPECT_EQ(guess("openwtr").suggestion, "openwrt");
  EXPECT_EQ(guess("Azure_LB").suggestion, "azure-lb");
  EXPECT_EQ(guess("openwtr").allowed, "") << "a list would hide it";
}

TEST(UnknownProfile, ProxiesAreSuggestedLikeBoxes) {
  EXPECT_EQ(guess("alb").suggestion, "aws-alb");
  EXPECT_EQ(guess("AWS_ALB").suggestion, "aws-alb");
  EXPECT_EQ(guess("hapoxy").suggestion, "haproxy");
  EXPECT_EQ(guess("gcp-lb").suggestion, "gcp-http-lb");
  EXPECT_EQ(guess("nginx-ingress").allowed,
            "nginx or nginx-stream; `stayalive profiles` lists all");
}

TEST(UnknownProfile, OfAWordThatIsLikeNothingTheListIsNamed) {
  const Diagnostic mistake = guess("zzzzzzzz");
  EXPECT_EQ(mistake.suggestion, "");
  EXPECT_TRUE(says(mistake.allowed, "that `stayalive profiles` lists"));
  EXPECT_EQ(mistake.allowed.find("windows-winnat"), std::string::npos)
      << "half a hundred names hide the rest";
}

}  // namespace
}  // namespace stayalive
