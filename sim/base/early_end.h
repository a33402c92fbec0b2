// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace stayalive {

enum class EndReason : std::uint8_t {
  Stopped,      // whoever began the work asked for it, and knows why
  Interrupted,  // Ctrl-C (SIGINT)
  Terminated,   // SIGTERM
  TimeLimit,    // so much real time was over
  EventLimit,   // so many events had been run
  MemoryLimit,  // so much memory was in use
};
inline constexpr std::array<std::string_view, 6> kEndReasonNames{
    "stopped", "interrupted", "terminated", "time-limit", "event-limit", "memory-limit"};

constexpr std::string_view name(EndReason reason) {
  return kEndReasonNames[static_cast<std::size_t>(reason)];
}

// Why work ended before its end: a run, a search, a suite.  What is known by then is still true,
// and everything that shows it says so.
struct EarlyEnd {
  EndReason reason = EndReason::Stopped;
  std::string limit{};  // which limit was reached: "--time-limit 10s"; empty where none was

  // "interrupted", or "stopped by --time-limit 10s".
  std::string words() const {
    return limit.empty() ? std::string(name(reason)) : "stopped by " + limit;
  }
};

}  // namespace stayalive
