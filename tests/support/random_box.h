// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/text.h"
#include "middlebox/profile.h"
#include "net/reset.h"
#include "support/box_profiles.h"
#include "support/packet_text.h"

namespace stayalive::testing {

// Every kind of box, with short timers so that much happens, and with every mechanism somewhere.
inline std::vector<Profile> all_kinds() {
  std::vector<Profile> kinds{linux_router(), linux_firewall(), linux_router(),  rfc_nat(),
                             rfc_nat(),      idle_balancer(),  idle_balancer(), pf_nat(),
                             pf_nat(),       idle_balancer(),  linux_router(),  rfc_nat(),
                             idle_balancer()};
  kinds[1].hz = 250;
  kinds[2].netfilter.input = InputPolicy::Drop;
  kinds[2].ports.preserve = false;
  kinds[2].capacity = 6;
  kinds[3].filtering = Dependence::EndpointIndependent;
  kinds[3].hairpinning = true;
  kinds[3].filter_timeout = 7s;
  kinds[3].timeouts[Timeout::TcpIncomingSyn] = 6s;
  kinds[4].mapping = Dependence::AddressDependent;
  kinds[4].filtering = Dependence::AddressDependent;
  kinds[4].refresh = {RefreshedBy::Outbound, RefreshedBy::Opener};
  kinds[4].ports.overload = true;
  kinds[4].capacity = 5;
  kinds[4].when_full = WhenFull::EvictOldest;
  kinds[5].on_expiry = ExpiryAction::ResetBoth;
  kinds[6].translate = true;
  kinds[6].stray_internal = StrayInternal::PickUp;
  kinds[7].reap_interval = 10s;
  kinds[8].adaptive = {3, 8};
  kinds[6].hz = 1;
  kinds[9].dead_connection_detection = {2, 3s};
  kinds[9].on_expiry = ExpiryAction::ResetBoth;
  kinds[10].dead_connection_detection = {2, 3s};
  kinds[11].refresh = {RefreshedBy::Each, RefreshedBy::Each};
  kinds[12].refresh = {RefreshedBy::Each, RefreshedBy::Nothing};
  kinds[12].reap_interval = 5s;
  for (Profile& kind : kinds) {
    for (Duration& span : kind.timeouts.spans) span = std::min<Duration>(span, 12s);
  }
  return kinds;
}

// A packet of one of few connections, or of none that there could be.
inline Packet random_packet(Random& random, Side from) {
  constexpr const char* kFlags[] = {"S", "SA", "A", "A", "PA", "PA", "FA", "R", "RA", "F"};
  const auto pick = [&](std::uint64_t bound) { return std::to_string(random.below(bound)); };
  const std::string inner = "10.0.0." + pick(3) + ":" + std::to_string(4000 + random.below(2));
  const std::string outer = "198.51.100.1:" + std::to_string(4000 + random.below(3));
  const std::string remote = "203.0.113." + pick(2) + ":80";
  const bool untranslated = random.below(3) == 0;
  std::string text = from == Side::Internal
                         ? inner + " > " + (random.below(9) == 0 ? outer : remote)
                         : remote + " > " + (untranslated ? inner : outer);
  if (random.below(3) == 0) return packet_of(text + " udp 10");
  text += std::string(" tcp ") + kFlags[random.below(std::size(kFlags))];
  text += " seq " + pick(4) + " ack " + pick(4) + " len " + pick(2);
  Packet packet = packet_of(text);
  if (random.below(12) == 0) {
    return icmp_error(packet.source_address, Unreachable::Port,
                      packet_of(print_endpoint(packet.destination()) + " > " +
                                print_endpoint(packet.source()) + " udp 1"));
  }
  return packet;
}

}  // namespace stayalive::testing
