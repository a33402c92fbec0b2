// SPDX-License-Identifier: Apache-2.0
#pragma once
// asio/awaitable.hpp of Boost 1.74 needs <utility> before it.
// clang-format off
#include <utility>
#include <boost/asio.hpp>
// clang-format on

#include "net/address.h"

namespace stayalive {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;

inline asio::ip::address_v4 asio_address(AddressId address) {
  return asio::ip::address_v4(address.value);
}
inline udp::endpoint udp_endpoint(Endpoint endpoint) {
  return {asio_address(endpoint.address), endpoint.port};
}
inline tcp::endpoint tcp_endpoint(Endpoint endpoint) {
  return {asio_address(endpoint.address), endpoint.port};
}
template <class AsioEndpoint>
Endpoint endpoint_of(const AsioEndpoint& endpoint) {
  if (!endpoint.address().is_v4()) return {};
  return {AddressId{endpoint.address().to_v4().to_uint()}, endpoint.port()};
}

}  // namespace stayalive
