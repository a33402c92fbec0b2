// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/state_walk.h"
#include "engine/simulation.h"
#include "engine/speedup.h"
#include "net/side.h"
#include "path/link.h"

namespace stayalive {

// Both directions of one line.
struct LinkPair {
  std::string name;
  Link outbound;
  Link inbound;
};

// Is told of packets that a queue before a line has dropped.
class QueueObserver {
 public:
  virtual ~QueueObserver() = default;
  virtual void queue_dropped(const std::string& link, const Packet& packet, TimePoint at) = 0;
};

// Any number of links in a row, none of them an ideal one, between two stations; where there is
// none, hosts are.
struct Wire {
  NodeId inner;  // the station on its internal side
  NodeId outer;
  std::vector<LinkPair> links{};
};

// Hosts, wires and stations: hosts, a wire, a box, a wire, ..., a wire, hosts.  In a chain wire w
// lies on the internal side of station w; between two forks there may be several chains.  There is
// no routing: a packet keeps its direction until a host at the end has its address.
//
//   Path path({router}, {{lan}, {access, core}});  // client - lan - router - access - core -
//   server path.add_host(Side::Internal, client_address, client); path.add_host(Side::External,
//   server_address, server); path.send(sim, path.end_wire(Side::Internal), Side::External, packet);
//   // reaches the router
class Path {
 public:
  // stations are the boxes and proxies from the internal end to the external one; there is one wire
  // more than stations.
  Path(const std::vector<NodeId>& stations, std::vector<std::vector<LinkPair>> wires);
  // Of any form; one wire begins at the internal hosts, one ends at the external ones.
  explicit Path(std::vector<Wire> wires);

  // The observer must outlive the path; nullptr: nobody is told.
  void observe_queues(QueueObserver* observer) { observer_ = observer; }
  // The line of this name, in both directions; nullptr where there is none.
  const LinkPair* find_link(std::string_view name) const;
  void add_host(Side end, AddressId address, NodeId host);
  // `count` hosts with addresses from `first` on, all played by one node.
  void add_hosts(Side end, AddressId first, std::uint32_t count, NodeId hosts);
  void remove_host(Side end, AddressId address);
  // This wire does not carry packets with a private source address outwards (RFC 2827 filtering at
  // the edge).
  void filter_private_sources_on(std::size_t wire);
  // In a chain: this wire and all beyond it.
  void filter_private_sources_from(std::size_t wire);

  // Puts a packet on a wire, travelling towards the given side.
  void send(Simulation& sim, std::size_t wire, Side towards, const Packet& packet) {
    const Way& way = ways_[wire][index(towards)];
    const NodeId to = way.station.valid() ? way.station : host(towards, packet.destination_address);
    const bool stopped = way.filters && is_private(packet.source_address);
    if (stopped || !way.timed.valid() || !to.valid()) [[unlikely]] {
      // The copy is made here so that on the usual way the packet need not lie in memory twice.
      const Packet copy = packet;
      return send_over_links(sim, wire, towards, to, copy);
    }
    Speedup fast(sim);
    fast.deliver_after(way.timed, to, way.from, packet);
    if (way.station.valid()) fast.announce(way.timed, to, way.from, packet);
  }
  // The wires next to the hosts at each end.
  std::size_t end_wire(Side end) const { return end_wires_[index(end)]; }
  // Whether every packet takes random numbers on some line.
  bool draws_each_time() const;
  // Whether a packet travelling to this side has been lost in the outage of the named line that
  // covers `at`.
  bool lost_in_outage(std::string_view link, Side towards, TimePoint at) const;
  void walk(StateWalk& walk);

 private:
  // One direction of a wire.
  struct Way {
    // At its end; invalid where hosts are.
    NodeId station;
    Side from = Side::Internal;
    // Packets may overtake each other.
    bool reorders = false;
    // Does not carry private source addresses.
    bool filters = false;
    // Of every packet; empty where it varies or packets are lost.
    std::optional<Duration> delay = 0ns;
    // The lane of that delay; invalid until the first packet.
    LaneId timed;
    // A lane of its own, where the delay varies; invalid until the first packet.
    LaneId lane;
  };
  // Addresses in a row, played by one node.
  struct Range {
    AddressId first;
    std::uint32_t count = 0;
    NodeId node;
  };
  NodeId host(Side end, AddressId address) const {
    for (const Range& range : hosts_[index(end)]) {
      if (address.value - range.first.value < range.count) return range.node;
    }
    return {};
  }
  Way way_of(std::size_t wire, Side towards) const;
  void send_over_links(Simulation& sim, std::size_t wire, Side towards, NodeId to,
                       const Packet& packet);
  void lose(Simulation& sim, Side towards, const Packet& packet, std::string why) const;

  std::vector<Wire> wires_;
  std::array<std::size_t, 2> end_wires_{};  // by Side
  std::vector<std::array<Way, 2>> ways_;    // by wire and Side
  std::vector<Range> hosts_[2];             // few; the first with an address has it
  QueueObserver* observer_ = nullptr;
};

}  // namespace stayalive
