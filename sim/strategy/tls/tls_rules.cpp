// SPDX-License-Identifier: Apache-2.0
#include "strategy/tls/tls_rules.h"

#include <algorithm>

namespace stayalive {
namespace {

constexpr std::uint32_t kMostInRecord = 16384;
// Header of 5 bytes and tag of 16; a nonce of 8 in TLS 1.2 (RFC 5288), a type of 1 in TLS 1.3.
constexpr std::uint32_t kRecord12 = 29;
constexpr std::uint32_t kRecord13 = 22;

// Measured; without certificates.
constexpr std::uint32_t kHello = 349;
constexpr std::uint32_t kHelloOfSession12 = 541;
constexpr std::uint32_t kHelloOfSession13 = 636;
constexpr std::uint32_t kServer12 = 402;
constexpr std::uint32_t kServer13 = 561;
constexpr std::uint32_t kServerResumed12 = 141;
constexpr std::uint32_t kServerResumed13 = 241;
constexpr std::uint32_t kClientKey12 = 93;
constexpr std::uint32_t kFinished12 = 51;  // with ChangeCipherSpec
constexpr std::uint32_t kFinished13 = 80;
constexpr std::uint32_t kTicket12 = 207;
constexpr std::uint32_t kTicket13 = 271;

}  // namespace

TlsRules::Handshake TlsRules::handshake(bool resumed) const {
  const Role client = Role::Client;
  const Role server = Role::Server;
  if (version == Version::V13) {
    const std::uint32_t hello = resumed ? kHelloOfSession13 : kHello;
    const std::uint32_t answer = resumed ? kServerResumed13 : kServer13 + certificate_bytes;
    Handshake of13{{{client, hello}, {server, answer}, {client, kFinished13}}, 2, 3, 1};
    // OpenSSL gives two sessions at first and one more each time.
    if (resumption) of13.flights.push_back({server, resumed ? kTicket13 : 2 * kTicket13});
    return of13;
  }
  if (resumed)
    return {
        {{client, kHelloOfSession12}, {server, kServerResumed12}, {client, kFinished12}}, 2, 3, 1};
  const std::uint32_t finished = kFinished12 + (resumption ? kTicket12 : 0);
  return {{{client, kHello},
           {server, kServer12 + certificate_bytes},
           {client, kClientKey12},
           {server, finished}},
          3,
          resumption ? std::size_t{3} : std::size_t{4},
          2};
}

std::uint32_t TlsRules::protect(std::uint32_t bytes) const {
  const std::uint32_t records = std::max(1U, (bytes + kMostInRecord - 1) / kMostInRecord);
  return bytes + records * (version == Version::V13 ? kRecord13 : kRecord12);
}

}  // namespace stayalive
