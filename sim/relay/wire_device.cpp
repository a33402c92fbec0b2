// SPDX-License-Identifier: Apache-2.0
#include "relay/wire_device.h"

#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

namespace stayalive {

std::size_t WireDevice::read(std::span<std::uint8_t> into) {
  if (!link_) {
    const ssize_t bytes = ::read(fd_.get(), into.data(), into.size());
    return bytes < 0 ? 0 : static_cast<std::size_t>(bytes);
  }
  // What this end itself sends is seen here, too, and passed over.
  for (;;) {
    sockaddr_ll from{};
    socklen_t length = sizeof from;
    const ssize_t bytes = ::recvfrom(fd_.get(), into.data(), into.size(), MSG_DONTWAIT,
                                     reinterpret_cast<sockaddr*>(&from), &length);
    if (bytes < 0) return 0;
    if (from.sll_pkttype != PACKET_OUTGOING) return static_cast<std::size_t>(bytes);
  }
}

bool WireDevice::write(std::span<const std::uint8_t> bytes) {
  if (!link_) return ::write(fd_.get(), bytes.data(), bytes.size()) >= 0;
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_protocol = htons(ETH_P_IP);
  to.sll_ifindex = link_->interface;
  to.sll_halen = static_cast<unsigned char>(link_->peer.size());
  std::copy(link_->peer.begin(), link_->peer.end(), to.sll_addr);
  return ::sendto(fd_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT,
                  reinterpret_cast<const sockaddr*>(&to), sizeof to) >= 0;
}

}  // namespace stayalive
