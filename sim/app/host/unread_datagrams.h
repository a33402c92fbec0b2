// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "net/packet.h"

namespace stayalive {

// Datagrams in a socket's buffer that nobody reads, with Linux's default size of it
// (net.core.rmem_default); each takes what the kernel's buffers for it take, as measured on Linux
// 6.18.
class UnreadDatagrams {
 public:
  // A datagram for which there is no room is lost.
  void push(const Packet& datagram) {
    const std::uint32_t size = buffer_of(datagram.payload);
    if (taken_ + size > kRoom) return;
    taken_ += size;
    datagrams_.push_back(datagram);
  }
  // All of them, in order; none is left.
  std::vector<Packet> take() {
    taken_ = 0;
    return std::exchange(datagrams_, {});
  }
  void clear() { take(); }
  std::size_t size() const { return datagrams_.size(); }

 private:
  static constexpr std::uint32_t kRoom = 212'992;
  static constexpr std::uint32_t buffer_of(std::uint32_t bytes) {
    return bytes <= 197 ? 832 : bytes <= 645 ? 1280 : 2304;
  }

  std::vector<Packet> datagrams_;
  std::uint32_t taken_ = 0;
};

}  // namespace stayalive
