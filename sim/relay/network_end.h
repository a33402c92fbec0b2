// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "net/address.h"
#include "relay/owned_fd.h"
#include "relay/wire_device.h"

namespace stayalive {

// Makes a network namespace whose only way out is one device, and moves the calling thread into it.
// Nothing of it has a name: it is gone with the last process and descriptor that has it.
struct NetworkEnd {
  OwnedFd space;  // to enter it with setns(2)
  // A TUN device; empty where that may not be had and a veth pair has to serve.
  std::optional<WireDevice> device;
};

struct NetworkEndSpec {
  AddressId address;
  std::uint32_t mtu = 1500;
  bool tun = true;  // false: no device yet
};

// The name of the device in the namespace.
inline constexpr const char* kLiveDevice = "live0";

// Why it cannot be is an error: what was tried, and the kernel's words.
Result<NetworkEnd> make_network_end(const NetworkEndSpec& spec);
// In the namespace that the thread is in: gives an interface the address and makes it the way to
// everywhere.
std::string configure_interface(const std::string& name, AddressId address, std::uint32_t mtu);
// "TUNSETIFF: Operation not permitted"
std::string system_error(const std::string& what);

}  // namespace stayalive
