// SPDX-License-Identifier: Apache-2.0
#include "net/capture/pcapng_writer.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include "net/capture/pcapng_format.h"

namespace stayalive::pcapng {
namespace {

void put_little16(std::string& out, std::uint16_t value) {
  out += static_cast<char>(value & 0xff);
  out += static_cast<char>(value >> 8);
}

void put_little32(std::string& out, std::uint32_t value) {
  put_little16(out, static_cast<std::uint16_t>(value & 0xffff));
  put_little16(out, static_cast<std::uint16_t>(value >> 16));
}

void pad_to_word(std::string& out, std::size_t length) { out.append((4 - length % 4) % 4, '\0'); }

// Not more than an option holds, and no part of a character (UTF-8).
std::string_view cut_option(std::string_view text) {
  if (text.size() <= kMostOption) return text;
  std::size_t length = kMostOption;
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xc0) == 0x80) --length;
  return text.substr(0, length);
}

void put_option(std::string& out, std::uint16_t code, std::string_view value) {
  value = cut_option(value);
  put_little16(out, code);
  put_little16(out, static_cast<std::uint16_t>(value.size()));
  out += value;
  pad_to_word(out, value.size());
}

void put_text_option(std::string& out, std::uint16_t code, std::string_view text) {
  if (!text.empty()) put_option(out, code, text);
}

void end_options(std::string& out) { put_little32(out, kEndOfOptions); }

// The upper half comes first.
void put_instant(std::string& out, TimePoint at) {
  const auto count = static_cast<std::uint64_t>((at - kStart) / 1ns);
  put_little32(out, static_cast<std::uint32_t>(count >> 32));
  put_little32(out, static_cast<std::uint32_t>(count));
}

void put_block(std::string& out, std::uint32_t type, std::string_view body) {
  const auto length = static_cast<std::uint32_t>(body.size() + 12);
  put_little32(out, type);
  put_little32(out, length);
  out += body;
  put_little32(out, length);
}

}  // namespace

void append_section(std::string& out, const Section& section) {
  std::string body;
  put_little32(body, kByteOrder);
  put_little16(body, 1);  // version 1.0
  put_little16(body, 0);
  put_little32(body, std::numeric_limits<std::uint32_t>::max());  // its length is not known
  put_little32(body, std::numeric_limits<std::uint32_t>::max());
  put_text_option(body, kComment, section.comment);
  put_text_option(body, kSectionProgram, section.program);
  end_options(body);
  put_block(out, kSectionBlock, body);
}

void append_interface(std::string& out, const Interface& interface) {
  std::string body;
  put_little16(body, kRawLink);
  put_little16(body, 0);
  put_little32(body, 0);  // packets are not cut
  put_text_option(body, kInterfaceName, interface.name);
  put_text_option(body, kInterfaceDescription, interface.description);
  put_option(body, kInterfaceResolution, "\x09");  // 10^-9 s
  end_options(body);
  put_block(out, kInterfaceBlock, body);
}

void append_names(std::string& out, std::span<const NamedAddress> names) {
  constexpr std::size_t kMostName = 255;
  std::string body;
  for (const NamedAddress& its : names) {
    std::string value;
    for (int shift = 24; shift >= 0; shift -= 8)
      value += static_cast<char>(its.address.value >> shift & 0xff);
    value += its.name.substr(0, kMostName);
    value += '\0';
    put_option(body, kIpv4Name, value);
  }
  end_options(body);  // of the records; there are no options
  put_block(out, kNamesBlock, body);
}

void append_packet(std::string& out, const CapturedPacket& packet) {
  std::string body;
  put_little32(body, packet.interface);
  put_instant(body, packet.at);
  const auto length = static_cast<std::uint32_t>(packet.bytes.size());
  put_little32(body, length);
  put_little32(body, length);
  body.append(packet.bytes.begin(), packet.bytes.end());
  pad_to_word(body, packet.bytes.size());
  if (packet.direction != Direction::Unknown) {
    std::string flags;
    put_little32(flags, packet.direction == Direction::Inbound ? 1 : 2);
    put_option(body, kPacketFlags, flags);
  }
  for (const std::string& comment : packet.comments) put_text_option(body, kComment, comment);
  end_options(body);
  put_block(out, kPacketBlock, body);
}

void append_statistics(std::string& out, const Statistics& statistics) {
  std::string body;
  put_little32(body, statistics.interface);
  put_instant(body, statistics.until);
  put_text_option(body, kComment, statistics.comment);
  const auto instant = [](TimePoint at) {
    std::string value;
    put_instant(value, at);
    return value;
  };
  const auto count = [](std::uint64_t number) {
    std::string value;
    put_little32(value, static_cast<std::uint32_t>(number));
    put_little32(value, static_cast<std::uint32_t>(number >> 32));
    return value;
  };
  put_option(body, kStatisticsFrom, instant(statistics.from));
  put_option(body, kStatisticsUntil, instant(statistics.until));
  put_option(body, kStatisticsReceived, count(statistics.packets));
  put_option(body, kStatisticsDropped, count(statistics.dropped));
  end_options(body);
  put_block(out, kStatisticsBlock, body);
}

}  // namespace stayalive::pcapng
