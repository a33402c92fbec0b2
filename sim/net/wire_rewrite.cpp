// SPDX-License-Identifier: Apache-2.0
#include "net/wire_rewrite.h"

#include <cstddef>

#include "base/big_endian.h"
#include "base/check.h"

namespace stayalive {
namespace {

constexpr std::size_t kIpSourceAt = 12;
constexpr std::size_t kIpDestinationAt = 16;
constexpr std::size_t kIpChecksumAt = 10;
constexpr std::size_t kTcpChecksumAt = 16;
constexpr std::size_t kUdpChecksumAt = 6;
constexpr std::size_t kIcmpChecksumAt = 2;
constexpr std::size_t kIcmpQuoteAt = 8;

// The change of a checksum while words are replaced (RFC 1624, equation 3).
class ChecksumChange {
 public:
  void put16(std::uint8_t* at, std::uint16_t value) {
    sum_ += static_cast<std::uint16_t>(~big16(at));
    sum_ += value;
    put_big16(at, value);
  }
  void put32(std::uint8_t* at, std::uint32_t value) {
    put16(at, static_cast<std::uint16_t>(value >> 16));
    put16(at + 2, static_cast<std::uint16_t>(value));
  }
  void add(const ChecksumChange& other) { sum_ += other.sum_; }
  // Applies it to the checksum at this place.
  void apply(std::uint8_t* checksum) const {
    std::uint64_t sum = sum_ + static_cast<std::uint16_t>(~big16(checksum));
    while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
    put_big16(checksum, static_cast<std::uint16_t>(~sum));
  }

 private:
  std::uint64_t sum_ = 0;
};

std::size_t header_bytes(const std::uint8_t* ip) { return std::size_t{ip[0] & 0x0fU} * 4; }

ChecksumChange put_addresses(std::uint8_t* ip, AddressId source, AddressId destination) {
  ChecksumChange change;
  change.put32(ip + kIpSourceAt, source.value);
  change.put32(ip + kIpDestinationAt, destination.value);
  change.apply(ip + kIpChecksumAt);
  return change;
}

void rewrite_quote(std::uint8_t* icmp, const QuotedPacket& quote) {
  std::uint8_t* inner = icmp + kIcmpQuoteAt;
  ChecksumChange change;
  const auto put = [&change](std::uint8_t* at, std::uint32_t value) { change.put32(at, value); };
  // What the quote's own header checksum changes by changes the error's as well.
  const std::uint16_t checksum = big16(inner + kIpChecksumAt);
  ChecksumChange header;
  header.put32(inner + kIpSourceAt, quote.source.address.value);
  header.put32(inner + kIpDestinationAt, quote.destination.address.value);
  header.apply(inner + kIpChecksumAt);
  change.add(header);
  const std::uint16_t changed = big16(inner + kIpChecksumAt);
  put_big16(inner + kIpChecksumAt, checksum);
  change.put16(inner + kIpChecksumAt, changed);
  std::uint8_t* ports = inner + header_bytes(inner);
  put(ports, std::uint32_t{quote.source.port} << 16 | quote.destination.port);
  change.apply(icmp + kIcmpChecksumAt);
}

}  // namespace

void rewrite(std::span<std::uint8_t> bytes, const Packet& before, const Packet& after) {
  CHECK(before.protocol == after.protocol, "a translated packet keeps its protocol");
  std::uint8_t* ip = bytes.data();
  const bool same_quote = before.protocol != Protocol::Icmp ||
                          (before.sequence == after.sequence && before.window == after.window &&
                           before.acknowledgment == after.acknowledgment);
  if (before.source() == after.source() && before.destination() == after.destination() &&
      same_quote)
    return;
  ChecksumChange change = put_addresses(ip, after.source_address, after.destination_address);
  std::uint8_t* transport = ip + header_bytes(ip);
  switch (after.protocol) {
    case Protocol::Icmp:
      rewrite_quote(transport, quoted(after));
      return;
    case Protocol::Tcp:
      change.put16(transport, after.source_port);
      change.put16(transport + 2, after.destination_port);
      change.apply(transport + kTcpChecksumAt);
      return;
    case Protocol::Watch:
      return;  // on no real wire
    case Protocol::Udp:
      break;
  }
  change.put16(transport, after.source_port);
  change.put16(transport + 2, after.destination_port);
  std::uint8_t* checksum = transport + kUdpChecksumAt;
  if (big16(checksum) == 0) return;
  change.apply(checksum);
  // Zero would mean that there is none (RFC 768).
  if (big16(checksum) == 0) put_big16(checksum, 0xffff);
}

}  // namespace stayalive
