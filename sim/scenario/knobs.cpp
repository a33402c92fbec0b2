// SPDX-License-Identifier: Apache-2.0
#include "scenario/knobs.h"

#include <algorithm>
#include <array>
#include <vector>

namespace stayalive {
namespace {

using Words3 = std::array<std::string_view, 3>;

// In the order of the enumerations in middlebox/.
constexpr std::array<std::string_view, 4> kTrackers{"linux", "pf", "rfc", "idle"};
constexpr Words3 kDependences{"endpoint-independent", "address-dependent",
                              "address-and-port-dependent"};
constexpr std::array<std::string_view, 2> kPoolings{"paired", "arbitrary"};
constexpr std::array<std::string_view, 2> kExpiryActions{"silent", "reset-both"};
constexpr std::array<std::string_view, 4> kStrayInternal{"pick-up", "drop", "reset", "leak"};
constexpr Words3 kStrayExternal{"drop", "reset", "admit"};
constexpr Words3 kWhenFull{"refuse", "evict-oldest", "evict-unassured"};
constexpr std::array<std::string_view, 4> kInput{"accept", "drop", "drop-invalid", "reject"};
constexpr std::array<std::string_view, 4> kForward{"accept", "drop-invalid", "syn-only",
                                                   "stateful"};

// A span of zero would make an entry dead before its first packet has left the box.
constexpr SpanLimits kTimer{Duration{1}, 8784h};

struct TimerHelp {
  Timeout timer;
  std::string_view help;
};
constexpr std::array<TimerHelp, kTimeoutCount> kTimers{{
    {Timeout::TcpFirst, "TCP, after the first packet from one side"},
    {Timeout::TcpSynSent, "TCP, a SYN was seen, and no answer"},
    {Timeout::TcpSynRecv, "TCP, SYN and SYN-ACK were seen, not the last ACK"},
    {Timeout::TcpSynSent2, "TCP, SYNs from both sides (simultaneous open)"},
    {Timeout::TcpOpening, "TCP, before the handshake is complete"},
    {Timeout::TcpIncomingSyn, "TCP, an unsolicited SYN from outside is held (RFC 5382, REQ-4)"},
    {Timeout::TcpEstablished, "TCP, idle after the handshake"},
    {Timeout::TcpFinWait, "TCP, one side has sent a FIN"},
    {Timeout::TcpCloseWait, "TCP, the first FIN was acknowledged"},
    {Timeout::TcpHalfClosed, "TCP, one direction is closed"},
    {Timeout::TcpClosing, "TCP, one side has sent a FIN"},
    {Timeout::TcpLastAck, "TCP, both sides have sent a FIN"},
    {Timeout::TcpTimeWait, "TCP, both FINs were acknowledged"},
    {Timeout::TcpClose, "TCP, after a RST"},
    {Timeout::TcpClosed, "TCP, closed from both sides or by a RST"},
    {Timeout::TcpReset, "TCP, after a RST"},
    {Timeout::TcpMaxRetrans,
     "TCP, one side retransmits again and again; shortens the established timer"},
    {Timeout::TcpUnacknowledged,
     "TCP, picked up in the middle or data unacknowledged; shortens the established timer"},
    {Timeout::UdpFirst, "UDP, after the first datagram from one side"},
    {Timeout::UdpSingle, "UDP, datagrams from one side only"},
    {Timeout::UdpStream, "UDP, datagrams from both sides for a while"},
    {Timeout::UdpMultiple, "UDP, datagrams from both sides"},
    {Timeout::IcmpQuery, "ICMP echo and its like"},
    {Timeout::Generic, "everything else"},
}};

bool read_timer(Reader& in, Profile& to, const Knob& knob) {
  return in.span(to.timeouts[*knob.timer], kTimer);
}

void add_translation(std::vector<Knob>& all) {
  all.push_back(
      {"tracker",
       "how the box follows a TCP connection; in profile files only",
       {},
       [](Reader& in, Profile& to, const Knob&) { return in.choice(to.tracker, kTrackers); }});
  all.push_back({"translate",
                 "true for a NAT, false for a firewall or load balancer",
                 {},
                 [](Reader& in, Profile& to, const Knob&) { return in.flag(to.translate); }});
  all.push_back(
      {"mapping",
       "which parts of the remote endpoint the external endpoint depends on (RFC 4787)",
       {},
       [](Reader& in, Profile& to, const Knob&) { return in.choice(to.mapping, kDependences); }});
  all.push_back(
      {"filtering",
       "which remote endpoints may send in (RFC 4787)",
       {},
       [](Reader& in, Profile& to, const Knob&) { return in.choice(to.filtering, kDependences); }});
  all.push_back({"hairpinning",
                 "whether two inside hosts reach each other by external endpoints",
                 {},
                 [](Reader& in, Profile& to, const Knob&) { return in.flag(to.hairpinning); }});
  all.push_back(
      {"pooling",
       "whether an internal address keeps one external address",
       {},
       [](Reader& in, Profile& to, const Knob&) { return in.choice(to.pooling, kPoolings); }});
  all.push_back({"external_addresses",
                 "how many external addresses the box has",
                 {},
                 [](Reader& in, Profile& to, const Knob&) {
                   return in.count(to.external_addresses, 1, 200);
                 }});
}

void add_ports(std::vector<Knob>& all) {
  all.push_back({"ports.preserve",
                 "keep the internal port when it is free",
                 {},
                 [](Reader& in, Profile& to, const Knob&) { return in.flag(to.ports.preserve); }});
  all.push_back({"ports.random",
                 "otherwise a random port instead of the next one",
                 {},
                 [](Reader& in, Profile& to, const Knob&) { return in.flag(to.ports.random); }});
  all.push_back({"ports.overload",
                 "the same external port may serve several remote endpoints",
                 {},
                 [](Reader& in, Profile& to, const Knob&) { return in.flag(to.ports.overload); }});
  all.push_back({"ports.parity",
                 "even ports stay even, odd ones odd",
                 {},
                 [](Reader& in, Profile& to, const Knob&) { return in.flag(to.ports.parity); }});
  all.push_back(
      {"ports.low", "the lowest external port", {}, [](Reader& in, Profile& to, const Knob&) {
         return in.count(to.ports.low, 1);
       }});
  all.push_back(
      {"ports.high", "the highest external port", {}, [](Reader& in, Profile& to, const Knob&) {
         return in.count(to.ports.high, 1);
       }});
  all.push_back(
      {"ports.reuse_delay",
       "how long a released port rests",
       {},
       [](Reader& in, Profile& to, const Knob&) { return in.span(to.ports.reuse_delay); }});
}

void add_lifetime(std::vector<Knob>& all) {
  all.push_back(
      {"refresh.outbound",
       "packets from inside extend the life of a flow",
       {},
       [](Reader& in, Profile& to, const Knob&) { return in.flag(to.refresh.outbound); }});
  all.push_back({"refresh.inbound",
                 "packets from outside extend the life of a flow",
                 {},
                 [](Reader& in, Profile& to, const Knob&) { return in.flag(to.refresh.inbound); }});
  for (const TimerHelp& timer : kTimers) {
    all.push_back(
        {"timeouts." + std::string(name(timer.timer)), timer.help, timer.timer, read_timer});
  }
  all.push_back({"filter_timeout",
                 "how long a remote endpoint may send in after the last packet to it; "
                 "0s: as long as the mapping lives",
                 {},
                 [](Reader& in, Profile& to, const Knob&) { return in.span(to.filter_timeout); }});
  all.push_back({"on_expiry",
                 "what both ends see at the instant a flow expires",
                 {},
                 [](Reader& in, Profile& to, const Knob&) {
                   return in.choice(to.on_expiry, kExpiryActions);
                 }});
  all.push_back({"stray_internal",
                 "what becomes of a packet from inside without a flow",
                 {},
                 [](Reader& in, Profile& to, const Knob&) {
                   return in.choice(to.stray_internal, kStrayInternal);
                 }});
  all.push_back({"stray_external",
                 "what becomes of a packet from outside without a flow",
                 {},
                 [](Reader& in, Profile& to, const Knob&) {
                   return in.choice(to.stray_external, kStrayExternal);
                 }});
  all.push_back({"reap_interval",
                 "0s: a flow is dead at its deadline; otherwise at the first multiple of this span "
                 "at or after it",
                 {},
                 [](Reader& in, Profile& to, const Knob&) { return in.span(to.reap_interval); }});
  all.push_back(
      {"capacity", "how many flows the table holds", {}, [](Reader& in, Profile& to, const Knob&) {
         return in.count(to.capacity, 1);
       }});
  all.push_back(
      {"when_full",
       "what happens to a new flow when the table is full",
       {},
       [](Reader& in, Profile& to, const Knob&) { return in.choice(to.when_full, kWhenFull); }});
}

void add_tracker_settings(std::vector<Knob>& all) {
  all.push_back(
      {"netfilter.tcp_loose",
       "nf_conntrack_tcp_loose: pick up connections midway",
       {},
       [](Reader& in, Profile& to, const Knob&) { return in.flag(to.netfilter.tcp_loose); }});
  all.push_back(
      {"netfilter.tcp_be_liberal",
       "nf_conntrack_tcp_be_liberal: accept out of window",
       {},
       [](Reader& in, Profile& to, const Knob&) { return in.flag(to.netfilter.tcp_be_liberal); }});
  all.push_back({"netfilter.tcp_ignore_invalid_rst",
                 "nf_conntrack_tcp_ignore_invalid_rst",
                 {},
                 [](Reader& in, Profile& to, const Knob&) {
                   return in.flag(to.netfilter.tcp_ignore_invalid_rst);
                 }});
  all.push_back({"netfilter.tcp_max_retrans",
                 "nf_conntrack_tcp_max_retrans",
                 {},
                 [](Reader& in, Profile& to, const Knob&) {
                   return in.count(to.netfilter.tcp_max_retrans, 0, 255);
                 }});
  all.push_back(
      {"netfilter.input",
       "what the box does with packets addressed to itself",
       {},
       [](Reader& in, Profile& to, const Knob&) { return in.choice(to.netfilter.input, kInput); }});
  all.push_back({"netfilter.forward",
                 "what the box does with packets passing through",
                 {},
                 [](Reader& in, Profile& to, const Knob&) {
                   return in.choice(to.netfilter.forward, kForward);
                 }});
  all.push_back({"adaptive.start",
                 "states above which timeouts shrink",
                 {},
                 [](Reader& in, Profile& to, const Knob&) { return in.count(to.adaptive.start); }});
  all.push_back({"adaptive.end",
                 "states at which timeouts would be zero; 0: never shrink",
                 {},
                 [](Reader& in, Profile& to, const Knob&) { return in.count(to.adaptive.end); }});
}

std::vector<Knob> all_knobs() {
  std::vector<Knob> all;
  add_translation(all);
  add_ports(all);
  add_lifetime(all);
  add_tracker_settings(all);
  return all;
}

struct GroupHelp {
  std::string_view group;
  std::string_view help;
};
constexpr std::array<GroupHelp, 5> kGroups{{
    {"ports", "which external port a new mapping gets (RFC 4787, section 4.2)"},
    {"refresh", "which packets extend the life of a flow (RFC 4787, section 4.3)"},
    {"timeouts", "how long a flow lives without packets, by timer; those of the box's tracker"},
    {"netfilter", "settings that only boxes with the linux tracker have"},
    {"adaptive", "settings that only boxes with the pf tracker have"},
}};

std::string_view group_of(std::string_view key) {
  const std::size_t dot = key.find('.');
  return dot == std::string_view::npos ? std::string_view() : key.substr(0, dot);
}

void read_knob(Reader in, const Knob& knob, Profile& profile, bool checked) {
  if (in.present() && checked) {
    const std::string reason = reason_against(knob, profile.tracker);
    if (!reason.empty()) {
      in.error(reason);
      return;
    }
  }
  knob.read(in, profile, knob);
}

}  // namespace

std::span<const Knob> knobs() {
  static const std::vector<Knob> all = all_knobs();
  return all;
}

const Knob* find_knob(std::string_view key) {
  for (const Knob& knob : knobs()) {
    if (knob.key == key) return &knob;
  }
  return nullptr;
}

std::string reason_against(const Knob& knob, TrackerKind tracker) {
  const std::string whose(kTrackers[static_cast<std::size_t>(tracker)]);
  const std::string_view group = group_of(knob.key);
  if (knob.timer) {
    const std::span<const Timeout> timers = timeouts_of(tracker);
    if (std::find(timers.begin(), timers.end(), *knob.timer) != timers.end()) return {};
    std::string known;
    for (const Timeout timer : timers) {
      if (!known.empty()) known += ", ";
      known += name(timer);
    }
    return "the " + whose + " tracker has no timer " + std::string(name(*knob.timer)) +
           "; it has " + known;
  }
  if (group == "netfilter" && tracker != TrackerKind::Linux) {
    return "only boxes with the linux tracker have netfilter settings; this one has " + whose;
  }
  if (group == "adaptive" && tracker != TrackerKind::Pf) {
    return "only boxes with the pf tracker have adaptive timeouts; this one has " + whose;
  }
  if (knob.key.starts_with("stray_") && tracker == TrackerKind::Linux) {
    return "with the linux tracker this follows from the netfilter settings";
  }
  return {};
}

void read_overrides(ObjectReader& in, Profile& profile, bool checked) {
  in.refused("tracker", "the tracker belongs to the profile; choose another profile instead");
  for (const Knob& knob : knobs()) {
    if (!group_of(knob.key).empty() || knob.key == "tracker") continue;
    read_knob(in.computed(knob.key, knob.help), knob, profile, checked);
  }
  for (const GroupHelp& group : kGroups) {
    in.computed(group.group, group.help).object([&](ObjectReader& fields) {
      for (const Knob& knob : knobs()) {
        if (group_of(knob.key) != group.group) continue;
        const std::string_view key = std::string_view(knob.key).substr(group.group.size() + 1);
        read_knob(fields.computed(key, knob.help), knob, profile, checked);
      }
    });
  }
}

std::optional<KnobConflict> conflict_in(const Profile& profile) {
  if (profile.ports.low > profile.ports.high) {
    return KnobConflict{"ports",
                        "the lowest port, " + std::to_string(profile.ports.low) +
                            ", is above the highest, " + std::to_string(profile.ports.high),
                        "a low that is at most high"};
  }
  if (profile.adaptive.end != 0 && profile.adaptive.start >= profile.adaptive.end) {
    return KnobConflict{"adaptive",
                        "start, " + std::to_string(profile.adaptive.start) +
                            ", is not below end, " + std::to_string(profile.adaptive.end),
                        "a start below end, or an end of 0"};
  }
  if (profile.translate && profile.tracker != TrackerKind::Linux &&
      profile.stray_external == StrayExternal::Admit) {
    return KnobConflict{"stray_external",
                        "a box that translates cannot admit a packet from outside without a flow",
                        "drop or reset; admit only with translate false"};
  }
  return std::nullopt;
}

}  // namespace stayalive
