// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>

#include "base/check.h"
#include "net/packet.h"

namespace stayalive::testing {

// "10.0.0.2:5000"; anything else is a mistake in the test.
inline Endpoint endpoint(std::string_view text) {
  const std::size_t colon = text.find(':');
  CHECK(colon != std::string_view::npos, "an endpoint of a story has a port");
  const auto address = parse_address(text.substr(0, colon));
  CHECK(address.has_value(), "an endpoint of a story has an address");
  const long port = std::strtol(std::string(text.substr(colon + 1)).c_str(), nullptr, 10);
  return {*address, static_cast<std::uint16_t>(port)};
}

inline std::uint8_t tcp_flags(std::string_view letters) {
  std::uint8_t flags = 0;
  for (const char letter : letters) {
    if (letter == 'S') flags |= tcp_flag::kSyn;
    if (letter == 'F') flags |= tcp_flag::kFin;
    if (letter == 'R') flags |= tcp_flag::kRst;
    if (letter == 'P') flags |= tcp_flag::kPsh;
    if (letter == 'U') flags |= tcp_flag::kUrg;
    if (letter == 'A') flags |= tcp_flag::kAck;
  }
  return flags;
}

// A packet as a story writes it: "SOURCE > DESTINATION udp BYTES" or
// "SOURCE > DESTINATION tcp FLAGS [seq N] [ack N] [len N] [win N]", where "mapped" stands for the
// given endpoint, the flags are letters of SAFRPU or "-" and the window is 64000 when left out.
inline Packet packet_of(std::string_view text, Endpoint mapped = {}) {
  std::istringstream words{std::string(text)};
  std::string source, arrow, destination, protocol;
  words >> source >> arrow >> destination >> protocol;
  CHECK(arrow == ">", "a packet of a story goes from somewhere to somewhere");
  Packet packet;
  packet.set_source(source == "mapped" ? mapped : endpoint(source));
  packet.set_destination(destination == "mapped" ? mapped : endpoint(destination));
  if (protocol == "udp") {
    words >> packet.payload;
    return packet;
  }
  CHECK(protocol == "tcp", "a packet of a story is tcp or udp");
  packet.protocol = Protocol::Tcp;
  packet.window = 64000;
  std::string flags, word;
  words >> flags;
  packet.flags = tcp_flags(flags);
  while (words >> word) {
    std::uint32_t number = 0;
    words >> number;
    if (word == "seq") packet.sequence = number;
    if (word == "ack") packet.acknowledgment = number;
    if (word == "len") packet.payload = static_cast<std::uint16_t>(number);
    if (word == "win") packet.window = number;
  }
  return packet;
}

}  // namespace stayalive::testing
