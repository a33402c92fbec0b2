// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>

#include "base/random.h"
#include "support/population_story.h"

namespace stayalive {

// Random scenarios with one population that has a compact form: one to three boxes, which forget
// after seconds, are too small or run out of ports, and clients that keep their flows, lose them,
// come and go.  Intervals lie on both sides of the timeouts.  Nothing rounds instants to those of
// others, such as kernel timers in ticks: where members meet at one instant, either may come first.
class RandomPopulation {
 public:
  // random must outlive this.
  explicit RandomPopulation(Random& random) : random_(random) {}

  std::string next() {
    const bool udp = random_.below(2) == 0;
    const std::uint64_t boxes = 1 + random_.below(3);
    std::string path = fmt::format(R"({{"link": {{"delay": "{}ms"}}}})", random_.below(60));
    for (std::uint64_t i = 0; i < boxes; ++i) {
      path += ", " + box(i, udp);
      if (random_.below(2) == 0)
        path += fmt::format(R"(, {{"link": {{"delay": "{}us"}}}})", random_.below(40'000));
    }
    const std::string far = one_of({"", "", "", R"(, "delay": "1200ms")"});
    path += R"(, {"link": {"name": "far")" +
            (far.find("delay") == std::string::npos
                 ? fmt::format(R"(, "delay": "{}ms")", 1 + random_.below(40)) + far
                 : far) +
            "}}";
    return fmt::format(
        R"({{"duration": "20m{}s", "path": [{}], "events": [{}], "hosts": {{"client": {{"side":
            "internal", "profile": "{}"}}, "server": {{"profile": "{}"}}}}, "connections": [{{"name":
            "all", "count": 12, "spread": "{}s", {}{}{}{}}}]}})",
        random_.below(60), path, disturbance(boxes, udp, path), system(), system(),
        random_.below(200), one_of({"", "", R"("stay": "331s", )", R"("stay": "9m37s", )"}),
        udp ? datagrams() : streams(),
        udp ? one_of({"", "", "", R"(, "server_follows": false)"}) : sockets(), traffic());
  }

 private:
  std::string one_of(std::initializer_list<const char*> words) { return pick(random_, words); }

  std::string box(std::uint64_t number, bool udp) {
    const std::string profile =
        one_of({"home-router", "linux-conntrack", "aws-nlb", "azure-lb", "azure-lb-reset",
                "carrier-nat", "cisco-asa", "fortigate", "openwrt", "rfc-minimum", "gcp-cloud-nat",
                "pf-normal", "pf-aggressive", "opnsense", "aws-nat-gateway", "gcp-vpc-firewall"});
    const bool pf = profile == "pf-normal" || profile == "pf-aggressive" || profile == "opnsense";
    std::string timers = one_of({"", R"("tcp.established": "31s")", R"("tcp.established": "47s")",
                                 R"("tcp.established": "90s")", R"("tcp.established": "10m")"});
    const std::string stream = pf ? "udp.multiple" : "udp.stream";
    if (random_.below(3) > 0) {
      timers += fmt::format(R"({}"udp.single": "{}s", "{}": "{}s")", timers.empty() ? "" : ", ",
                            10 + random_.below(30), stream, 20 + random_.below(50));
    }
    std::string rest;
    if (random_.below(5) == 0)
      rest += fmt::format(R"(, "capacity": {}, "when_full": "{}")", 2 + random_.below(12),
                          one_of({"refuse", "evict-oldest", "evict-unassured"}));
    // Over TCP no port is given to a second member: what its segments do to what is left of the
    // first one's depends on sequence numbers, which each form draws in its own way
    // (docs/limits.md).
    if (!udp) rest += R"(, "ports": {"preserve": false, "random": false})";
    if (udp && random_.below(6) == 0)
      rest += fmt::format(R"(, "ports": {{"low": 39990, "high": {}, "reuse_delay": "{}"}})",
                          39'995 + random_.below(20), one_of({"0s", "0s", "60s"}));
    if (random_.below(3) == 0)
      rest += fmt::format(R"(, "refresh": {{"inbound": {}}})", one_of({"true", "false"}));
    return fmt::format(
        R"({{"middlebox": {{"name": "box{}", "profile": "{}", "timeouts": {{{}}}{}}}}})", number,
        profile, timers, rest);
  }

  std::string disturbance(std::uint64_t boxes, bool udp, const std::string& path) {
    const std::uint64_t box = random_.below(boxes);
    const bool linux = std::ranges::any_of(
        std::array{"home-router", "linux-conntrack", "openwrt"},
        [&](const char* profile) { return path.find(profile) != std::string::npos; });
    // A Linux box takes up a TCP connection in its midst, and judges by the absolute sequence
    // numbers of the resets that follow; each form draws others.
    const std::uint64_t first = !udp && linux ? 2 : 0;
    switch (first + random_.below(8 - first)) {
      case 0:
        return fmt::format(R"({{"flush": "box{}", "at": "5m7s"}})", box);
      case 1:
        return fmt::format(R"({{"reboot": "box{}", "at": "5m7s", "for": "20s"}})", box);
      case 2:
        return fmt::format(R"({{"cut": "far", "at": "{}s", "for": "{}s"}})", random_.below(500),
                           1 + random_.below(400));
      case 3:
        return fmt::format(
            R"({{"cut": "far", "at": "251s", "for": "{}s", "towards": "{}"}}{})",
            1 + random_.below(90), one_of({"internal", "external"}),
            first == 0 ? fmt::format(R"(, {{"flush": "box{}", "at": "9m0.5s"}})", box) : "");
      default:
        return "";
    }
  }

  std::string system() { return one_of({"linux", "linux", "windows", "macos", "freebsd"}); }

  // Not from both ends, and nothing is timed alike at both: what is due at one end would be due at
  // the very instant at which the other's arrives, and either may come first (docs/limits.md).
  std::string datagrams() {
    const std::string transport = R"("transport": "udp", "strategy": )";
    if (random_.below(5) == 0) return transport + R"("silent")";
    const std::string from = one_of({"client", "server"});
    const std::string reset_by = one_of({"sent", "received", "both", "nothing"});
    return transport +
           fmt::format(R"({{"keepalive": {{"interval": "{}s", "from": "{}", "answered": {},
                           "reset_by": "{}", "bytes": 20, "answer_bytes": 30}}}})",
                       5 + random_.below(80), from, one_of({"true", "false"}), reset_by);
  }

  std::string streams() {
    if (random_.below(4) == 0) return R"("strategy": "silent")";
    return fmt::format(R"("strategy": {{"tcp_keepalive": {{"idle": "{}s", "interval": "{}s",
                          "count": {}, "side": "{}"}}}})",
                       5 + random_.below(80), 1 + random_.below(70), 1 + random_.below(5),
                       one_of({"client", "server"}));
  }
  std::string sockets() {
    return fmt::format(R"(, "socket": {{"client": {{{}}}, "server": {{{}}}}})",
                       one_of({"", R"("user_timeout": "20s")"}),
                       one_of({"", R"("user_timeout": "23s")", R"("keepalive": true,
             "keepalive_idle": "711ms", "keepalive_interval": "103337us", "keepalive_count": 4)"}));
  }

  std::string traffic() {
    return one_of({"", "", R"(, "traffic": [{"from": "client", "at": "3s", "every": "47s"}])",
                   R"(, "traffic": [{"from": "server", "at": "0s", "every": "61s", "bytes": 900}])",
                   R"(, "traffic": [{"from": "client", "at": "2s", "bytes": 1400},
                       {"from": "server", "at": "4m", "every": "95s"}])"});
  }

  Random& random_;
};

}  // namespace stayalive
