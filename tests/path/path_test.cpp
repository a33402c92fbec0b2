// SPDX-License-Identifier: Apache-2.0
#include "path/path.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace stayalive {
namespace {

constexpr AddressId kClient = ipv4(10, 0, 0, 2);
constexpr AddressId kServer = ipv4(203, 0, 113, 10);

// Writes down what reaches it, as "30 ms from internal".
class Station : public Node {
 public:
  void receive(Simulation& sim, Side from, const Packet&) override {
    log.push_back(std::to_string((sim.now() - kStart) / 1ms) + " ms from " + stayalive::name(from));
  }
  void walk(StateWalk&) override {}
  void wake(Simulation&, std::uint32_t) override {}
  std::vector<std::string> log;
};

class Drops : public TraceSink {
 public:
  void record(const TraceRecord& record, const std::string&) override {
    if (record.kind == TraceKind::Dropped) reasons.push_back(record.detail);
  }
  std::vector<std::string> reasons;
};

using Log = std::vector<std::string>;

// client -- lan (10 ms) -- box -- access (20 ms), core (40 ms) -- server
class PathTest : public testing::Test {
 protected:
  PathTest()
      : client_id_(sim_.add("client", client_)),
        box_id_(sim_.add("box", box_)),
        server_id_(sim_.add("server", server_)),
        path_({box_id_}, wires()) {
    sim_.set_trace(&drops_);
    lay();
  }

  // Lays the lines as they are described by now.
  void lay() {
    path_ = Path({box_id_}, wires());
    path_.add_host(Side::Internal, kClient, client_id_);
    path_.add_host(Side::External, kServer, server_id_);
  }

  std::vector<std::vector<LinkPair>> wires() {
    lan_.delay = 10ms;
    access_.delay = 20ms;
    core_.delay = 40ms;
    const auto pair = [](const LinkConfig& config, const char* name) {
      return LinkPair{name, Link(config, 1, std::string(name) + " outbound"),
                      Link(config, 1, std::string(name) + " inbound")};
    };
    std::vector<std::vector<LinkPair>> wires(2);
    wires[0].push_back(pair(lan_, "lan"));
    wires[1].push_back(pair(access_, "access"));
    wires[1].push_back(pair(core_, "core"));
    return wires;
  }
  static Packet between(AddressId source, AddressId destination) {
    Packet packet;
    packet.source_address = source;
    packet.destination_address = destination;
    return packet;
  }
  void send(std::size_t wire, Side towards, const Packet& packet) {
    path_.send(sim_, wire, towards, packet);
    sim_.run_until(sim_.now() + 1s);
  }

  Simulation sim_;
  Drops drops_;
  Station client_, box_, server_;
  LinkConfig lan_, access_, core_;
  NodeId client_id_, box_id_, server_id_;
  Path path_;
};

TEST_F(PathTest, AWireLeadsToTheNextStationAndTheLastOneToTheHosts) {
  send(0, Side::External, between(kClient, kServer));
  EXPECT_EQ(box_.log, (Log{"10 ms from internal"}));
  EXPECT_TRUE(server_.log.empty());
  send(1, Side::External, between(kClient, kServer));
  EXPECT_EQ(server_.log, (Log{"1060 ms from internal"}));
  send(1, Side::Internal, between(kServer, kClient));
  EXPECT_EQ(box_.log.back(), "2060 ms from external");
  send(0, Side::Internal, between(kServer, kClient));
  EXPECT_EQ(client_.log, (Log{"3010 ms from external"}));
  EXPECT_TRUE(drops_.reasons.empty());
}

TEST_F(PathTest, TheWiresOfTheHostsAreTheFirstAndTheLast) {
  EXPECT_EQ(path_.end_wire(Side::Internal), 0u);
  EXPECT_EQ(path_.end_wire(Side::External), 1u);
}

TEST_F(PathTest, APacketForNobodyIsLost) {
  send(1, Side::External, between(kClient, ipv4(203, 0, 113, 99)));
  // An address of the other end is nobody's at this one.
  send(1, Side::External, between(kServer, kClient));
  EXPECT_TRUE(server_.log.empty());
  EXPECT_EQ(drops_.reasons, (Log{"no host has this address", "no host has this address"}));
}

TEST_F(PathTest, AHostThatMovesLeavesItsAddress) {
  path_.remove_host(Side::Internal, kClient);
  send(0, Side::Internal, between(kServer, kClient));
  EXPECT_TRUE(client_.log.empty());
  path_.add_host(Side::Internal, ipv4(10, 0, 0, 3), client_id_);
  send(0, Side::Internal, between(kServer, ipv4(10, 0, 0, 3)));
  EXPECT_EQ(client_.log.size(), 1u);
}

TEST_F(PathTest, OneNodeMayPlayARangeOfHosts) {
  path_.add_hosts(Side::Internal, ipv4(10, 64, 0, 0), 3, client_id_);
  const auto arrives = [&](AddressId address) {
    const std::uint64_t before = sim_.events();
    Packet packet;
    packet.destination_address = address;
    path_.send(sim_, 0, Side::Internal, packet);
    sim_.run_until(later(sim_.now(), 1h));
    return sim_.events() > before;
  };
  EXPECT_TRUE(arrives(ipv4(10, 64, 0, 0)));
  EXPECT_TRUE(arrives(ipv4(10, 64, 0, 2)));
  EXPECT_FALSE(arrives(ipv4(10, 64, 0, 3)));
  EXPECT_FALSE(arrives(ipv4(10, 63, 255, 255)));
}

TEST_F(PathTest, PrivateSourcesEndWhereTheInternetBegins) {
  path_.filter_private_sources_from(1);
  send(0, Side::External, between(kClient, kServer));
  EXPECT_EQ(box_.log.size(), 1u) << "inside they are carried";
  send(1, Side::External, between(kClient, kServer));
  EXPECT_TRUE(server_.log.empty());
  EXPECT_EQ(drops_.reasons, (Log{"private source address, not carried outside"}));
  send(1, Side::External, between(ipv4(198, 51, 100, 1), kServer));
  EXPECT_EQ(server_.log.size(), 1u);
  send(1, Side::Internal, between(kClient, kServer));
  EXPECT_EQ(box_.log.size(), 2u) << "only the way out is filtered";
}

TEST_F(PathTest, APacketIsLostWhereALineIsDownWhenItGetsThere) {
  // access passes it on after 20 ms; core is down from then on for a nanosecond.
  core_.outages = {{kStart + 20ms, kStart + 20ms + 1ns}};
  lay();
  send(1, Side::External, between(kClient, kServer));
  EXPECT_EQ(drops_.reasons, (Log{"core is down"}));
  EXPECT_TRUE(server_.log.empty());
}

TEST_F(PathTest, TheSameOutageDoesNotTouchAPacketOfTheOtherDirection) {
  // Inbound the packet meets core first, at once.
  core_.outages = {{kStart + 20ms, kStart + 20ms + 1ns}};
  lay();
  send(1, Side::Internal, between(kServer, kClient));
  EXPECT_EQ(box_.log, (Log{"60 ms from external"}));
}

TEST_F(PathTest, NamesTheLineThatLostAPacket) {
  access_.loss = {1, 1};
  lay();
  send(1, Side::External, between(kClient, kServer));
  EXPECT_EQ(drops_.reasons, (Log{"lost on access"}));
}

TEST(PathDeathTest, HasOneWireMoreThanStations) {
  EXPECT_DEATH(Path({NodeId{0}}, {}), "one wire more than stations");
}

}  // namespace
}  // namespace stayalive
