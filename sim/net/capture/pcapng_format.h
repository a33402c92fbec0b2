// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

// Numbers of pcapng (draft-ietf-opsawg-pcapng) and of pcap (draft-ietf-opsawg-pcap).
namespace stayalive::pcapng {

inline constexpr std::uint32_t kSectionBlock = 0x0a0d0d0a;
inline constexpr std::uint32_t kInterfaceBlock = 1;
inline constexpr std::uint32_t kObsoletePacketBlock = 2;
inline constexpr std::uint32_t kSimplePacketBlock = 3;
inline constexpr std::uint32_t kNamesBlock = 4;
inline constexpr std::uint32_t kStatisticsBlock = 5;
inline constexpr std::uint32_t kPacketBlock = 6;

inline constexpr std::uint32_t kByteOrder = 0x1a2b3c4d;

// Options of every block, of a section, an interface, a packet, statistics.
inline constexpr std::uint16_t kEndOfOptions = 0;
inline constexpr std::uint16_t kComment = 1;
inline constexpr std::uint16_t kSectionProgram = 4;
inline constexpr std::uint16_t kInterfaceName = 2;
inline constexpr std::uint16_t kInterfaceDescription = 3;
inline constexpr std::uint16_t kInterfaceResolution = 9;
inline constexpr std::uint16_t kInterfaceOffset = 14;
inline constexpr std::uint16_t kPacketFlags = 2;
inline constexpr std::uint16_t kStatisticsFrom = 2;
inline constexpr std::uint16_t kStatisticsUntil = 3;
inline constexpr std::uint16_t kStatisticsReceived = 4;
inline constexpr std::uint16_t kStatisticsDropped = 5;

inline constexpr std::uint16_t kIpv4Name = 1;  // a record of the names block

// Link types of both formats.
inline constexpr std::uint16_t kNullLink = 0;
inline constexpr std::uint16_t kEthernet = 1;
inline constexpr std::uint16_t kRawLinkOfBsd = 12;
inline constexpr std::uint16_t kRawLinkOfOpenBsd = 14;
inline constexpr std::uint16_t kRawLink = 101;
inline constexpr std::uint16_t kLoopLink = 108;
inline constexpr std::uint16_t kLinuxCooked = 113;
inline constexpr std::uint16_t kIpv4Link = 228;
inline constexpr std::uint16_t kLinuxCooked2 = 276;

// The first four bytes of a pcap file, with microseconds and with nanoseconds.
inline constexpr std::uint32_t kPcapMicroseconds = 0xa1b2c3d4;
inline constexpr std::uint32_t kPcapNanoseconds = 0xa1b23c4d;

}  // namespace stayalive::pcapng
