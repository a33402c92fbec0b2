// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/profile_options.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "scenario/json/option_reader.h"

namespace stayalive {
namespace {

using Words3 = std::array<std::string_view, 3>;

// In the order of the enumerations in middlebox/.
constexpr std::array<std::string_view, 4> kTrackers{"linux", "pf", "rfc", "idle"};
constexpr Words3 kDependences{"endpoint-independent", "address-dependent",
                              "address-and-port-dependent"};
constexpr std::array<std::string_view, 2> kPoolings{"paired", "arbitrary"};
constexpr std::array<std::string_view, 6> kRefreshedBy{"either", "outbound", "inbound",
                                                       "opener", "each",     "nothing"};
constexpr std::array<std::string_view, 2> kExpiryActions{"silent", "reset-both"};
constexpr std::array<std::string_view, 4> kStrayInternal{"pick-up", "drop", "reset", "leak"};
constexpr Words3 kStrayExternal{"drop", "reset", "admit"};
constexpr Words3 kWhenFull{"refuse", "evict-oldest", "evict-unassured"};
constexpr std::array<std::string_view, 4> kInput{"accept", "drop", "drop-invalid", "reject"};
constexpr std::array<std::string_view, 4> kForward{"accept", "drop-invalid", "syn-only",
                                                   "stateful"};

// A span of zero would make an entry dead before its first packet has left the box.
constexpr Duration kShortestTimer{1};
constexpr Duration kLongestTimer = 8784h;

constexpr std::int64_t kMostOf16Bits = 65'535;
constexpr std::int64_t kMostOf32Bits = 4'294'967'295;

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
    {Timeout::UdpSingle,
     "UDP, until the flow is a stream: until it was answered; with the linux tracker, until a "
     "packet comes after an answer and more than 2 s after the flow began"},
    {Timeout::UdpStream, "UDP, once the flow is a stream, as udp.single says"},
    {Timeout::UdpMultiple, "UDP, datagrams from both sides"},
    {Timeout::IcmpQuery, "ICMP echo and its like"},
    {Timeout::Generic, "everything else"},
}};

void add(std::vector<ProfileOption>& all, const OptionSpec& spec, OptionSlot (*slot)(Profile&)) {
  all.push_back({spec, slot, {}});
}

// "timeouts.tcp.established"; lives as long as the program.
std::string_view timer_key(Timeout timer) {
  static const std::vector<std::string> keys = [] {
    std::vector<std::string> made;
    for (std::size_t i = 0; i < kTimeoutCount; ++i)
      made.push_back("timeouts." + std::string(name(static_cast<Timeout>(i))));
    return made;
  }();
  return keys[static_cast<std::size_t>(timer)];
}

void add_translation(std::vector<ProfileOption>& all) {
  add(all,
      OptionSpec::of_choice(
          "tracker", "how the box follows a TCP connection; in profile files only", kTrackers),
      [](Profile& to) -> OptionSlot { return to.tracker; });
  add(all,
      OptionSpec::of_flag("translate", "true for a NAT, false for a firewall or load balancer"),
      [](Profile& to) -> OptionSlot { return to.translate; });
  add(all,
      OptionSpec::of_choice(
          "mapping",
          "which parts of the remote endpoint the external endpoint depends on (RFC 4787)",
          kDependences),
      [](Profile& to) -> OptionSlot { return to.mapping; });
  add(all,
      OptionSpec::of_choice("filtering", "which remote endpoints may send in (RFC 4787)",
                            kDependences),
      [](Profile& to) -> OptionSlot { return to.filtering; });
  add(all,
      OptionSpec::of_flag("hairpinning",
                          "whether two inside hosts reach each other by external endpoints"),
      [](Profile& to) -> OptionSlot { return to.hairpinning; });
  add(all,
      OptionSpec::of_choice("pooling", "whether an internal address keeps one external address",
                            kPoolings),
      [](Profile& to) -> OptionSlot { return to.pooling; });
  add(all,
      OptionSpec::of_count("external_addresses", "how many external addresses the box has", 1, 200),
      [](Profile& to) -> OptionSlot { return to.external_addresses; });
}

