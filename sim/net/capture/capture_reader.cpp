// SPDX-License-Identifier: Apache-2.0
#include "net/capture/capture_reader.h"

#include <algorithm>
#include <limits>

#include "base/big_endian.h"
#include "net/capture/pcapng_format.h"
#include "net/wire.h"

namespace stayalive {
namespace {

// No capture has longer packets or blocks: libpcap takes 256 KiB for the most.
constexpr std::size_t kMostBlock = std::size_t{16} * 1024 * 1024;
constexpr std::size_t kMostInterfaces = 65'536;
constexpr std::size_t kMostInterfaceName = 4096;
// A piece that is read at once, so that a length that is a lie takes no memory.
constexpr std::size_t kReadPiece = std::size_t{64} * 1024;
constexpr std::size_t kIpv4Header = 20;

constexpr std::uint16_t kTypeIpv4 = 0x0800;
constexpr std::uint16_t kTypeIpv6 = 0x86dd;
constexpr std::uint16_t kTypeVlan = 0x8100;
constexpr std::uint16_t kTypeServiceVlan = 0x88a8;

constexpr std::uint32_t swapped(std::uint32_t value) {
  return value >> 24 | (value >> 8 & 0xff00) | (value << 8 & 0xff0000) | value << 24;
}

}  // namespace

CaptureReader::CaptureReader(std::istream& in) : in_(in) {}

std::uint16_t CaptureReader::number16(const std::uint8_t* at) const {
  const std::uint16_t big = big16(at);
  return big_endian_ ? big : static_cast<std::uint16_t>(big >> 8 | big << 8);
}

std::uint32_t CaptureReader::number32(const std::uint8_t* at) const {
  return big_endian_ ? big32(at) : swapped(big32(at));
}

bool CaptureReader::fail(const std::string& what) {
  error_ = what + " at byte " + std::to_string(position_);
  return false;
}

// False, without an error, when the file ends before the first of them.
bool CaptureReader::read(std::size_t count, std::vector<std::uint8_t>& into) {
  into.clear();
  while (into.size() < count) {
    const std::size_t had = into.size();
    const std::size_t piece = std::min(count - had, kReadPiece);
    into.resize(had + piece);
    in_.read(reinterpret_cast<char*>(into.data() + had), static_cast<std::streamsize>(piece));
    const auto came = static_cast<std::size_t>(in_.gcount());
    position_ += came;
    if (came == piece) continue;
    into.resize(had + came);
    if (in_.bad()) return fail("the file cannot be read any further");
    return into.empty() ? false : fail("the capture is cut short");
  }
  return true;
}

bool CaptureReader::begin() {
  if (!read(4, head_)) {
    if (error_.empty()) return fail("the file is empty, which no capture is,");
    return false;
  }
  const std::uint32_t magic = big32(head_.data());
  if (magic == pcapng::kSectionBlock) {
    format_ = Format::Pcapng;
    return read_section();
  }
  for (const std::uint32_t known : {pcapng::kPcapMicroseconds, pcapng::kPcapNanoseconds}) {
    if (magic != known && magic != swapped(known)) continue;
    format_ = Format::Pcap;
    big_endian_ = magic == known;
    return begin_pcap(known);
  }
  if (head_[0] == 0x1f && head_[1] == 0x8b)
    return fail("the file is compressed with gzip; it has to be unpacked first,");
  return fail("the file is neither a pcap nor a pcapng capture: no such beginning");
}

bool CaptureReader::begin_pcap(std::uint32_t magic) {
  if (!read(20, head_)) {
    if (error_.empty()) return fail("the capture is cut short");
    return false;
  }
  Interface& only = interfaces_.emplace_back();
  only.resolution = magic == pcapng::kPcapNanoseconds ? 9 : 6;
  only.link = static_cast<std::uint16_t>(number32(head_.data() + 16) & 0xffff);
  return true;
}

bool CaptureReader::next(CaptureRecord& record) {
  if (!error_.empty()) return false;
  if (format_ == Format::Unknown && !begin()) return false;
  return format_ == Format::Pcap ? next_in_pcap(record) : next_in_pcapng(record);
}

bool CaptureReader::next_in_pcap(CaptureRecord& record) {
  while (read(16, head_)) {
    const std::uint64_t seconds = number32(head_.data());
    const std::uint64_t fraction = number32(head_.data() + 4);
    const std::size_t captured = number32(head_.data() + 8);
    const std::size_t length = number32(head_.data() + 12);
    const std::uint64_t ticks = interfaces_[0].resolution == 9 ? 1'000'000'000 : 1'000'000;
    if (captured > kMostBlock) return fail("a packet of more than 16 MiB ends");
    if (fraction >= ticks) return fail("a packet without a possible instant ends");
    if (captured > 0 && !read(captured, body_))
      return error_.empty() ? fail("the capture is cut short") : false;
    if (captured == 0) body_.clear();
    if (take(interfaces_[0], seconds * ticks + fraction, body_, length, record)) return true;
  }
  return false;
}

// The type of a section block is read already.
bool CaptureReader::read_section() {
  if (!read(8, head_)) return error_.empty() ? fail("the capture is cut short") : false;
  const std::uint32_t order = big32(head_.data() + 4);
  if (order != pcapng::kByteOrder && order != swapped(pcapng::kByteOrder))
    return fail("a section without a byte order begins");
  big_endian_ = order == pcapng::kByteOrder;
  const std::size_t length = number32(head_.data());
  if (length < 28 || length % 4 != 0 || length > kMostBlock)
    return fail("a section block with an impossible length begins");
  if (!read(length - 12, body_)) return error_.empty() ? fail("the capture is cut short") : false;
  if (number16(body_.data()) != 1) return fail("a section of another version than 1 begins");
  interfaces_.clear();
  return true;
}

bool CaptureReader::next_in_pcapng(CaptureRecord& record) {
  while (read(4, head_)) {
    const std::uint32_t type = number32(head_.data());
    // Reads the same in both orders.
    if (type == pcapng::kSectionBlock) {
      if (!read_section()) return false;
      continue;
    }
    if (!read(4, head_)) return error_.empty() ? fail("the capture is cut short") : false;
    const std::size_t length = number32(head_.data());
    if (length < 12 || length % 4 != 0) return fail("a block with an impossible length begins");
    if (length > kMostBlock) return fail("a block of more than 16 MiB begins");
    if (!read(length - 8, body_)) return error_.empty() ? fail("the capture is cut short") : false;
    const Bytes body = Bytes(body_).first(length - 12);
    if (number32(body_.data() + body.size()) != length)
      return fail("a block that says two lengths ends");
    if (type == pcapng::kInterfaceBlock) {
      if (!read_interface(body)) return false;
    } else if (type == pcapng::kSimplePacketBlock) {
      ++left_out_.undated;
    } else if (type == pcapng::kPacketBlock || type == pcapng::kObsoletePacketBlock) {
      const std::optional<bool> good =
          read_packet(body, type == pcapng::kObsoletePacketBlock, record);
      if (!good) return false;
      if (*good) return true;
    }
  }
  return false;
}

bool CaptureReader::read_interface(Bytes body) {
  if (body.size() < 8) return fail("an interface block that is too short ends");
  if (interfaces_.size() >= kMostInterfaces)
    return fail("more than 65536 interfaces are described");
  Interface& its = interfaces_.emplace_back();
  its.link = number16(body.data());
  read_options(its, body.subspan(8));
  return true;
}

// What is wrong with an option ends them.
void CaptureReader::read_options(Interface& its, Bytes options) const {
  while (options.size() >= 4) {
    const std::uint16_t code = number16(options.data());
    const std::size_t length = number16(options.data() + 2);
    const std::size_t padded = (length + 3) / 4 * 4;
    if (code == pcapng::kEndOfOptions || padded > options.size() - 4) return;
    const Bytes value = options.subspan(4, length);
    if (code == pcapng::kInterfaceName) {
      its.name.assign(value.begin(), value.begin() + static_cast<std::ptrdiff_t>(
                                                         std::min(length, kMostInterfaceName)));
      // Some writers end it.
      while (!its.name.empty() && its.name.back() == '\0') its.name.pop_back();
    } else if (code == pcapng::kInterfaceResolution && length == 1) {
      its.resolution = value[0];
    } else if (code == pcapng::kInterfaceOffset && length == 8) {
      const std::uint64_t low = number32(value.data() + (big_endian_ ? 4 : 0));
      const std::uint64_t high = number32(value.data() + (big_endian_ ? 0 : 4));
      its.offset = static_cast<std::int64_t>(high << 32 | low);
    }
    options = options.subspan(4 + padded);
  }
}

std::optional<bool> CaptureReader::read_packet(Bytes body, bool obsolete, CaptureRecord& record) {
  const auto give_up = [this](const char* why) -> std::optional<bool> {
    fail(why);
    return std::nullopt;
  };
  if (body.size() < 20) return give_up("a packet block that is too short ends");
  const std::size_t number = obsolete ? number16(body.data()) : number32(body.data());
  if (number >= interfaces_.size()) return give_up("a packet of no interface ends");
  const std::uint64_t ticks =
      std::uint64_t{number32(body.data() + 4)} << 32 | number32(body.data() + 8);
  const std::size_t captured = number32(body.data() + 12);
  const std::size_t length = number32(body.data() + 16);
  if (captured > body.size() - 20) return give_up("a packet that is longer than its block ends");
  if (!instant(interfaces_[number], ticks))
    return give_up("a packet without a possible instant ends");
  return take(interfaces_[number], ticks, body.subspan(20, captured), length, record);
}

// Whole seconds and what is left are reckoned apart, so that nothing overflows.
std::optional<TimePoint> CaptureReader::instant(const Interface& interface,
                                                std::uint64_t ticks) const {
  constexpr std::uint64_t kSecond = 1'000'000'000;
  const unsigned exponent = interface.resolution & 0x7fu;
  std::uint64_t seconds = 0;
  std::uint64_t nanoseconds = 0;
  if ((interface.resolution & 0x80u) != 0) {
    // 2^-exponent s; 32 bits of what is left are more than nanoseconds need.
    if (exponent > 63) return std::nullopt;
    seconds = ticks >> exponent;
    std::uint64_t left = exponent == 0 ? 0 : ticks & ((std::uint64_t{1} << exponent) - 1);
    const unsigned shift = std::min(exponent, 32u);
    left >>= exponent - shift;
    nanoseconds = left * kSecond >> shift;
  } else {
    if (exponent > 19) return std::nullopt;
    std::uint64_t in_a_second = 1;
    for (unsigned i = 0; i < exponent; ++i) in_a_second *= 10;
    seconds = ticks / in_a_second;
    const std::uint64_t left = ticks % in_a_second;
    nanoseconds =
        in_a_second <= kSecond ? left * (kSecond / in_a_second) : left / (in_a_second / kSecond);
  }
  // Up to the year 2255, and not before 1970.
  constexpr std::int64_t kMostSeconds = 9'000'000'000;
  if (seconds > static_cast<std::uint64_t>(kMostSeconds)) return std::nullopt;
  const std::int64_t offset = std::clamp(interface.offset, -kMostSeconds, kMostSeconds);
  const std::int64_t all = static_cast<std::int64_t>(seconds) + offset;
  if (all < 0 || all > kMostSeconds) return std::nullopt;
  return kStart + std::chrono::seconds(all) +
         std::chrono::nanoseconds(static_cast<std::int64_t>(nanoseconds));
}

bool CaptureReader::take(const Interface& interface, std::uint64_t ticks, Bytes frame,
                         std::size_t length, CaptureRecord& record) {
  const std::optional<TimePoint> at = instant(interface, ticks);
  const Bytes packet = network_layer(interface.link, frame);
  if (!at || packet.empty()) return false;
  record.at = *at;
  record.interface = interface.name;
  record.bytes = packet;
  record.cut = false;
  if (packet.size() < kIpv4Header || frame.size() >= length) return true;
  const std::size_t whole = big16(packet.data() + 2);
  if (whole <= packet.size()) return true;
  record.cut = true;
  packet_.assign(packet.begin(), packet.end());
  packet_.resize(whole);
  record.bytes = packet_;
  return true;
}

// Empty where it is no IPv4.
CaptureReader::Bytes CaptureReader::network_layer(std::uint16_t link, Bytes frame) {
  const auto behind = [&](std::size_t header, std::size_t type_at) -> Bytes {
    if (frame.size() < header) {
      ++left_out_.other;
      return {};
    }
    return behind_ethernet_type(big16(frame.data() + type_at), frame.subspan(header));
  };
  switch (link) {
    case pcapng::kEthernet:
      return behind(14, 12);
    case pcapng::kLinuxCooked:
      return behind(16, 14);
    case pcapng::kLinuxCooked2:
      return behind(20, 0);
    case pcapng::kNullLink:
    case pcapng::kLoopLink:
      frame = frame.subspan(std::min<std::size_t>(4, frame.size()));
      break;
    case pcapng::kRawLink:
    case pcapng::kIpv4Link:
    case pcapng::kRawLinkOfBsd:
    case pcapng::kRawLinkOfOpenBsd:
      break;
    default:
      ++left_out_.other;
      return {};
  }
  const int version = frame.empty() ? 0 : frame[0] >> 4;
  return behind_ethernet_type(version == 4 ? kTypeIpv4 : version == 6 ? kTypeIpv6 : 0, frame);
}

CaptureReader::Bytes CaptureReader::behind_ethernet_type(std::uint16_t type, Bytes rest) {
  while ((type == kTypeVlan || type == kTypeServiceVlan) && rest.size() >= 4) {
    type = big16(rest.data() + 2);
    rest = rest.subspan(4);
  }
  if (type == kTypeIpv4 && !rest.empty()) return rest;
  ++(type == kTypeIpv6 ? left_out_.ipv6 : left_out_.other);
  return {};
}

std::vector<std::string> CaptureReader::interfaces() const {
  std::vector<std::string> names;
  for (const Interface& its : interfaces_) {
    if (!its.name.empty()) names.push_back(its.name);
  }
  return names;
}

}  // namespace stayalive
