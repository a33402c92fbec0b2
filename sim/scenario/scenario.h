// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/connection_spec.h"
#include "app/host/server_spec.h"
#include "app/proxy/proxy_rules.h"
#include "base/run_limits.h"
#include "base/time.h"
#include "failover/watcher_rules.h"
#include "middlebox/profile.h"
#include "net/address.h"
#include "net/side.h"
#include "path/link.h"
#include "scenario/expect_spec.h"
#include "scenario/profiles/value_status.h"
#include "scenario/text_place.h"
#include "stack/tcp_config.h"
#include "strategy/message.h"

// What a run is made of: plain data without JSON and without pointers.  Names have been resolved to
// positions.
namespace stayalive {

struct MiddleboxSpec {
  std::string name;
  Profile profile;  // the named profile with the scenario's own values laid over it
  // The timers to which the scenario itself gives a value.
  struct SetTimer {
    Timeout timer = Timeout::Generic;
    TextPlace place;
  };
  std::vector<SetTimer> set_timers{};
  // How sure its values are, in the order of profile_options(); empty when not known.
  std::vector<ValueStatus> statuses;
};

// An L7 proxy: it ends the client's TCP connection and starts another towards the server.
struct ProxySpec {
  std::string name;
  std::string profile;  // the product whose values it has; empty for one by the scenario alone
  ProxyRules rules;     // those of the product with the scenario's own values laid over them
  TcpConfig front;      // its socket towards the client
  TcpConfig back;       // its socket towards the server
  // How sure its values are, in the order of proxy_options(); empty without a product.
  std::vector<ValueStatus> statuses{};
};

// Links, boxes and proxies from the internal end to the external one.  Between two that are not
// links, and at either end, an ideal link is understood.
using Hop = std::variant<LinkConfig, MiddleboxSpec, ProxySpec>;

// Several chains of hops between the same two places, of which one is taken: the first that is up.
struct AlternativesSpec {
  struct Way {
    std::string name;
    std::size_t first = 0;  // of its hops, which lie one after the other in the path
    std::size_t count = 0;
    bool watched = true;
    // The hop that its watcher asks: a box, or the far end of a link; empty: the far end of the
    // way.
    std::optional<std::size_t> target{};
    bool filters_sources = false;  // carries outwards only what has a source address of its own
    std::size_t end() const { return first + count; }
  };
  std::string name;
  std::string profile;  // whose values its watcher has; empty for one by the scenario alone
  WatcherRules watcher;
  bool both_ends = false;  // each end has a watcher; otherwise the internal one
  StandingFlows leaving = StandingFlows::Moved;
  StandingFlows returning = StandingFlows::Moved;
  std::vector<Way> ways;  // in the order of preference, at least two
  TextPlace place{};
  std::size_t first() const { return ways.front().first; }
  std::size_t end() const { return ways.back().end(); }
};

struct HostSpec {
  std::string name;
  Side side = Side::Internal;
  std::string profile = "linux";
  TcpConfig tcp;                       // the preset with the scenario's own values laid over it
  std::optional<AddressId> address{};  // of a member of a population; others have one by the plan
  TextPlace place{};                   // unknown when the scenario does not name it
};

enum class EventKind : std::uint8_t {
  Cut,            // a line is down for a while
  Crash,          // a host stops at once, without a word
  Reboot,         // it stops and comes back after `span`, knowing nothing
  Kill,           // the process at one end of a connection ends; its kernel closes the socket
  Close,          // the program closes the connection in order
  Shutdown,       // the program closes its sending direction only
  StopReading,    // the program does not read for `span`
  Suspend,        // a host sleeps for `span`
  ChangeAddress,  // a host has a new address
  Flush,          // a box forgets all flows
  RebootBox,      // a box is away for `span` and then knows nothing
  TakeOver,       // a box passes nothing for `span`, until its standby has taken over
  ChangeOutside,  // a box that translates has another outside address
  Replace,        // another instance takes the place of a host, `span` later
  Hang,           // the program does not run for `span`; its kernel does
};

struct EventSpec {
  EventKind kind = EventKind::Cut;
  TimePoint at;
  Duration span = kForever;     // how long, where that means something
  std::size_t target = 0;       // position of the hop, host or connection
  std::size_t behind = 0;       // Replace: the hop whose entries lead to the old instance
  bool keeps_entries = false;   // TakeOver, ChangeOutside: the box goes on with the flows it had
  Role role = Role::Client;     // which end, for a connection
  std::optional<Side> towards;  // Cut: only packets travelling to this side; both when empty
  TextPlace place{};
};

// What becomes of packets from private addresses in the Internet, which begins behind the outermost
// box that translates: they are dropped at its edge (RFC 2827), carried and answered, or carried to
// hosts that have no route back.
enum class PrivateSources : std::uint8_t { Filtered, Routed, OneWay };

struct Scenario {
  std::string file;  // as the user named it; empty when read from memory
  std::string title;
  std::string lesson;
  // The values that others than its own sweep have put in the place of its own, in this order:
  // "connections.pool.start=5s".
  std::vector<std::string> set;
  std::uint64_t seed = 1;
  Duration duration = 1h;
  Duration late_after = 1s;  // a message that takes longer is late
  PrivateSources private_sources = PrivateSources::Filtered;
  // From the internal end to the external one; those of the ways of a group one way after the
  // other.
  std::vector<Hop> path;
  std::vector<AlternativesSpec> alternatives;  // in the order of the path
  std::vector<HostSpec> hosts;                 // at least one on each side
  std::vector<ServerSpec> servers;       // those that serve several connections from one socket
  std::vector<TextPlace> server_places;  // of each of them
  std::vector<ConnectionSpec> connections;
  std::vector<EventSpec> events;  // in order of time
  std::vector<ExpectSpec> expectations;
  RunLimits limits;  // of each run; not from the file, but from whoever reads it

  // Another hop outside the ways of a group; what stands behind it moves by one.
  void insert_hop(std::size_t at, Hop hop);
};

// The group and the way that a hop lies in; empty: every packet passes it.
struct WayPlace {
  std::size_t group = 0;
  std::size_t way = 0;
  friend bool operator==(const WayPlace&, const WayPlace&) = default;
};
std::optional<WayPlace> way_of(const Scenario& scenario, std::size_t hop);
// Whether some packet that goes outwards passes hop `inner` and later hop `outer`.
bool lies_beyond(const Scenario& scenario, std::size_t inner, std::size_t outer);

}  // namespace stayalive