void add_ports(std::vector<ProfileOption>& all) {
  add(all, OptionSpec::of_flag("ports.preserve", "keep the internal port when it is free"),
      [](Profile& to) -> OptionSlot { return to.ports.preserve; });
  add(all, OptionSpec::of_flag("ports.random", "otherwise a random port instead of the next one"),
      [](Profile& to) -> OptionSlot { return to.ports.random; });
  add(all,
      OptionSpec::of_flag("ports.overload",
                          "the same external port may serve several remote endpoints"),
      [](Profile& to) -> OptionSlot { return to.ports.overload; });
  add(all, OptionSpec::of_flag("ports.parity", "even ports stay even, odd ones odd"),
      [](Profile& to) -> OptionSlot { return to.ports.parity; });
  add(all, OptionSpec::of_count("ports.low", "the lowest external port", 1, kMostOf16Bits),
      [](Profile& to) -> OptionSlot { return to.ports.low; });
  add(all, OptionSpec::of_count("ports.high", "the highest external port", 1, kMostOf16Bits),
      [](Profile& to) -> OptionSlot { return to.ports.high; });
  add(all, OptionSpec::of_span("ports.reuse_delay", "how long a released port rests"),
      [](Profile& to) -> OptionSlot { return to.ports.reuse_delay; });
}

void add_lifetime(std::vector<ProfileOption>& all) {
  add(all,
      OptionSpec::of_choice("refresh.tcp", "which packets extend the life of a TCP flow",
                            kRefreshedBy),
      [](Profile& to) -> OptionSlot { return to.refresh.tcp; });
  add(all,
      OptionSpec::of_choice("refresh.udp", "which packets extend the life of a UDP flow",
                            kRefreshedBy),
      [](Profile& to) -> OptionSlot { return to.refresh.udp; });
  for (const TimerHelp& timer : kTimers) {
    all.push_back(
        {OptionSpec::of_span(timer_key(timer.timer), timer.help, kShortestTimer, kLongestTimer),
         nullptr, timer.timer});
  }
  add(all,
      OptionSpec::of_span("filter_timeout",
                          "how long a remote endpoint may send in after the last packet to it; "
                          "0s: as long as the mapping lives"),
      [](Profile& to) -> OptionSlot { return to.filter_timeout; });
  add(all,
      OptionSpec::of_choice("on_expiry", "what both ends see at the instant a flow expires",
                            kExpiryActions),
      [](Profile& to) -> OptionSlot { return to.on_expiry; });
  add(all,
      OptionSpec::of_count(
          "dead_connection_detection.max_retries",
          "how many keepalive probes an end may leave unanswered; 0: it is not probed", 0, 255),
      [](Profile& to) -> OptionSlot { return to.dead_connection_detection.max_retries; });
  add(all,
      OptionSpec::of_span("dead_connection_detection.retry_interval",
                          "how long the box waits for the answer to each probe", 1s, 24h),
      [](Profile& to) -> OptionSlot { return to.dead_connection_detection.retry_interval; });
  add(all,
      OptionSpec::of_choice("stray_internal", "what becomes of a packet from inside without a flow",
                            kStrayInternal),
      [](Profile& to) -> OptionSlot { return to.stray_internal; });
  add(all,
      OptionSpec::of_choice("stray_external",
                            "what becomes of a packet from outside without a flow", kStrayExternal),
      [](Profile& to) -> OptionSlot { return to.stray_external; });
  add(all,
      OptionSpec::of_span(
          "reap_interval",
          "0s: a flow is dead at its deadline; otherwise at the first multiple of this span "
          "at or after it"),
      [](Profile& to) -> OptionSlot { return to.reap_interval; });
  add(all,
      OptionSpec::of_count("hz",
                           "ticks a second of its kernel: a flow lives up to a tick less than its "
                           "timer says; 0: exact",
                           0, 1000),
      [](Profile& to) -> OptionSlot { return to.hz; });
  add(all, OptionSpec::of_count("capacity", "how many flows the table holds", 1, kMostOf32Bits),
      [](Profile& to) -> OptionSlot { return to.capacity; });
  add(all,
      OptionSpec::of_choice("when_full", "what happens to a new flow when the table is full",
                            kWhenFull),
      [](Profile& to) -> OptionSlot { return to.when_full; });
}

