// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace stayalive {

// The status of an answer that the server itself gives.
inline constexpr std::uint16_t kHttpOk = 200;

// What a proxy answers that has no answer of the server.  The last two are Cloudflare's own.
enum class ProxyError : std::uint8_t {
  BadGateway,          // 502
  ServiceUnavailable,  // 503
  GatewayTimeout,      // 504
  WebServerUnknown,    // 520
  OriginTimeout,       // 524
};
inline constexpr std::array<std::uint16_t, 5> kErrorStatuses{502, 503, 504, 520, 524};
inline constexpr std::array<std::string_view, 5> kErrorNames{"502", "503", "504", "520", "524"};
constexpr std::uint16_t status_of(ProxyError error) {
  return kErrorStatuses[static_cast<std::size_t>(error)];
}
// The position in kErrorStatuses; its size for any other.
constexpr std::size_t error_index(std::uint16_t status) {
  std::size_t at = 0;
  while (at < kErrorStatuses.size() && kErrorStatuses[at] != status) ++at;
  return at;
}

}  // namespace stayalive
