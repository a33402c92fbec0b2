// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

// What a typist most likely meant by a text that does not fit: for suggestions.  Each is empty when
// nothing is likely, and is itself accepted by the parser of its kind.
namespace stayalive {

// A span: "60" is "60s", "10 min" is "10m", "1 hour 30 minutes" is "1h30m".
std::string meant_span(std::string_view typed);
// A ratio: "0.01" is "1%", "2 %" is "2%", "5 percent" is "5%".
std::string meant_ratio(std::string_view typed);
// A rate: "10 Mbit/s" is "10Mbps", "64k" is "64kbps".
std::string meant_rate(std::string_view typed);

}  // namespace stayalive
