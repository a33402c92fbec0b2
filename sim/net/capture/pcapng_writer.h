// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "net/address.h"

// A capture as Wireshark and its relatives read it: the blocks of pcapng
// (draft-ietf-opsawg-pcapng), in little-endian order, each appended to a text of bytes.  Packets
// are IPv4 packets without a link layer (LINKTYPE_RAW), instants are nanoseconds since the start.
//
//   std::string file;
//   append_section(file, {"stayalive", "a scenario"});
//   append_interface(file, {"client", "client host"});
//   append_packet(file, {0, kStart + 1ms, Direction::Outbound, bytes, {"a comment"}});
namespace stayalive::pcapng {

struct Section {
  std::string program;
  std::string comment;
};
// The block that a file begins with; every other comes after it.
void append_section(std::string& out, const Section& section);

struct Interface {
  std::string name;
  std::string description;
};
// Interfaces are numbered from 0 in the order in which they are appended.
void append_interface(std::string& out, const Interface& interface);

struct NamedAddress {
  AddressId address;
  std::string name;
};
// Under which names addresses are shown.
void append_names(std::string& out, std::span<const NamedAddress> names);

// As the interface saw the packet (epb_flags).
enum class Direction : std::uint8_t { Unknown, Inbound, Outbound };

struct CapturedPacket {
  std::uint32_t interface = 0;
  TimePoint at;
  Direction direction = Direction::Unknown;
  std::span<const std::uint8_t> bytes;
  std::span<const std::string> comments{};
};
void append_packet(std::string& out, const CapturedPacket& packet);

struct Statistics {
  std::uint32_t interface = 0;
  TimePoint from;
  TimePoint until;
  std::uint64_t packets = 0;
  std::uint64_t dropped = 0;
  std::string comment;
};
void append_statistics(std::string& out, const Statistics& statistics);

// An option has no more bytes than this; a longer text is cut at a whole character.
inline constexpr std::size_t kMostOption = 65'535;

}  // namespace stayalive::pcapng
