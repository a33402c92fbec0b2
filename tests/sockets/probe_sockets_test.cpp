// SPDX-License-Identifier: Apache-2.0
#include "sockets/probe_sockets.h"

#include <gtest/gtest.h>

#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "sockets/host_name.h"
#include "sockets/reflector_sockets.h"

namespace stayalive {
namespace {

constexpr AddressId kLoopback = ipv4(127, 0, 0, 1);

// A reflector on the loopback device, in a thread of its own.
class LoopbackReflector {
 public:
  explicit LoopbackReflector(ReflectorLimits limits = {})
      : sockets_({{kLoopback, 0}, 0, std::nullopt}, limits, {1, 2}) {
    std::string why;
    listens_ = sockets_.listen(why);
    EXPECT_TRUE(listens_) << why;
    thread_ = std::jthread([this](const std::stop_token& stop) { sockets_.run(stop, nullptr); });
  }
  Endpoint place() const { return sockets_.local(); }
  // When it is over.
  const Reflector& reflector() {
    thread_.request_stop();
    thread_.join();
    return sockets_.reflector();
  }

 private:
  ReflectorSockets sockets_;
  bool listens_ = false;
  std::jthread thread_;
};

ProbePlan short_plan(std::vector<Measure> measures) {
  ProbePlan plan;
  plan.measures = std::move(measures);
  plan.udp.shortest = plan.tcp.shortest = 200ms;
  plan.udp.longest = plan.tcp.longest = 500ms;
  plan.between_flows = 1ms;
  return plan;
}

TEST(ProbeSockets, FindNothingThatForgetsOnTheLoopbackDevice) {
  LoopbackReflector reflector;
  Prober prober(short_plan({Measure::UdpSingle, Measure::UdpStream, Measure::TcpEstablished,
                            Measure::TcpHalfClosed}),
                reflector.place(), 77);
  ProbeSockets sockets(prober, reflector.place());
  std::string why;
  ASSERT_TRUE(sockets.run({}, nullptr, why)) << why;
  EXPECT_EQ(prober.stopped(), ProbeStop::Known);
  const Findings found = prober.findings(sockets.now());
  EXPECT_FALSE(found.translated());
  EXPECT_EQ(found.ports_changed, 0u);
  for (const auto& lifetime : found.lifetimes) {
    ASSERT_TRUE(lifetime);
    EXPECT_TRUE(lifetime->finished);
    EXPECT_FALSE(lifetime->edge.dead);
    EXPECT_GE(lifetime->edge.survived, 500ms);
  }
}

TEST(ProbeSockets, StopWhenTheyAreAskedAndKeepWhatIsKnown) {
  LoopbackReflector reflector;
  ProbePlan plan = short_plan({Measure::UdpSingle});
  plan.udp.longest = 1h;
  plan.time_limit = 2h;
  Prober prober(plan, reflector.place(), 77);
  ProbeSockets sockets(prober, reflector.place());
  std::stop_source stop;
  std::string why;
  const auto watch = [&stop](const Prober& its, TimePoint now) {
    if (its.findings(now).lifetime(Measure::UdpSingle)->edge.survived > 200ms) stop.request_stop();
  };
  ASSERT_TRUE(sockets.run(stop.get_token(), watch, why)) << why;
  EXPECT_EQ(prober.stopped(), ProbeStop::Asked);
  EXPECT_GE(prober.findings(sockets.now()).lifetime(Measure::UdpSingle)->edge.survived, 200ms);
}

TEST(ProbeSockets, SayThatTheReflectorHasNoRoom) {
  ReflectorLimits limits;
  limits.sessions = 0;
  LoopbackReflector reflector(limits);
  Prober prober(short_plan({Measure::UdpSingle}), reflector.place(), 77);
  ProbeSockets sockets(prober, reflector.place());
  std::string why;
  ASSERT_TRUE(sockets.run({}, nullptr, why)) << why;
  EXPECT_EQ(prober.stopped(), ProbeStop::NoRoom);
}

TEST(ReflectorSockets, SayWhereTheyCannotListen) {
  LoopbackReflector first;
  ReflectorSockets second({first.place(), 0, std::nullopt}, {}, {1, 2});
  std::string why;
  EXPECT_FALSE(second.listen(why));
  EXPECT_NE(why.find("TCP 127.0.0.1:"), std::string::npos) << why;
  EXPECT_NE(why.find("cannot be listened on"), std::string::npos) << why;
}

TEST(HostName, IsAnAddressOrIsLookedUp) {
  std::string why;
  EXPECT_EQ(resolve_host("192.0.2.7", why), ipv4(192, 0, 2, 7));
  EXPECT_EQ(resolve_host("localhost", why), kLoopback) << why;
  EXPECT_FALSE(resolve_host("no such host", why));
  EXPECT_NE(why.find("no such host"), std::string::npos) << why;
}

}  // namespace
}  // namespace stayalive
