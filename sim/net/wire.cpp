// SPDX-License-Identifier: Apache-2.0
#include "net/wire.h"

#include <algorithm>
#include <limits>

#include "base/big_endian.h"
#include "base/check.h"
#include "net/checksum.h"

namespace stayalive {
namespace {

constexpr std::size_t kIpHeader = 20;
constexpr std::size_t kUdpHeader = 8;
constexpr std::size_t kTcpHeader = 20;
constexpr std::size_t kIcmpHeader = 8;
constexpr std::size_t kQuotedBytes = 8;  // of the quoted packet's payload (RFC 792)

// Protocol numbers of IANA.
constexpr std::uint8_t kIpIcmp = 1;
constexpr std::uint8_t kIpTcp = 6;
constexpr std::uint8_t kIpUdp = 17;

constexpr std::uint8_t kDestinationUnreachable = 3;
constexpr std::uint16_t kDontFragment = 0x4000;
constexpr std::uint16_t kMoreFragments = 0x2000;
constexpr std::uint16_t kFragmentOffset = 0x1fff;

// TCP option kinds of IANA.
constexpr std::uint8_t kEndOfOptions = 0;
constexpr std::uint8_t kNoOperation = 1;
constexpr std::uint8_t kMaximumSegment = 2;
constexpr std::uint8_t kWindowScale = 3;
constexpr std::uint8_t kSackPermitted = 4;
constexpr std::uint8_t kTimestamps = 8;
constexpr std::uint8_t kMostWindowShift = 14;

std::uint8_t ip_number(Protocol protocol) {
  switch (protocol) {
    case Protocol::Tcp:
      return kIpTcp;
    case Protocol::Udp:
      return kIpUdp;
    case Protocol::Icmp:
    case Protocol::Watch:  // never written
      break;
  }
  return kIpIcmp;
}

// --- writing ---

struct IpHeader {
  AddressId source;
  AddressId destination;
  std::uint8_t protocol = 0;
  std::size_t length = 0;  // of the whole packet
};

void write_ip(const IpHeader& header, const WireDetails& details, std::uint8_t* at) {
  at[0] = 0x45;  // version 4, five words
  at[1] = 0;
  put_big16(at + 2, static_cast<std::uint16_t>(header.length));
  put_big16(at + 4, details.identification);
  put_big16(at + 6, details.may_fragment ? 0 : kDontFragment);
  at[8] = details.time_to_live;
  at[9] = header.protocol;
  put_big16(at + 10, 0);
  put_big32(at + 12, header.source.value);
  put_big32(at + 16, header.destination.value);
  Checksum checksum;
  checksum.add({at, kIpHeader});
  put_big16(at + 10, checksum.value());
}

// The pseudo header of TCP and UDP: both addresses, the protocol, the length.  ip: the IP header.
Checksum begin_transport_checksum(const std::uint8_t* ip, std::size_t length) {
  Checksum checksum;
  checksum.add({ip + 12, 8});
  checksum.add(ip[9]);
  checksum.add(static_cast<std::uint16_t>(length));
  return checksum;
}

void write_timestamps(const WireDetails& details, std::uint8_t* at) {
  at[0] = kTimestamps;
  at[1] = 10;
  put_big32(at + 2, details.timestamp);
  put_big32(at + 6, details.timestamp_echo);
}

// The options in the order of Linux (tcp_options_write in net/ipv4/tcp_output.c).
std::size_t write_tcp_options(const Packet& packet, const WireDetails& details, std::uint8_t* at) {
  if (packet.has(tcp_flag::kRst)) return 0;
  if (!packet.has(tcp_flag::kSyn)) {
    at[0] = at[1] = kNoOperation;
    write_timestamps(details, at + 2);
    return 12;
  }
  at[0] = kMaximumSegment;
  at[1] = 4;
  put_big16(at + 2, details.maximum_segment);
  at[4] = kSackPermitted;
  at[5] = 2;
  write_timestamps(details, at + 6);
  at[16] = kNoOperation;
  at[17] = kWindowScale;
  at[18] = 3;
  at[19] = details.window_shift;
  return 20;
}

// A SYN's window is never scaled (RFC 7323, section 2.2).
std::uint16_t window_field(const Packet& packet, const WireDetails& details) {
  const unsigned shift = packet.has(tcp_flag::kSyn) ? 0u : details.window_shift;
  constexpr std::uint32_t kMost = std::numeric_limits<std::uint16_t>::max();
  return static_cast<std::uint16_t>(std::min(kMost, packet.window >> shift));
}

void write_tcp(const Packet& packet, const WireDetails& details,
               std::span<const std::uint8_t> payload, std::uint8_t* ip) {
  std::uint8_t* at = ip + kIpHeader;
  put_big16(at, packet.source_port);
  put_big16(at + 2, packet.destination_port);
  put_big32(at + 4, packet.sequence);
  put_big32(at + 8, packet.acknowledgment);
  const std::size_t header = kTcpHeader + write_tcp_options(packet, details, at + kTcpHeader);
  at[12] = static_cast<std::uint8_t>(header / 4 << 4);
  at[13] = packet.flags;
  put_big16(at + 14, window_field(packet, details));
  put_big16(at + 16, 0);
  put_big16(at + 18, 0);
  std::copy(payload.begin(), payload.end(), at + header);
  const std::size_t length = header + payload.size();
  Checksum checksum = begin_transport_checksum(ip, length);
  checksum.add({at, length});
  put_big16(at + 16, checksum.value());
}

void write_udp(const Packet& packet, std::span<const std::uint8_t> payload, std::uint8_t* ip) {
  std::uint8_t* at = ip + kIpHeader;
  const std::size_t length = kUdpHeader + payload.size();
  put_big16(at, packet.source_port);
  put_big16(at + 2, packet.destination_port);
  put_big16(at + 4, static_cast<std::uint16_t>(length));
  put_big16(at + 6, 0);
  std::copy(payload.begin(), payload.end(), at + kUdpHeader);
  Checksum checksum = begin_transport_checksum(ip, length);
  checksum.add({at, length});
  // Zero would mean that there is none (RFC 768).
  put_big16(at + 6, checksum.value() == 0 ? 0xffff : checksum.value());
}

// The error quotes the header of the packet it answers and the eight bytes behind it.  Of those the
// simulator knows the ports; lengths and sequence numbers are those of an empty packet.
void write_icmp(const Packet& packet, std::uint8_t* ip) {
  const QuotedPacket quote = quoted(packet);
  std::uint8_t* at = ip + kIpHeader;
  std::fill_n(at, kIcmpHeader, std::uint8_t{0});
  at[0] = kDestinationUnreachable;
  at[1] = static_cast<std::uint8_t>(quote.code);
  std::uint8_t* inner = at + kIcmpHeader;
  const bool tcp = quote.protocol == Protocol::Tcp;
  const std::size_t length = kIpHeader + (tcp ? kTcpHeader : kUdpHeader);
  write_ip({quote.source.address, quote.destination.address, ip_number(quote.protocol), length}, {},
           inner);
  std::uint8_t* ports = inner + kIpHeader;
  put_big16(ports, quote.source.port);
  put_big16(ports + 2, quote.destination.port);
  put_big32(ports + 4, tcp ? 0 : std::uint32_t{kUdpHeader} << 16);
  Checksum checksum;
  checksum.add({at, kIcmpHeader + kIpHeader + kQuotedBytes});
  put_big16(at + 2, checksum.value());
}

// --- reading ---

using Bytes = std::span<const std::uint8_t>;

// Reads a packet from its outermost header inwards; the first thing that is wrong ends it.
class PacketReader {
 public:
  PacketReader(Bytes bytes, const DecodeOptions& options) : bytes_(bytes), options_(options) {}
  DecodedPacket read();

