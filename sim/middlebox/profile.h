// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "base/time.h"
#include "middlebox/timeouts.h"

namespace stayalive {

// Which parts of the remote endpoint matter: for the choice of an external endpoint (mapping, RFC
// 4787 section 4.1) and for the decision who may send in (filtering, section 5).
enum class Dependence : std::uint8_t {
  EndpointIndependent,
  AddressDependent,
  AddressAndPortDependent
};

// Which packets of a flow extend its life, and that of its mapping and filter (RFC 4787, section
// 4.3, NAT outbound and inbound refresh behavior).
enum class RefreshedBy : std::uint8_t {
  Either,    // those of both sides
  Outbound,  // those from inside
  Inbound,   // those from outside
  Opener,    // those of the side that opened the flow
  Each,      // each direction has a timer of its own; the flow ends when the first of them runs out
  Nothing,   // none: the timer runs from the opening, or from the last change of state
};
// By protocol.  Trackers Rfc and Idle only; with the others every packet counts that they accept.
struct Refresh {
  RefreshedBy tcp = RefreshedBy::Either;
  RefreshedBy udp = RefreshedBy::Either;
};

// What both ends see at the instant a flow expires (FlowEnding).
enum class ExpiryAction : std::uint8_t { Silent, ResetBoth };

// Dead connection detection, for established TCP connections (Cisco ASA: set connection timeout
// dcd).
struct DeadConnectionRule {
  // How many keepalive probes an end may leave unanswered; 0: off, at most 255.
  std::uint32_t max_retries = 0;
  // How long the box waits for the answer to each; 1 s to 24 h.
  Duration retry_interval = 15s;
};

// What becomes of a packet that belongs to no live flow and may not open one.  For TCP every
// segment but a SYN; other protocols open a flow from inside with any packet.
enum class StrayInternal : std::uint8_t {
  PickUp,  // a new flow from the middle of a connection
  Drop,
  Reset,  // RST to the sender
  Leak,   // forwarded as it is, not translated
};
enum class StrayExternal : std::uint8_t {
  Drop,
  Reset,  // RST (TCP) or ICMP port unreachable (UDP) to the sender
  Admit,  // a new flow opened from outside; only without translation
};

// What happens to a new flow when the table is full.
enum class WhenFull : std::uint8_t {
  Refuse,          // the packet is dropped
  EvictOldest,     // the flow refreshed longest ago makes room
  EvictUnassured,  // one that has not been answered and confirmed makes room; else refuse (Linux)
};

// Which external port a new mapping gets (RFC 4787, section 4.2).
struct PortPolicy {
  bool preserve = true;   // keep the internal port when it is free
  bool random = false;    // otherwise a random port, else the next one up
  bool overload = false;  // the same external port may serve different remote endpoints
  bool parity = false;    // keep even ports even and odd ports odd
  std::uint16_t low = 1024;
  std::uint16_t high = 65535;
  Duration reuse_delay{};  // how long a released port rests
};

// How several external addresses are used (RFC 4787, section 4.1).
enum class Pooling : std::uint8_t { Paired, Arbitrary };

// What the box's own INPUT chain does with packets addressed to the box itself.
enum class InputPolicy : std::uint8_t { Accept, Drop, DropInvalid, Reject };
// What its FORWARD chain does.
enum class ForwardPolicy : std::uint8_t {
  Accept,       // everything passes, in both directions
  DropInvalid,  // `ct state invalid drop`
  SynOnly,      // `ct state new` only with SYN; invalid packets pass
  Stateful,     // new flows from inside only, invalid dropped: the usual firewall
};

// Settings that only the Linux tracker has; the names are those of the sysctls.
struct Netfilter {
  bool tcp_loose = true;
  bool tcp_be_liberal = false;
  bool tcp_ignore_invalid_rst = false;
  std::uint32_t tcp_max_retrans = 3;
  // Buckets of its hash table: with WhenFull::EvictUnassured only flows in those near the
  // newcomer's make room.  0: the oldest of all does.
  std::uint32_t buckets = 0;
  InputPolicy input = InputPolicy::Accept;
  ForwardPolicy forward = ForwardPolicy::Accept;
};

// pf's adaptive timeouts: between `start` and `end` states every timeout shrinks in proportion; off
// when end is 0.
struct Adaptive {
  std::uint32_t start = 0;
  std::uint32_t end = 0;
};

// Everything in which boxes differ, as data.  The engine knows no vendor.
struct Profile {
  std::string name;
  std::string title;
  TrackerKind tracker = TrackerKind::Rfc;
  bool translate = true;  // a NAT; false for a firewall or a transparent load balancer
  Dependence mapping = Dependence::EndpointIndependent;
  Dependence filtering = Dependence::AddressAndPortDependent;
  bool hairpinning = false;
  Pooling pooling = Pooling::Paired;
  std::uint32_t external_addresses = 1;
  PortPolicy ports;
  Refresh refresh;
  TimeoutTable timeouts;
  // How long a remote endpoint may send in after it was last sent to (or let in, where inbound
  // refreshes); zero: as long as the mapping lives.
  Duration filter_timeout{};
  ExpiryAction on_expiry = ExpiryAction::Silent;
  DeadConnectionRule dead_connection_detection;
  StrayInternal stray_internal = StrayInternal::Drop;
  StrayExternal stray_external = StrayExternal::Drop;
  // Zero: dead at the deadline.  Otherwise dead at the first multiple of this span at or after the
  // deadline; until then the entry still matches and is refreshed.
  Duration reap_interval{};
  // Ticks a second of its kernel, at most 1000 (base/ticks.h).  A timer counts from the tick in
  // which it was started, so a flow lives up to a tick less than its timeout.  0: exact.
  std::uint32_t hz = 0;
  std::uint32_t capacity = 65536;  // flows
  WhenFull when_full = WhenFull::Refuse;
  Netfilter netfilter;  // tracker Linux only; there stray_* follow from it
  Adaptive adaptive;    // tracker Pf only
};

}  // namespace stayalive
