// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "middlebox/profile.h"

namespace stayalive::testing {

// Linux with the defaults of its sysctls: masquerading, everything forwarded, everything accepted.
inline Profile linux_router() {
  Profile profile;
  profile.name = "linux";
  profile.tracker = TrackerKind::Linux;
  profile.mapping = Dependence::AddressAndPortDependent;
  profile.ports.random = true;
  profile.ports.overload = true;
  profile.when_full = WhenFull::EvictUnassured;
  TimeoutTable& spans = profile.timeouts;
  spans[Timeout::TcpSynSent] = 120s;
  spans[Timeout::TcpSynRecv] = 60s;
  spans[Timeout::TcpSynSent2] = 120s;
  spans[Timeout::TcpEstablished] = 432000s;
  spans[Timeout::TcpFinWait] = 120s;
  spans[Timeout::TcpCloseWait] = 60s;
  spans[Timeout::TcpLastAck] = 30s;
  spans[Timeout::TcpTimeWait] = 120s;
  spans[Timeout::TcpClose] = 10s;
  spans[Timeout::TcpMaxRetrans] = 300s;
  spans[Timeout::TcpUnacknowledged] = 300s;
  spans[Timeout::UdpSingle] = 30s;
  spans[Timeout::UdpStream] = 120s;
  spans[Timeout::IcmpQuery] = 30s;
  spans[Timeout::Generic] = 600s;
  return profile;
}

// The same kernel without NAT, with the usual rules of a firewall.
inline Profile linux_firewall() {
  Profile profile = linux_router();
  profile.translate = false;
  profile.netfilter.forward = ForwardPolicy::Stateful;
  return profile;
}

// The least that RFC 4787 and RFC 5382 require, with their recommended behaviours.
inline Profile rfc_nat() {
  Profile profile;
  profile.name = "rfc";
  profile.tracker = TrackerKind::Rfc;
  TimeoutTable& spans = profile.timeouts;
  spans[Timeout::TcpOpening] = 240s;
  spans[Timeout::TcpEstablished] = 7440s;
  spans[Timeout::TcpHalfClosed] = 7440s;
  spans[Timeout::TcpClosing] = 240s;
  spans[Timeout::TcpReset] = 240s;
  spans[Timeout::UdpSingle] = 120s;
  spans[Timeout::UdpStream] = 120s;
  spans[Timeout::IcmpQuery] = 60s;
  return profile;
}

// A network load balancer that does not translate: 350 s, and a RST to whoever comes later.
inline Profile idle_balancer() {
  Profile profile;
  profile.name = "balancer";
  profile.tracker = TrackerKind::Idle;
  profile.translate = false;
  profile.stray_internal = StrayInternal::Reset;
  profile.stray_external = StrayExternal::Reset;
  TimeoutTable& spans = profile.timeouts;
  spans[Timeout::TcpEstablished] = 350s;
  spans[Timeout::TcpClosing] = 30s;
  spans[Timeout::UdpSingle] = 120s;
  spans[Timeout::UdpStream] = 120s;
  return profile;
}

// pf with the defaults of pf.conf(5), without adaptive timeouts and purging at once.
inline Profile pf_nat() {
  Profile profile;
  profile.name = "pf";
  profile.tracker = TrackerKind::Pf;
  profile.mapping = Dependence::AddressAndPortDependent;
  TimeoutTable& spans = profile.timeouts;
  spans[Timeout::TcpFirst] = 120s;
  spans[Timeout::TcpOpening] = 30s;
  spans[Timeout::TcpEstablished] = 86400s;
  spans[Timeout::TcpClosing] = 900s;
  spans[Timeout::TcpFinWait] = 45s;
  spans[Timeout::TcpClosed] = 90s;
  spans[Timeout::UdpFirst] = 60s;
  spans[Timeout::UdpSingle] = 30s;
  spans[Timeout::UdpMultiple] = 60s;
  return profile;
}

}  // namespace stayalive::testing