 private:
  WireError read_ip();
  WireError read_tcp(Bytes segment);
  WireError read_tcp_options(Bytes options);
  void read_tcp_option(std::uint8_t kind, Bytes value);
  WireError read_udp(Bytes datagram);
  WireError read_icmp(Bytes message);
  WireError read_quote(Bytes quoted_bytes, Unreachable code);
  bool transport_checksum_holds(Bytes transport) const;

  Bytes bytes_;  // from read_ip() on only the packet, without what follows it
  const DecodeOptions& options_;
  DecodedPacket result_;
};

// What flags and length tell; a probe cannot be told from a plain acknowledgment.
PacketKind kind_of(const Packet& packet) {
  if (packet.protocol == Protocol::Icmp) return PacketKind::IcmpError;
  if (packet.protocol == Protocol::Udp) return PacketKind::Data;
  if (packet.has(tcp_flag::kRst)) return PacketKind::Reset;
  if (packet.has(tcp_flag::kSyn))
    return packet.has(tcp_flag::kAck) ? PacketKind::SynAck : PacketKind::Syn;
  if (packet.payload > 0) return PacketKind::Data;
  return packet.has(tcp_flag::kFin) ? PacketKind::Fin : PacketKind::Ack;
}

DecodedPacket PacketReader::read() {
  result_.error = read_ip();
  result_.packet.notes.kind = kind_of(result_.packet);
  return result_;
}

WireError PacketReader::read_ip() {
  if (bytes_.empty()) return WireError::Truncated;
  if (bytes_[0] >> 4 != 4) return WireError::NotIpv4;
  if (bytes_.size() < kIpHeader) return WireError::Truncated;
  const std::size_t header = std::size_t{bytes_[0] & 0x0fu} * 4;
  const std::size_t length = big16(bytes_.data() + 2);
  if (header < kIpHeader || length < header) return WireError::BadHeader;
  if (bytes_.size() < length) return WireError::Truncated;
  bytes_ = bytes_.first(length);
  if (options_.verify_checksums) {
    Checksum checksum;
    checksum.add(bytes_.first(header));
    if (checksum.value() != 0) return WireError::BadChecksum;
  }
  const std::uint16_t fragment = big16(bytes_.data() + 6);
  if ((fragment & (kMoreFragments | kFragmentOffset)) != 0) return WireError::Fragment;
  result_.details.identification = big16(bytes_.data() + 4);
  result_.details.may_fragment = (fragment & kDontFragment) == 0;
  result_.details.time_to_live = bytes_[8];
  result_.packet.source_address = AddressId{big32(bytes_.data() + 12)};
  result_.packet.destination_address = AddressId{big32(bytes_.data() + 16)};
  switch (bytes_[9]) {
    case kIpTcp:
      return read_tcp(bytes_.subspan(header));
    case kIpUdp:
      return read_udp(bytes_.subspan(header));
    case kIpIcmp:
      return read_icmp(bytes_.subspan(header));
    default:
      return WireError::UnsupportedProtocol;
  }
}

bool PacketReader::transport_checksum_holds(Bytes transport) const {
  if (!options_.verify_checksums) return true;
  Checksum checksum = begin_transport_checksum(bytes_.data(), transport.size());
  checksum.add(transport);
  return checksum.value() == 0;
}

WireError PacketReader::read_tcp(Bytes segment) {
  if (segment.size() < kTcpHeader) return WireError::Truncated;
  const std::size_t header = static_cast<std::size_t>(segment[12] >> 4) * 4;
  if (header < kTcpHeader || header > segment.size()) return WireError::BadHeader;
  if (!transport_checksum_holds(segment)) return WireError::BadChecksum;
  Packet& packet = result_.packet;
  packet.protocol = Protocol::Tcp;
  packet.source_port = big16(segment.data());
  packet.destination_port = big16(segment.data() + 2);
  packet.sequence = big32(segment.data() + 4);
  packet.acknowledgment = big32(segment.data() + 8);
  packet.flags = segment[13];
  packet.payload = static_cast<std::uint16_t>(segment.size() - header);
  result_.payload_at = bytes_.size() - packet.payload;
  result_.details.window_shift = options_.window_shift;
  result_.details.maximum_segment = 536;  // when none is announced (RFC 9293, section 3.7.1)
  const WireError error = read_tcp_options(segment.subspan(kTcpHeader, header - kTcpHeader));
  const unsigned shift = packet.has(tcp_flag::kSyn) ? 0u : options_.window_shift;
  packet.window = std::uint32_t{big16(segment.data() + 14)} << shift;
  return error;
}

WireError PacketReader::read_tcp_options(Bytes options) {
  while (!options.empty() && options[0] != kEndOfOptions) {
    if (options[0] == kNoOperation) {
      options = options.subspan(1);
      continue;
    }
    if (options.size() < 2 || options[1] < 2 || options[1] > options.size())
      return WireError::BadOption;
    read_tcp_option(options[0], options.subspan(2, options[1] - std::size_t{2}));
    options = options.subspan(options[1]);
  }
  return WireError::None;
}

// An option of another length than its kind has is ignored, as Linux does (tcp_parse_options).
void PacketReader::read_tcp_option(std::uint8_t kind, Bytes value) {
  WireDetails& details = result_.details;
  const bool syn = result_.packet.has(tcp_flag::kSyn);
  if (kind == kTimestamps && value.size() == 8) {
    details.timestamp = big32(value.data());
    details.timestamp_echo = big32(value.data() + 4);
  } else if (kind == kMaximumSegment && value.size() == 2 && syn) {
    details.maximum_segment = big16(value.data());
  } else if (kind == kWindowScale && value.size() == 1 && syn) {
    // RFC 7323, section 2.3: a larger shift counts as 14.
    details.window_shift = std::min(value[0], kMostWindowShift);
    result_.scales_window = true;
  }
}

WireError PacketReader::read_udp(Bytes datagram) {
  if (datagram.size() < kUdpHeader) return WireError::Truncated;
  const std::size_t length = big16(datagram.data() + 4);
  if (length < kUdpHeader || length > datagram.size()) return WireError::BadHeader;
  datagram = datagram.first(length);
  const bool checked = big16(datagram.data() + 6) != 0;
  if (checked && !transport_checksum_holds(datagram)) return WireError::BadChecksum;
  Packet& packet = result_.packet;
  packet.protocol = Protocol::Udp;
  packet.source_port = big16(datagram.data());
  packet.destination_port = big16(datagram.data() + 2);
  packet.payload = static_cast<std::uint16_t>(length - kUdpHeader);
  result_.payload_at = static_cast<std::size_t>(datagram.data() - bytes_.data()) + kUdpHeader;
  return WireError::None;
}

WireError PacketReader::read_icmp(Bytes message) {
  if (message.size() < kIcmpHeader) return WireError::Truncated;
  if (options_.verify_checksums) {
    Checksum checksum;
    checksum.add(message);
    if (checksum.value() != 0) return WireError::BadChecksum;
  }
  if (message[0] != kDestinationUnreachable) return WireError::UnsupportedIcmp;
  switch (static_cast<Unreachable>(message[1])) {
    case Unreachable::Network:
    case Unreachable::Host:
    case Unreachable::Port:
      return read_quote(message.subspan(kIcmpHeader), static_cast<Unreachable>(message[1]));
  }
  return WireError::UnsupportedIcmp;
}

// The quote is the beginning of a packet; its ports are all that is needed of it.
WireError PacketReader::read_quote(Bytes quoted_bytes, Unreachable code) {
  if (quoted_bytes.size() < kIpHeader) return WireError::Truncated;
  if (quoted_bytes[0] >> 4 != 4) return WireError::NotIpv4;
  const std::size_t header = std::size_t{quoted_bytes[0] & 0x0fu} * 4;
  if (header < kIpHeader) return WireError::BadHeader;
  if (quoted_bytes.size() < header + 4) return WireError::Truncated;
  const std::uint8_t* at = quoted_bytes.data();
  // The ports of a later fragment are not in it.
  if ((big16(at + 6) & kFragmentOffset) != 0) return WireError::Fragment;
  const std::uint8_t protocol = at[9];
  if (protocol != kIpTcp && protocol != kIpUdp) return WireError::UnsupportedIcmp;
  Packet& packet = result_.packet;
  packet.protocol = Protocol::Icmp;
  set_quoted(packet, {{AddressId{big32(at + 12)}, big16(at + header)},
                      {AddressId{big32(at + 16)}, big16(at + header + 2)},
                      protocol == kIpTcp ? Protocol::Tcp : Protocol::Udp,
                      code});
  result_.payload_at = bytes_.size();
  return WireError::None;
}

}  // namespace

std::size_t encode(const Packet& packet, const WireDetails& details,
                   std::span<const std::uint8_t> payload, std::span<std::uint8_t> out) {
  const std::size_t length = ip_bytes(packet);
  CHECK(packet.protocol != Protocol::Watch, "what watchers say has no form on the wire");
  CHECK(length <= kMostIpBytes, "only a packet that fits the wire is written to it");
  CHECK(out.size() >= length, "a packet is written to where there is room for it");
  CHECK(details.window_shift <= kMostWindowShift, "a window is scaled by 2^14 at most");
  const bool carries = packet.protocol != Protocol::Icmp && !packet.has(tcp_flag::kRst);
  CHECK(payload.size() == (carries ? packet.payload : 0u),
        "the payload has as many bytes as the packet says");
  write_ip({packet.source_address, packet.destination_address, ip_number(packet.protocol), length},
           details, out.data());
  switch (packet.protocol) {
    case Protocol::Tcp:
      write_tcp(packet, details, payload, out.data());
      break;
    case Protocol::Udp:
      write_udp(packet, payload, out.data());
      break;
    case Protocol::Icmp:
      write_icmp(packet, out.data());
      break;
    case Protocol::Watch:
      break;
  }
  return length;
}

DecodedPacket decode(std::span<const std::uint8_t> bytes, const DecodeOptions& options) {
  CHECK(options.window_shift <= kMostWindowShift, "a window is scaled by 2^14 at most");
  return PacketReader(bytes, options).read();
}

const char* name(WireError error) {
  switch (error) {
    case WireError::None:
      return "none";
    case WireError::Truncated:
      return "truncated";
    case WireError::NotIpv4:
      return "not IPv4";
    case WireError::BadHeader:
      return "bad header";
    case WireError::BadOption:
      return "bad option";
    case WireError::BadChecksum:
      return "bad checksum";
    case WireError::Fragment:
      return "fragment";
    case WireError::UnsupportedProtocol:
      return "unsupported protocol";
    case WireError::UnsupportedIcmp:
      return "unsupported ICMP message";
  }
  return "unknown";
}

}  // namespace stayalive
