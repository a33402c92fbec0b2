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
// come and go.  Intervals lie on both sides of the timeouts.  What the two forms cannot have in
// common is left out (docs/limits.md): first sequence numbers, and the order of what is due at one
// instant.  Every compiler makes the same scenarios: nothing is drawn between two commas.
class RandomPopulation {
 public:
  // random must outlive this.
  explicit RandomPopulation(Random& random) : random_(random) {}

  std::string next() {
    const bool udp = random_.below(2) == 0;
    const std::uint64_t boxes = number(1, 3);
    std::string path = fmt::format(R"({{"link": {{"delay": "{}ms"}}}})", number(0, 59));
    for (std::uint64_t i = 0; i < boxes; ++i) {
      path += ", " + box(i, udp);
      if (random_.below(2) == 0)
        path += fmt::format(R"(, {{"link": {{"delay": "{}us"}}}})", number(0, 39'999));
    }
    const bool slow = random_.below(4) == 0;
    const std::uint64_t far = number(1, 40);
    path += fmt::format(R"(, {{"link": {{"name": "far", "delay": "{}ms"}}}})", slow ? 1200 : far);
    const std::string event = disturbance(boxes, udp, path);
    const std::string client = system();
    const std::string hosts = fmt::format(
        R"("client": {{"side": "internal", "profile": "{}"}}, "server": {{"profile": "{}"}})",
        client, system());
    const std::string stay = one_of({"", "", R"("stay": "331s", )", R"("stay": "9m37s", )"});
    const std::string strategy = udp ? datagrams() : streams();
    const std::string more = udp ? one_of({"", "", "", R"(, "server_follows": false)"}) : sockets();
    const std::string messages = traffic();
    const std::uint64_t spread = number(0, 199);
    return fmt::format(
        R"({{"duration": "20m{}s", "path": [{}], "events": [{}], "hosts": {{{}}},
            "connections": [{{"name": "all", "count": 12, "spread": "{}s", {}{}{}{}}}]}})",
        number(0, 59), path, event, hosts, spread, stay, strategy, more, messages);
  }

 private:
  std::string one_of(std::initializer_list<const char*> words) { return pick(random_, words); }
  std::uint64_t number(std::uint64_t low, std::uint64_t high) { return random_.between(low, high); }

  std::string box(std::uint64_t position, bool udp) {
    const std::string profile =
        one_of({"home-router", "linux-conntrack", "aws-nlb", "azure-lb", "azure-lb-reset",
                "carrier-nat", "cisco-asa", "fortigate", "openwrt", "rfc-minimum", "gcp-cloud-nat",
                "pf-normal", "pf-aggressive", "opnsense", "aws-nat-gateway", "gcp-vpc-firewall"});
    const bool pf = profile == "pf-normal" || profile == "pf-aggressive" || profile == "opnsense";
    const bool linux =
        profile == "home-router" || profile == "linux-conntrack" || profile == "openwrt";
    std::string timers = one_of({"", R"("tcp.established": "31s")", R"("tcp.established": "47s")",
                                 R"("tcp.established": "90s")", R"("tcp.established": "10m")"});
    if (random_.below(3) > 0) {
      const std::uint64_t single = number(10, 39);
      timers += fmt::format(R"({}"udp.single": "{}s", "{}": "{}s")", timers.empty() ? "" : ", ",
                            single, pf ? "udp.multiple" : "udp.stream", number(20, 69));
    }
    return fmt::format(
        R"({{"middlebox": {{"name": "box{}", "profile": "{}", "timeouts": {{{}}}{}}}}})", position,
        profile, timers, room(udp, pf || linux));
  }

  // How many flows a box holds, which ports it gives, and what refreshes a flow.
  std::string room(bool udp, bool refresh_is_fixed) {
    std::string room;
    if (random_.below(5) == 0) {
      const std::uint64_t capacity = number(2, 13);
      room += fmt::format(R"(, "capacity": {}, "when_full": "{}")", capacity,
                          one_of({"refuse", "evict-oldest", "evict-unassured"}));
    }
    // Over TCP no port is given to a second member: what its segments do to what is left of the
    // first one's depends on sequence numbers.
    if (!udp) room += R"(, "ports": {"preserve": false, "random": false})";
    if (udp && random_.below(6) == 0) {
      const std::uint64_t high = number(39'995, 40'014);
      room += fmt::format(R"(, "ports": {{"low": 39990, "high": {}, "reuse_delay": "{}"}})", high,
                          one_of({"0s", "0s", "60s"}));
    }
    if (random_.below(3) == 0) {
      const std::string rule = one_of({"either", "outbound", "opener", "each", "nothing"});
      if (!refresh_is_fixed) {
        room += fmt::format(R"(, "refresh": {{"{}": "{}"}})", udp ? "udp" : "tcp", rule);
      }
    }
    return room;
  }

  std::string disturbance(std::uint64_t boxes, bool udp, const std::string& path) {
    const bool linux = std::ranges::any_of(
        std::array{"home-router", "linux-conntrack", "openwrt"},
        [&](const char* profile) { return path.find(profile) != std::string::npos; });
    // A Linux box takes up a TCP connection in its midst, and judges by the absolute sequence
    // numbers of the resets that follow.
    const bool flushes = udp || !linux;
    const std::uint64_t box = random_.below(boxes);
    const std::uint64_t at = number(0, 499);
    const std::uint64_t span = number(1, 400);
    switch (number(flushes ? 0 : 2, 7)) {
      case 0:
        return fmt::format(R"({{"flush": "box{}", "at": "5m7s"}})", box);
      case 1:
        return fmt::format(R"({{"reboot": "box{}", "at": "5m7s", "for": "20s"}})", box);
      case 2:
        return fmt::format(R"({{"cut": "far", "at": "{}s", "for": "{}s"}})", at, span);
      case 3:
        return fmt::format(
            R"({{"cut": "far", "at": "251s", "for": "{}s", "towards": "{}"}}{})", span % 90 + 1,
            one_of({"internal", "external"}),
            flushes ? fmt::format(R"(, {{"flush": "box{}", "at": "9m0.5s"}})", box) : "");
      default:
        return "";
    }
  }

  std::string system() { return one_of({"linux", "linux", "windows", "macos", "freebsd"}); }

  // Not from both ends, and nothing is timed alike at both: what is due at one end would be due at
  // the very instant at which the other's arrives.
  std::string datagrams() {
    const std::string transport = R"("transport": "udp", "strategy": )";
    if (random_.below(5) == 0) return transport + R"("silent")";
    const std::uint64_t interval = number(5, 84);
    const std::string from = one_of({"client", "server"});
    const std::string reset_by = one_of({"sent", "received", "both", "nothing"});
    return transport +
           fmt::format(R"({{"keepalive": {{"interval": "{}s", "from": "{}", "answered": {},
                           "reset_by": "{}", "bytes": 20, "answer_bytes": 30}}}})",
                       interval, from, one_of({"true", "false"}), reset_by);
  }

  std::string streams() {
    if (random_.below(4) == 0) return R"("strategy": "silent")";
    const std::uint64_t idle = number(5, 84);
    const std::uint64_t interval = number(1, 70);
    const std::uint64_t count = number(1, 5);
    return fmt::format(R"("strategy": {{"tcp_keepalive": {{"idle": "{}s", "interval": "{}s",
                          "count": {}, "side": "{}"}}}})",
                       idle, interval, count, one_of({"client", "server"}));
  }
  std::string sockets() {
    const std::string client = one_of({"", R"("user_timeout": "20s")"});
    return fmt::format(
        R"(, "socket": {{"client": {{{}}}, "server": {{{}}}}})", client,
        one_of({"", R"("user_timeout": "23s")", R"("keepalive": true, "keepalive_idle": "711ms",
             "keepalive_interval": "103337us", "keepalive_count": 4)"}));
  }

  std::string traffic() {
    return one_of(
        {"", "", R"(, "traffic": [{"from": "client", "at": "3s", "every": "47123ms"}])",
         R"(, "traffic": [{"from": "server", "at": "0s", "every": "61039ms", "bytes": 900}])",
         R"(, "traffic": [{"from": "client", "at": "2s", "bytes": 1400},
                       {"from": "server", "at": "4m", "every": "95011ms"}])"});
  }

  Random& random_;
};

}  // namespace stayalive
