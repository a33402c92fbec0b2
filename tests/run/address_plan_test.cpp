// SPDX-License-Identifier: Apache-2.0
#include "run/address_plan.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

MiddleboxSpec box(bool translate, std::uint32_t addresses = 1) {
  MiddleboxSpec spec;
  spec.profile.translate = translate;
  spec.profile.external_addresses = addresses;
  return spec;
}

Scenario with_path(std::vector<Hop> path) {
  Scenario scenario;
  scenario.path = std::move(path);
  scenario.hosts.resize(2);
  scenario.hosts[1].side = Side::External;
  return scenario;
}

TEST(AddressPlan, HostsBehindANatHavePrivateAddresses) {
  const AddressPlan plan = plan_addresses(with_path({box(true)}));
  EXPECT_EQ(print_address(plan.hosts[0]), "10.0.0.2");
  EXPECT_EQ(print_address(plan.hosts[1]), "203.0.113.10");
  EXPECT_EQ(print_address(plan.hops[0].front()), "198.51.100.1");
  EXPECT_EQ(plan.first_public_wire, 1u);
}

TEST(AddressPlan, WithoutANatEverybodyIsPublic) {
  const AddressPlan plan = plan_addresses(with_path({box(false)}));
  EXPECT_EQ(print_address(plan.hosts[0]), "192.0.2.2");
  EXPECT_EQ(plan.first_public_wire, 0u);
}

TEST(AddressPlan, TheInnerOfTwoNatsHasASharedAddress) {
  const AddressPlan plan = plan_addresses(with_path({box(true), LinkConfig{}, box(true, 2)}));
  EXPECT_EQ(print_address(plan.hops[0].front()), "100.64.0.1");
  EXPECT_EQ(print_address(plan.hops[2][0]), "198.51.100.1");
  EXPECT_EQ(print_address(plan.hops[2][1]), "198.51.100.2");
  EXPECT_EQ(plan.first_public_wire, 2u);
}

TEST(AddressPlan, AProxyIsPublicAndSoIsTheClientBeforeIt) {
  const AddressPlan plan = plan_addresses(with_path({ProxySpec{}, box(true)}));
  EXPECT_EQ(print_address(plan.hosts[0]), "192.0.2.2");
  EXPECT_EQ(print_address(plan.hops[0].front()), "192.0.2.100");
  EXPECT_EQ(print_address(plan.hops[1].front()), "198.51.100.1");
}

TEST(AddressPlan, AChangedAddressIsNobodyElses) {
  const AddressId original = ipv4(10, 0, 0, 2);
  EXPECT_NE(changed_address(original, 1), original);
  EXPECT_NE(changed_address(original, 1), changed_address(original, 2));
  EXPECT_TRUE(is_private(changed_address(original, 1)));
}

}  // namespace
}  // namespace stayalive
