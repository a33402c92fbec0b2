// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "net/address.h"
#include "relay/wire_device.h"

namespace stayalive {

// Where /dev/net/tun may not be opened: a pair of Ethernet devices (veth) between a namespace and
// the one that the calling thread is in, and a packet socket on this end of it.  The kernel is told
// to write checksums and to cut large segments itself, as a TUN device has them.
struct VethPair {
  WireDevice device;
  WireDevice::Link link;
};
struct VethSpec {
  int space = -1;  // of the network end
  AddressId address;
  std::uint32_t mtu = 1500;
  std::size_t number = 0;  // among the pairs
};
Result<VethPair> make_veth_pair(const VethSpec& spec);

}  // namespace stayalive
