// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <map>
#include <utility>

#include "base/state_walk.h"
#include "base/time.h"
#include "net/packet.h"

namespace stayalive {

// How many ICMP errors Linux sends (net.ipv4.icmp_ratelimit and inet_peer_xrlim_allow() in
// net/ipv4/inetpeer.c): to each destination six at once, and then one a second.  Further packets
// remain without an answer.  TCP's RST are not limited.
class IcmpLimit {
 public:
  // Whether an error may go from this address to that one now; then it counts as sent.
  bool allows(AddressId from, AddressId to, TimePoint now) {
    TimePoint& full = full_[{from, to}];
    if (full > now + (kBurst - 1) * kInterval) return false;
    full = std::max(full, now) + kInterval;
    return true;
  }
  bool allows(const Packet& error, TimePoint now) {
    return allows(error.source_address, error.destination_address, now);
  }
  // The kernel has restarted.
  void clear() { full_.clear(); }
  // Most send none, and every field takes time.
  void walk(StateWalk& walk) {
    if (!full_.empty()) walk.still(full_.size());
    for (auto& [ends, full] : full_) walk.past(full);
  }

 private:
  static constexpr Duration kInterval = 1s;
  static constexpr int kBurst = 6;  // XRLIM_BURST_FACTOR
  // When so many may be sent at once again.
  std::map<std::pair<AddressId, AddressId>, TimePoint> full_;
};

}  // namespace stayalive
