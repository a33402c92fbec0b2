// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "net/address.h"
#include "scenario/scenario.h"

namespace stayalive {

// Which addresses the hosts, boxes and proxies of a scenario have.  Internal hosts are 10.0.0.2 and
// up behind a NAT and 192.0.2.2 and up otherwise; external hosts are 203.0.113.10 and up; a NAT is
// 198.51.100.1 and up outside, or 100.64.0.1 and up (RFC 6598) when another NAT follows; proxies
// are 192.0.2.100 and up.  The members of populations are 10.64.0.0 and up, their servers
// 203.0.113.128 and up; members on the external side are 198.18.0.0 and up (RFC 2544), their
// servers 172.16.0.0 and up.
struct AddressPlan {
  std::vector<AddressId> hosts;  // by host
  std::vector<std::vector<AddressId>>
      hops;  // by hop: the external addresses of a NAT, the address of a proxy
  struct Population {
    AddressId first_client;
    AddressId server;
  };
  std::vector<Population> populations;  // by connection; meaningless for those of one
  std::size_t first_public_wire =
      0;  // from this wire on outwards, private addresses have no business
};

AddressPlan plan_addresses(const Scenario& scenario);
// Another address of the same network, for the nth change (from 1).
AddressId changed_address(AddressId original, std::uint32_t change);
// The same for an outside address of a NAT, however many it has.
AddressId changed_outside(AddressId original, std::uint32_t change);

}  // namespace stayalive
