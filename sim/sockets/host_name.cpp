// SPDX-License-Identifier: Apache-2.0
#include "sockets/host_name.h"

#include "sockets/asio_words.h"

namespace stayalive {

std::optional<AddressId> resolve_host(const std::string& host, std::string& why) {
  if (const auto address = parse_address(host)) return address;
  asio::io_context io;
  tcp::resolver resolver(io);
  boost::system::error_code error;
  const auto found = resolver.resolve(tcp::v4(), host, "", error);
  if (error || found.empty()) {
    why = "the host \"" + host + "\" has no IPv4 address that can be found" +
          (error ? ": " + error.message() : std::string());
    return std::nullopt;
  }
  return endpoint_of(found.begin()->endpoint()).address;
}

}  // namespace stayalive
