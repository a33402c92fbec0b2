// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "relay/owned_fd.h"

namespace stayalive {

// Where the packets of a network namespace come out: whole IPv4 packets without a link layer.  A
// TUN device, or a packet socket on this end of a veth pair, whose packets go to one hardware
// address.  Neither waits.
class WireDevice {
 public:
  using HardwareAddress = std::array<std::uint8_t, 6>;
  // Of a packet socket: the interface, and who is at the other end.
  struct Link {
    int interface = 0;
    HardwareAddress peer{};
  };

  WireDevice() = default;
  explicit WireDevice(OwnedFd fd, std::optional<Link> link = std::nullopt)
      : fd_(std::move(fd)), link_(link) {}

  int fd() const { return fd_.get(); }
  bool valid() const { return fd_.valid(); }
  // How many bytes a packet has that has come; 0: there is none now.
  std::size_t read(std::span<std::uint8_t> into);
  // False where the device does not take it now.
  bool write(std::span<const std::uint8_t> bytes);

 private:
  OwnedFd fd_;
  std::optional<Link> link_;
};

}  // namespace stayalive
