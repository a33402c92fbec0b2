// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <vector>

#include "base/check.h"
#include "fuzz/targets.h"
#include "net/wire.h"

namespace stayalive {
namespace {

void check_round_trip(std::span<const std::uint8_t> bytes, const DecodedPacket& read,
                      const DecodeOptions& options) {
  Packet packet = read.packet;
  // A RST of ours has no payload (RFC 9293 allows one), and a flag of RFC 3168 is kept as it is.
  const bool carries = packet.protocol != Protocol::Icmp && !packet.has(tcp_flag::kRst);
  if (!carries) packet.payload = 0;
  if (!fits_wire(packet)) return;
  const auto payload =
      carries ? bytes.subspan(read.payload_at, packet.payload) : std::span<const std::uint8_t>{};
  std::vector<std::uint8_t> written(ip_bytes(packet));
  CHECK(encode(packet, read.details, payload, written) == written.size(), "all is written");
  const DecodedPacket again = decode(written, {true, options.window_shift});
  CHECK(again.error == WireError::None, "what was written can be read");
  CHECK(print_packet(again.packet) == print_packet(packet), "and is the same packet");
  CHECK(again.packet.window == packet.window, "with the same window");
}

}  // namespace

void fuzz_wire(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return;
  // The first byte chooses how the others are read.
  const DecodeOptions options{(bytes[0] & 1) != 0, static_cast<std::uint8_t>((bytes[0] >> 1) % 15)};
  bytes = bytes.subspan(1);
  const DecodedPacket read = decode(bytes, options);
  if (read.error != WireError::None) return;
  const std::size_t carried = read.packet.protocol == Protocol::Icmp ? 0 : read.packet.payload;
  CHECK(read.payload_at + carried <= bytes.size(), "a payload lies within its packet");
  check_round_trip(bytes, read, options);
}

}  // namespace stayalive
