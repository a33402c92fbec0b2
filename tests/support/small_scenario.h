// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace stayalive {

// A small scenario: a connection that says something after two minutes through a box that forgets
// after `timeout`, and what is expected of it.
inline std::string small_scenario(const std::string& timeout, const std::string& expect) {
  return R"({"title": "small", "duration": "5m",
    "path": [{"middlebox": {"name": "box", "profile": "linux-conntrack",
                            "timeouts": {"tcp.established": ")" +
         timeout + R"("}}}],
    "connections": [{"name": "c", "traffic": [{"at": "2m", "from": "server", "bytes": 10}]}],
    "expect": [)" +
         expect + "]}\n";
}
inline const char* const kAlive = R"({"connection": "c", "is": "alive"})";
inline const char* const kForgotten =
    R"({"connection": "c", "is": "forgotten", "at": "1m", "within": "1s", "blame": "box"})";

}  // namespace stayalive
