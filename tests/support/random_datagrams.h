// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>

#include <string>

#include "base/random.h"
#include "support/population_story.h"

namespace stayalive {

// Random parts of scenarios in which many UDP clients and their server keep flows alive, or fail
// to: boxes forget after 30 s, 60 s or sooner, and intervals lie on both sides of that.
class RandomDatagrams {
 public:
  // random must outlive this.
  explicit RandomDatagrams(Random& random) : random_(random) {}

  std::string profile() {
    return pick(random_, {"home-router", "aws-nlb", "azure-lb", "carrier-nat"});
  }
  std::string box(const std::string& profile) {
    const std::string rule = pick(random_, {"either", "outbound", "each", "opener"});
    const bool linux = profile == "home-router";
    return fmt::format(
        R"({{"middlebox": {{"name": "box", "profile": "{}", {}
            "timeouts": {{"udp.single": "30s", "udp.stream": "{}"}}}}}})",
        profile, linux ? "" : fmt::format(R"("refresh": {{"udp": "{}"}},)", rule),
        pick(random_, {"30s", "60s"}));
  }
  // Of the box, or of the line "far".
  std::string disturbance() {
    return pick(random_, {"", R"({"flush": "box", "at": "5m7s"})",
                          R"({"cut": "far", "at": "4m11s", "for": "70s"})",
                          R"({"reboot": "box", "at": "5m7s", "for": "20s"})"});
  }
  // Where both ends ping and put their pings off, one end's is due at the very instant at which the
  // other's arrives, and either may come first.
  std::string strategy() {
    const std::string from = pick(random_, {"client", "server", "both"});
    const std::string reset_by =
        from == "both" ? "nothing" : pick(random_, {"sent", "received", "both", "nothing"});
    if (random_.below(5) == 0) return R"("silent")";
    return fmt::format(R"({{"keepalive": {{"interval": "{}s", "from": "{}", "answered": {},
                            "reset_by": "{}", "bytes": 20, "answer_bytes": 30}}}})",
                       20 + random_.below(50), from, pick(random_, {"true", "false"}), reset_by);
  }
  std::string traffic() {
    return pick(random_, {"", R"(, "traffic": [{"from": "client", "at": "3s", "every": "47s"}])",
                          R"(, "traffic": [{"from": "client", "at": "2s"},
                              {"from": "server", "at": "4m", "every": "95s"}])"});
  }

 private:
  Random& random_;
};

}  // namespace stayalive