void add_tracker_options(std::vector<ProfileOption>& all) {
  add(all,
      OptionSpec::of_flag("netfilter.tcp_loose",
                          "nf_conntrack_tcp_loose: pick up connections midway"),
      [](Profile& to) -> OptionSlot { return to.netfilter.tcp_loose; });
  add(all,
      OptionSpec::of_flag("netfilter.tcp_be_liberal",
                          "nf_conntrack_tcp_be_liberal: accept out of window"),
      [](Profile& to) -> OptionSlot { return to.netfilter.tcp_be_liberal; });
  add(all,
      OptionSpec::of_flag("netfilter.tcp_ignore_invalid_rst",
                          "nf_conntrack_tcp_ignore_invalid_rst"),
      [](Profile& to) -> OptionSlot { return to.netfilter.tcp_ignore_invalid_rst; });
  add(all,
      OptionSpec::of_count("netfilter.tcp_max_retrans", "nf_conntrack_tcp_max_retrans", 0, 255),
      [](Profile& to) -> OptionSlot { return to.netfilter.tcp_max_retrans; });
  add(all,
      OptionSpec::of_count("netfilter.buckets",
                           "nf_conntrack_buckets: with evict-unassured only flows in the buckets "
                           "from the newcomer's on make room; 0: the oldest of all does",
                           0, kMostOf32Bits),
      [](Profile& to) -> OptionSlot { return to.netfilter.buckets; });
  add(all,
      OptionSpec::of_choice("netfilter.input", "what the box does with packets addressed to itself",
                            kInput),
      [](Profile& to) -> OptionSlot { return to.netfilter.input; });
  add(all,
      OptionSpec::of_choice("netfilter.forward", "what the box does with packets passing through",
                            kForward),
      [](Profile& to) -> OptionSlot { return to.netfilter.forward; });
  add(all,
      OptionSpec::of_count("adaptive.start", "states above which timeouts shrink", 0,
                           kMostOf32Bits),
      [](Profile& to) -> OptionSlot { return to.adaptive.start; });
  add(all,
      OptionSpec::of_count("adaptive.end",
                           "states at which timeouts would be zero; 0: never shrink", 0,
                           kMostOf32Bits),
      [](Profile& to) -> OptionSlot { return to.adaptive.end; });
}

std::vector<ProfileOption> all_profile_options() {
  std::vector<ProfileOption> all;
  add_translation(all);
  add_ports(all);
  add_lifetime(all);
  add_tracker_options(all);
  return all;
}

struct GroupHelp {
  std::string_view group;
  std::string_view help;
};
constexpr std::array<GroupHelp, 6> kGroups{{
    {"ports", "which external port a new mapping gets (RFC 4787, section 4.2)"},
    {"refresh", "which packets extend the life of a flow (RFC 4787, section 4.3)"},
    {"timeouts", "how long a flow lives without packets, by timer; those of the box's tracker"},
    {"dead_connection_detection",
     "whether both ends of an idle TCP connection are probed before it is forgotten"},
    {"netfilter", "settings that only boxes with the linux tracker have"},
    {"adaptive", "settings that only boxes with the pf tracker have"},
}};

std::string_view group_of(std::string_view key) {
  const std::size_t dot = key.find('.');
  return dot == std::string_view::npos ? std::string_view() : key.substr(0, dot);
}

// Up to version 0.1 there was one switch by direction for all protocols.
constexpr std::string_view kNewRefresh =
    "each protocol has a rule of its own: \"udp\": \"outbound\", and \"tcp\"";

// The values that a scenario lays over a profile.
struct Overridden {
  Profile& profile;
  std::vector<ValueStatus>& statuses;
  bool checked = false;
};

void read_profile_option(Reader in, const ProfileOption& option, const Overridden& to) {
  Profile& profile = to.profile;
  if (in.present() && to.checked) {
    const std::string reason = reason_against(option, profile.tracker);
    if (!reason.empty()) {
      in.error(reason);
      return;
    }
    to.statuses[static_cast<std::size_t>(&option - profile_options().data())] = ValueStatus::Given;
  }
  read_option(in, option.spec, option.in(profile));
}

}  // namespace

std::span<const ProfileOption> profile_options() {
  static const std::vector<ProfileOption> all = all_profile_options();
  return all;
}

const ProfileOption* find_profile_option(std::string_view key) {
  for (const ProfileOption& option : profile_options()) {
    if (option.spec.key == key) return &option;
  }
  return nullptr;
}

