// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "support/strategy_pair.h"
#include "support/strategy_story.h"

namespace stayalive {

inline constexpr Duration kLatest = 262143us;  // the random part of a sleep

// Both ends of a tunnel with the same options.
inline StrategyPair tunnel(OptionTexts options, Transport transport = Transport::Udp,
                           Duration delay = 1ms, std::uint64_t seed = 1) {
  return {make_strategy("openvpn", Role::Client, transport, options, seed),
          make_strategy("openvpn", Role::Server, transport, options, seed), delay};
}

// The instants of the lines that contain the text.
inline std::vector<Duration> times_of(const Lines& lines, std::string_view text) {
  std::vector<Duration> times;
  for (const std::string& line : lines) {
    const std::size_t space = line.find(' ');
    if (line.find(text) == std::string::npos) continue;
    times.push_back(parse_duration(line.substr(0, space) + "s").value());
  }
  return times;
}

// The client opens its socket at this instant.
inline void connect(StrategyPair& pair, Duration at = {}) {
  pair.run_until(at);
  pair.open(Role::Client);
}

}  // namespace stayalive
