// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "scenario/parse.h"

namespace stayalive {

// A path as a command line names it: the boxes and proxies from the client to the server, and
// between the client and the first of them a line that has all the delay, the jitter and the loss.
struct PathSketch {
  struct Timer {
    std::string name;
    std::string span;
  };
  struct Box {
    std::string name;     // unique on the path
    std::string profile;  // a profile's name, or a file
    std::vector<Timer> timers;
    bool proxy = false;  // it ends connections and begins others; see mark_proxies()
  };
  std::vector<Box> boxes;
  // As a scenario has them; empty is none.
  std::string delay = "20ms";
  std::string jitter;
  std::string loss;
  std::string rate{};  // of the line, likewise; empty: it takes no time to send

  // "openwrt and aws-nlb (tcp.established 60s); 20ms away, loss 1/100".
  std::string words() const;
};

// Reads "PROFILE[:TIMER=SPAN]...[,PROFILE...]": "openwrt,aws-nlb:tcp.established=60s", blanks
// beside the commas or not.  A profile is a name, or a file that ends in ".json".  Whether profiles
// and timers exist is seen when the scenario is read.
Result<std::vector<PathSketch::Box>> parse_boxes(const std::string& through);
// Finds out which of them are proxies, as a scenario would that is read with these options.
void mark_proxies(std::vector<PathSketch::Box>& boxes, const ParseOptions& options);

}  // namespace stayalive