std::string reason_against(const ProfileOption& option, TrackerKind tracker) {
  const std::string whose(kTrackers[static_cast<std::size_t>(tracker)]);
  const std::string_view group = group_of(option.spec.key);
  if (option.timer) {
    const std::span<const Timeout> timers = timeouts_of(tracker);
    if (std::find(timers.begin(), timers.end(), *option.timer) != timers.end()) return {};
    std::string known;
    for (const Timeout timer : timers) {
      if (!known.empty()) known += ", ";
      known += name(timer);
    }
    return "the " + whose + " tracker has no timer " + std::string(name(*option.timer)) +
           "; it has " + known;
  }
  if (group == "netfilter" && tracker != TrackerKind::Linux) {
    return "only boxes with the linux tracker have netfilter settings; this one has " + whose;
  }
  if (group == "adaptive" && tracker != TrackerKind::Pf) {
    return "only boxes with the pf tracker have adaptive timeouts; this one has " + whose;
  }
  if (group == "refresh" && (tracker == TrackerKind::Linux || tracker == TrackerKind::Pf)) {
    return "with the " + whose +
           " tracker every packet that it accepts refreshes, from either side";
  }
  if (option.spec.key.starts_with("stray_") && tracker == TrackerKind::Linux) {
    return "with the linux tracker this follows from the netfilter settings";
  }
  return {};
}

std::vector<ValueStatus> statuses_of(const ProfileDocument& document) {
  std::vector<ValueStatus> statuses;
  for (const ProfileOption& option : profile_options()) {
    const SourcedValue* value = document.find(option.spec.key);
    statuses.push_back(value == nullptr ? ValueStatus::Chosen : value->status);
  }
  return statuses;
}

ValueStatus status_of(const std::vector<ValueStatus>& statuses, std::string_view key) {
  const ProfileOption* option = find_profile_option(key);
  if (option == nullptr) return ValueStatus::Chosen;
  const auto position = static_cast<std::size_t>(option - profile_options().data());
  return position < statuses.size() ? statuses[position] : ValueStatus::Chosen;
}

void read_overrides(ObjectReader& in, Profile& profile, std::vector<ValueStatus>& statuses,
                    bool checked) {
  const Overridden to{profile, statuses, checked};
  in.refused("tracker", "the tracker belongs to the profile; choose another profile instead");
  for (const ProfileOption& option : profile_options()) {
    if (!group_of(option.spec.key).empty() || option.spec.key == "tracker") continue;
    read_profile_option(in.optional(option.spec.key, option.spec.help), option, to);
  }
  for (const GroupHelp& group : kGroups) {
    in.optional(group.group, group.help).object([&](ObjectReader& fields) {
      if (group.group == "refresh") {
        const std::string none =
            checked ? reason_against(*find_profile_option("refresh.udp"), profile.tracker) : "";
        for (const char* old : {"outbound", "inbound"}) {
          fields.refused(old, none.empty() ? kNewRefresh : none);
        }
      }
      for (const ProfileOption& option : profile_options()) {
        if (group_of(option.spec.key) != group.group) continue;
        const std::string_view key = option.spec.key.substr(group.group.size() + 1);
        // A timer of other trackers is not offered.
        const bool fits = !checked || reason_against(option, profile.tracker).empty();
        Reader value = fits ? fields.optional(key, option.spec.help)
                            : fields.not_offered(key, option.spec.help);
        read_profile_option(std::move(value), option, to);
      }
    });
  }
}

std::optional<ProfileConflict> conflict_in(const Profile& profile) {
  if (profile.ports.low > profile.ports.high) {
    return ProfileConflict{"ports",
                           "the lowest port, " + std::to_string(profile.ports.low) +
                               ", is above the highest, " + std::to_string(profile.ports.high),
                           "a low that is at most high"};
  }
  if (profile.adaptive.end != 0 && profile.adaptive.start >= profile.adaptive.end) {
    return ProfileConflict{"adaptive",
                           "start, " + std::to_string(profile.adaptive.start) +
                               ", is not below end, " + std::to_string(profile.adaptive.end),
                           "a start below end, or an end of 0"};
  }
  if (profile.refresh.tcp == RefreshedBy::Each &&
      profile.dead_connection_detection.max_retries > 0) {
    return ProfileConflict{
        "dead_connection_detection",
        "a box that times each direction of a TCP flow apart cannot probe its ends as well",
        "max_retries 0, or another value of refresh.tcp"};
  }
  if (profile.translate && profile.tracker != TrackerKind::Linux &&
      profile.stray_external == StrayExternal::Admit) {
    return ProfileConflict{
        "stray_external", "a box that translates cannot admit a packet from outside without a flow",
        "drop or reset; admit only with translate false"};
  }
  return std::nullopt;
}

}  // namespace stayalive
