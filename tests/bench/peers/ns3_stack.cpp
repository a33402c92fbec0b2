// SPDX-License-Identifier: Apache-2.0
// The keepalive workload with the UDP/IP stack of ns-3: clients, a router and a server with
// point-to-point links of 10 ms and 20 ms, a UDP socket for each flow.  ns-3 has no box that
// forgets, so that the router only forwards.
//
//   ns3_stack FLOWS SECONDS       prints the exchanges that were completed
#include <ns3/core-module.h>
#include <ns3/internet-module.h>
#include <ns3/network-module.h>
#include <ns3/point-to-point-module.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

constexpr std::uint32_t kFlowsOfAHost = 20'000;

std::vector<ns3::Ptr<ns3::Socket>> sockets;
ns3::Ipv4Address server_address;
std::uint64_t exchanges = 0;

void at_client(ns3::Ptr<ns3::Socket> socket) {
  while (socket->Recv() != nullptr) ++exchanges;
}

void at_server(ns3::Ptr<ns3::Socket> socket) {
  ns3::Address from;
  while (ns3::Ptr<ns3::Packet> packet = socket->RecvFrom(from)) {
    socket->SendTo(ns3::Create<ns3::Packet>(20), 0, from);
  }
}

void ping(std::uint32_t flow) {
  sockets[flow]->Send(ns3::Create<ns3::Packet>(20));
  ns3::Simulator::Schedule(ns3::Seconds(30), &ping, flow);
}

ns3::NetDeviceContainer join(ns3::Ptr<ns3::Node> a, ns3::Ptr<ns3::Node> b, const char* delay) {
  ns3::PointToPointHelper link;
  link.SetDeviceAttribute("DataRate", ns3::StringValue("100Gbps"));
  link.SetChannelAttribute("Delay", ns3::StringValue(delay));
  link.SetQueue("ns3::DropTailQueue", "MaxSize", ns3::StringValue("1000000p"));
  return link.Install(a, b);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto count = static_cast<std::uint32_t>(std::strtoul(argv[1], nullptr, 10));
  const auto seconds = static_cast<double>(std::strtoul(argv[2], nullptr, 10));
  ns3::NodeContainer hosts;
  hosts.Create((count + kFlowsOfAHost - 1) / kFlowsOfAHost);
  ns3::NodeContainer others;
  others.Create(2);
  const ns3::Ptr<ns3::Node> router = others.Get(0);
  const ns3::Ptr<ns3::Node> server = others.Get(1);
  ns3::InternetStackHelper stack;
  stack.Install(hosts);
  stack.Install(others);
  ns3::Ipv4AddressHelper addresses("10.1.0.0", "255.255.255.0");
  for (std::uint32_t i = 0; i < hosts.GetN(); ++i) {
    addresses.Assign(join(hosts.Get(i), router, "10ms"));
    addresses.NewNetwork();
  }
  server_address = addresses.Assign(join(router, server, "20ms")).GetAddress(1);
  ns3::Ipv4GlobalRoutingHelper::PopulateRoutingTables();

  const auto kind = ns3::UdpSocketFactory::GetTypeId();
  const ns3::Ptr<ns3::Socket> listener = ns3::Socket::CreateSocket(server, kind);
  listener->Bind(ns3::InetSocketAddress(ns3::Ipv4Address::GetAny(), 4500));
  listener->SetRecvCallback(ns3::MakeCallback(&at_server));
  std::uint64_t state = 1;
  for (std::uint32_t flow = 0; flow < count; ++flow) {
    const ns3::Ptr<ns3::Socket> socket =
        ns3::Socket::CreateSocket(hosts.Get(flow / kFlowsOfAHost), kind);
    socket->Bind(ns3::InetSocketAddress(ns3::Ipv4Address::GetAny(),
                                        static_cast<std::uint16_t>(10'000 + flow % kFlowsOfAHost)));
    socket->Connect(ns3::InetSocketAddress(server_address, 4500));
    socket->SetRecvCallback(ns3::MakeCallback(&at_client));
    sockets.push_back(socket);
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    ns3::Simulator::Schedule(
        ns3::NanoSeconds(static_cast<std::int64_t>((state >> 16) % 30'000'000'000ULL)), &ping,
        flow);
  }
  ns3::Simulator::Stop(ns3::Seconds(seconds));
  ns3::Simulator::Run();
  std::printf("%llu\n", static_cast<unsigned long long>(exchanges));
  sockets.clear();
  ns3::Simulator::Destroy();
}
