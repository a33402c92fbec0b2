// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <istream>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace stayalive {

// A packet of a capture.
struct CaptureRecord {
  TimePoint at;  // since 1970, kStart being its beginning; may lie before the record before
  // The name of the interface that saw it; empty where it has none.  Until the next call.
  std::string_view interface;
  // From the IPv4 header on, until the next call.  Where the capture has less than the packet, what
  // is missing is zero.
  std::span<const std::uint8_t> bytes;
  bool cut = false;
};

// What a capture has that is no IPv4 packet with an instant.
struct CaptureLeftOut {
  std::uint64_t ipv6 = 0;
  std::uint64_t other = 0;    // other protocols, or link types that are not read
  std::uint64_t undated = 0;  // simple packet blocks, which have no instant
};

// Reads a capture, pcap (draft-ietf-opsawg-pcap) or pcapng (draft-ietf-opsawg-pcapng), of either
// byte order and any resolution, packet by packet: what it keeps does not grow with the file.
// Any bytes may be given.  Link types: Ethernet with VLAN tags, raw IP, BSD loopback, Linux cooked.
//
//   CaptureReader reader(file);
//   CaptureRecord record;
//   while (reader.next(record)) use(record);
//   if (!reader.error().empty()) say(reader.error());
class CaptureReader {
 public:
  // in must outlive it.
  explicit CaptureReader(std::istream& in);

  // False at the end, and where what follows cannot be read.
  bool next(CaptureRecord& record);
  // Why it cannot, as a sentence that says where; empty at the end of a whole capture.
  const std::string& error() const { return error_; }
  const CaptureLeftOut& left_out() const { return left_out_; }
  // Of the present section, in order, those without a name left out.
  std::vector<std::string> interfaces() const;

 private:
  enum class Format : std::uint8_t { Unknown, Pcap, Pcapng };
  struct Interface {
    std::uint16_t link = 0;
    std::uint8_t resolution = 6;  // as if_tsresol
    std::int64_t offset = 0;      // seconds
    std::string name;
  };
  using Bytes = std::span<const std::uint8_t>;

  bool begin();
  bool begin_pcap(std::uint32_t magic);
  bool next_in_pcap(CaptureRecord& record);
  bool next_in_pcapng(CaptureRecord& record);
  bool read_section();
  bool read_interface(Bytes body);
  void read_options(Interface& its, Bytes options) const;
  // Empty: not a packet that can be used.
  std::optional<bool> read_packet(Bytes body, bool obsolete, CaptureRecord& record);
  bool take(const Interface& interface, std::uint64_t ticks, Bytes frame, std::size_t length,
            CaptureRecord& record);
  std::optional<TimePoint> instant(const Interface& interface, std::uint64_t ticks) const;
  Bytes network_layer(std::uint16_t link, Bytes frame);
  Bytes behind_ethernet_type(std::uint16_t type, Bytes rest);
  bool read(std::size_t count, std::vector<std::uint8_t>& into);
  bool fail(const std::string& what);
  std::uint16_t number16(const std::uint8_t* at) const;
  std::uint32_t number32(const std::uint8_t* at) const;

  std::istream& in_;
  Format format_ = Format::Unknown;
  bool big_endian_ = false;
  std::uint64_t position_ = 0;  // of the next byte
  std::vector<std::uint8_t> head_;
  std::vector<std::uint8_t> body_;
  std::vector<std::uint8_t> packet_;
  std::vector<Interface> interfaces_;
  CaptureLeftOut left_out_;
  std::string error_;
};

}  // namespace stayalive
