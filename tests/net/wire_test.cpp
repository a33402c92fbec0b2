// SPDX-License-Identifier: Apache-2.0
#include "net/wire.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/big_endian.h"
#include "base/random.h"
#include "net/reset.h"

namespace stayalive {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr Endpoint kLoopbackClient{ipv4(127, 0, 0, 1), 40000};
constexpr Endpoint kLoopbackServer{ipv4(127, 0, 0, 1), 2222};

Bytes from_hex(std::string_view text) {
  Bytes bytes;
  for (std::size_t i = 0; i < text.size(); i += 2)
    bytes.push_back(
        static_cast<std::uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  return bytes;
}

Bytes encoded(const Packet& packet, const WireDetails& details = {}, const Bytes& payload = {}) {
  Bytes out(ip_bytes(packet));
  EXPECT_EQ(encode(packet, details, payload, out), out.size());
  return out;
}

WireError error_of(const Bytes& bytes, const DecodeOptions& options = {}) {
  return decode(bytes, options).error;
}

// Puts the right checksum into the IP header after a change.
Bytes with_ip_checksum(Bytes bytes) {
  bytes[10] = bytes[11] = 0;
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < 20; i += 2) sum += big16(bytes.data() + i);
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  put_big16(bytes.data() + 10, static_cast<std::uint16_t>(~sum));
  return bytes;
}

Packet loopback_segment(std::uint8_t flags, std::uint16_t payload = 0) {
  Packet packet;
  packet.protocol = Protocol::Tcp;
  packet.set_source(kLoopbackClient);
  packet.set_destination(kLoopbackServer);
  packet.flags = flags;
  packet.payload = payload;
  packet.sequence = 0x1234'5678;
  packet.acknowledgment = 0x9abc'def0;
  packet.window = 64u << 7;
  return packet;
}

Packet datagram(std::uint16_t payload) {
  Packet packet;
  packet.protocol = Protocol::Udp;
  packet.set_source(kLoopbackClient);
  packet.set_destination(kLoopbackServer);
  packet.payload = payload;
  return packet;
}

// What a Linux 6.1 put on its loopback; the checksums of TCP and UDP, which it leaves to the
// network card, were added by hand.
const Bytes kLinuxSyn = from_hex(
    "4500003c0bc54000400630f57f0000017f0000019c4008ae10c4b30400000000a002ffd7c7f10000"
    "0204ffd70402080a65bcb999000000000103030a");
const Bytes kLinuxData = from_hex(
    "450000390bc74000400630f67f0000017f0000019c4008ae10c4b3054696126980180040d8d20000"
    "0101080a65bcb999bd53bd6768656c6c6f");
const Bytes kLinuxDatagram =
    from_hex("4500001fb7af40004011851c7f0000017f0000019c410d05000b548d010203");
const Bytes kLinuxError = from_hex(
    "45c0003b54530000400127ad7f0000017f0000010303518a00000000"
    "4500001fb7af40004011851c7f0000017f0000019c410d05000bfe1e010203");

TEST(Wire, ReadsTheSynOfLinux) {
  const DecodedPacket syn = decode(kLinuxSyn, {});
  ASSERT_EQ(syn.error, WireError::None);
  EXPECT_EQ(syn.packet.source(), kLoopbackClient);
  EXPECT_EQ(syn.packet.destination(), kLoopbackServer);
  EXPECT_EQ(syn.packet.protocol, Protocol::Tcp);
  EXPECT_EQ(syn.packet.flags, tcp_flag::kSyn);
  EXPECT_EQ(syn.packet.notes.kind, PacketKind::Syn);
  EXPECT_EQ(syn.packet.sequence, 0x10c4'b304u);
  EXPECT_EQ(syn.packet.window, 0xffd7u) << "a SYN's window is not scaled";
  EXPECT_EQ(syn.packet.payload, 0);
  EXPECT_EQ(syn.details.identification, 0x0bc5);
  EXPECT_FALSE(syn.details.may_fragment);
  EXPECT_EQ(syn.details.time_to_live, 64);
  EXPECT_EQ(syn.details.maximum_segment, 0xffd7);
  EXPECT_EQ(syn.details.window_shift, 10);
  EXPECT_TRUE(syn.scales_window);
  EXPECT_EQ(syn.details.timestamp, 0x65bc'b999u);
  EXPECT_EQ(syn.details.timestamp_echo, 0u);
}

TEST(Wire, ReadsDataOfLinuxByTheWindowScaleOfItsSyn) {
  const DecodedPacket data = decode(kLinuxData, {.window_shift = 10});
  ASSERT_EQ(data.error, WireError::None);
  EXPECT_EQ(data.packet.flags, tcp_flag::kPsh | tcp_flag::kAck);
  EXPECT_EQ(data.packet.notes.kind, PacketKind::Data);
  EXPECT_EQ(data.packet.window, 0x40u << 10);
  EXPECT_EQ(data.packet.payload, 5);
  EXPECT_EQ(std::string(kLinuxData.begin() + static_cast<std::ptrdiff_t>(data.payload_at),
                        kLinuxData.end()),
            "hello");
  EXPECT_EQ(data.details.timestamp_echo, 0xbd53'bd67u);
  EXPECT_FALSE(data.scales_window);
}

TEST(Wire, ReadsTheDatagramAndTheErrorOfLinux) {
  const DecodedPacket sent = decode(kLinuxDatagram, {});
  ASSERT_EQ(sent.error, WireError::None);
  EXPECT_EQ(sent.packet.source(), (Endpoint{kLoopbackClient.address, 40001}));
  EXPECT_EQ(sent.packet.destination(), (Endpoint{kLoopbackServer.address, 3333}));
  EXPECT_EQ(sent.packet.payload, 3);
  EXPECT_EQ(sent.payload_at, 28u);
  const DecodedPacket error = decode(kLinuxError, {});
  ASSERT_EQ(error.error, WireError::None);
  EXPECT_EQ(error.packet.protocol, Protocol::Icmp);
  EXPECT_EQ(error.packet.notes.kind, PacketKind::IcmpError);
  const QuotedPacket quote = quoted(error.packet);
  EXPECT_EQ(quote.source, sent.packet.source());
  EXPECT_EQ(quote.destination, sent.packet.destination());
  EXPECT_EQ(quote.protocol, Protocol::Udp);
  EXPECT_EQ(quote.code, Unreachable::Port);
}

TEST(Wire, WritesWhatLinuxWrote) {
  for (const Bytes& recorded : {kLinuxSyn, kLinuxData, kLinuxDatagram}) {
    const DecodedPacket read = decode(recorded, {.window_shift = 10});
    ASSERT_EQ(read.error, WireError::None);
    const Bytes payload(recorded.end() - read.packet.payload, recorded.end());
    EXPECT_EQ(encoded(read.packet, read.details, payload), recorded);
  }
}

TEST(Wire, WritesAsManyBytesAsTheSimulationCounts) {
  const std::array packets{loopback_segment(tcp_flag::kSyn),
                           loopback_segment(tcp_flag::kSyn | tcp_flag::kAck),
                           loopback_segment(tcp_flag::kAck),
                           loopback_segment(tcp_flag::kFin | tcp_flag::kAck),
                           *reset_for(loopback_segment(tcp_flag::kAck)),
                           *reset_for(loopback_segment(tcp_flag::kSyn)),
                           datagram(0),
                           icmp_error(kLoopbackServer.address, Unreachable::Host, datagram(9))};
  for (const Packet& packet : packets) {
    const DecodedPacket read = decode(encoded(packet), {});
    EXPECT_EQ(read.error, WireError::None) << name(read.error);
    EXPECT_EQ(print_packet(read.packet), print_packet(packet));
  }
}

TEST(Wire, TheLongestPacketFitsAndOneByteMoreDoesNot) {
  EXPECT_TRUE(fits_wire(datagram(65'507)));
  EXPECT_FALSE(fits_wire(datagram(65'508)));
  EXPECT_TRUE(fits_wire(loopback_segment(tcp_flag::kAck, 65'483)));
  EXPECT_FALSE(fits_wire(loopback_segment(tcp_flag::kAck, 65'484)));
  const Bytes payload(65'507, 0xa5);
  const Bytes longest = encoded(datagram(65'507), {}, payload);
  EXPECT_EQ(longest.size(), 65'535u);
  EXPECT_EQ(decode(longest, {}).packet.payload, 65'507);
}

TEST(Wire, AWindowIsCutToWhatItsShiftCanSay) {
  Packet packet = loopback_segment(tcp_flag::kAck);
  const auto window = [&](std::uint32_t bytes, std::uint8_t shift) {
    packet.window = bytes;
    const WireDetails details{.window_shift = shift};
    return decode(encoded(packet, details), {.window_shift = shift}).packet.window;
  };
  EXPECT_EQ(window(65'535, 0), 65'535u);
  EXPECT_EQ(window(65'536, 0), 65'535u);
  EXPECT_EQ(window(127, 7), 0u);
  EXPECT_EQ(window(128, 7), 128u);
  EXPECT_EQ(window(1u << 30, 14), 65'535u << 14);
}

// A checksum that would be zero is written as ffff, because zero says that there is none.
TEST(Wire, AZeroChecksumOfUdpMeansThatThereIsNone) {
  Bytes bytes = encoded(datagram(2), {}, {0, 0});
  const std::uint16_t sum = big16(bytes.data() + 26);
  // The payload takes up what the sum lacks, so that the checksum becomes zero.
  const Bytes filled{static_cast<std::uint8_t>(sum >> 8), static_cast<std::uint8_t>(sum)};
  bytes = encoded(datagram(2), {}, filled);
  EXPECT_EQ(big16(bytes.data() + 26), 0xffff);
  EXPECT_EQ(error_of(bytes), WireError::None);
  put_big16(bytes.data() + 26, 0);
  bytes[29] ^= 1;
  EXPECT_EQ(error_of(bytes), WireError::None) << "not checked";
  put_big16(bytes.data() + 26, 0x1234);
  EXPECT_EQ(error_of(bytes), WireError::BadChecksum);
}

TEST(Wire, EveryBitIsProtectedByAChecksum) {
  const Packet error =
      icmp_error(kLoopbackServer.address, Unreachable::Network, loopback_segment(tcp_flag::kAck));
  for (const Bytes& right : {kLinuxSyn, kLinuxData, kLinuxDatagram, kLinuxError, encoded(error)}) {
    for (std::size_t bit = 0; bit < right.size() * 8; ++bit) {
      Bytes wrong = right;
      wrong[bit / 8] = static_cast<std::uint8_t>(wrong[bit / 8] ^ 1u << bit % 8);
      EXPECT_NE(error_of(wrong), WireError::None) << "bit " << bit;
    }
  }
}

TEST(Wire, APacketThatIsCutOffIsTruncatedAndPaddingIsIgnored) {
  for (const Bytes& whole : {kLinuxSyn, kLinuxData, kLinuxDatagram, kLinuxError}) {
    for (std::size_t length = 0; length < whole.size(); ++length)
      EXPECT_EQ(decode(std::span(whole).first(length), {}).error, WireError::Truncated) << length;
    Bytes padded = whole;
    padded.resize(whole.size() + 6);
    const DecodedPacket read = decode(padded, {});
    EXPECT_EQ(read.error, WireError::None);
    EXPECT_EQ(read.packet.payload, decode(whole, {}).packet.payload);
  }
}

TEST(Wire, RefusesWhatIsNoPacketOfOurs) {
  Bytes bytes = kLinuxData;
  bytes[0] = 0x65;
  EXPECT_EQ(error_of(bytes), WireError::NotIpv4);
  bytes[0] = 0x44;
  EXPECT_EQ(error_of(bytes), WireError::BadHeader) << "a header of 16 bytes";
  bytes = kLinuxData;
  put_big16(bytes.data() + 6, 0x2000);
  EXPECT_EQ(error_of(with_ip_checksum(bytes)), WireError::Fragment) << "more follow";
  put_big16(bytes.data() + 6, 0x0001);
  EXPECT_EQ(error_of(with_ip_checksum(bytes)), WireError::Fragment) << "others come before";
  put_big16(bytes.data() + 6, 0x0000);
  EXPECT_EQ(error_of(with_ip_checksum(bytes)), WireError::None);
  bytes = kLinuxData;
  bytes[9] = 132;  // SCTP
  EXPECT_EQ(error_of(with_ip_checksum(bytes)), WireError::UnsupportedProtocol);
  bytes = kLinuxError;
  bytes[20] = 11;  // time exceeded
  EXPECT_EQ(error_of(bytes, {.verify_checksums = false}), WireError::UnsupportedIcmp);
  bytes[20] = 3;
  bytes[21] = 4;  // fragmentation needed
  EXPECT_EQ(error_of(bytes, {.verify_checksums = false}), WireError::UnsupportedIcmp);
}

TEST(Wire, LengthsOfTransportsAreChecked) {
  const DecodeOptions careless{.verify_checksums = false};
  Bytes bytes = kLinuxDatagram;
  put_big16(bytes.data() + 24, 7);
  EXPECT_EQ(error_of(bytes, careless), WireError::BadHeader);
  put_big16(bytes.data() + 24, 8);
  EXPECT_EQ(decode(bytes, careless).packet.payload, 0) << "three bytes belong to nobody";
  put_big16(bytes.data() + 24, 12);
  EXPECT_EQ(error_of(bytes, careless), WireError::BadHeader) << "longer than the packet";
  bytes = kLinuxData;
  bytes[32] = 0x40;  // a header of 16 bytes
  EXPECT_EQ(error_of(bytes, careless), WireError::BadHeader);
  bytes[32] = 0xa0;  // of 40, where the segment has 37 bytes
  EXPECT_EQ(error_of(bytes, careless), WireError::BadHeader);
}

TEST(Wire, OptionsAreReadToTheirEndAndNoFurther) {
  const DecodeOptions careless{.verify_checksums = false};
  Bytes bytes = kLinuxSyn;
  bytes[41] = 1;  // the MSS option claims a length that its own header exceeds
  EXPECT_EQ(error_of(bytes, careless), WireError::BadOption);
  bytes[41] = 21;  // one byte more than there are options
  EXPECT_EQ(error_of(bytes, careless), WireError::BadOption);
  bytes[41] = 20;  // all of them in one, of a length that no MSS has
  DecodedPacket read = decode(bytes, careless);
  EXPECT_EQ(read.error, WireError::None);
  EXPECT_EQ(read.details.maximum_segment, 536);
  EXPECT_FALSE(read.scales_window);
  bytes[40] = 0;  // the list ends before it has begun
  read = decode(bytes, careless);
  EXPECT_EQ(read.error, WireError::None);
  EXPECT_FALSE(read.scales_window);
  bytes = kLinuxSyn;
  bytes[59] = 200;
  EXPECT_EQ(decode(bytes, careless).details.window_shift, 14);
}

Packet random_packet(Random& random) {
  Packet packet;
  packet.source_address = AddressId{static_cast<std::uint32_t>(random.next())};
  packet.destination_address = AddressId{static_cast<std::uint32_t>(random.next())};
  packet.source_port = static_cast<std::uint16_t>(random.next());
  packet.destination_port = static_cast<std::uint16_t>(random.next());
  packet.payload = static_cast<std::uint16_t>(random.next() % 1400);
  packet.protocol = random.next() % 2 == 0 ? Protocol::Tcp : Protocol::Udp;
  if (random.next() % 5 == 0)
    return icmp_error(AddressId{static_cast<std::uint32_t>(random.next())}, Unreachable::Port,
                      packet);
  if (packet.protocol == Protocol::Udp) return packet;
  packet.flags = static_cast<std::uint8_t>(random.next() % 64);
  packet.sequence = static_cast<std::uint32_t>(random.next());
  packet.acknowledgment = static_cast<std::uint32_t>(random.next());
  packet.window = static_cast<std::uint32_t>(random.next() % 0x1'0000);
  if (packet.has(tcp_flag::kRst)) packet.payload = 0;
  if (!packet.has(tcp_flag::kSyn)) packet.window <<= 7;
  return packet;
}

TEST(Wire, APacketComesBackAsItWas) {
  Random random(20, "wire", "round trip");
  for (int i = 0; i < 5'000; ++i) {
    const Packet packet = random_packet(random);
    WireDetails details;
    details.identification = static_cast<std::uint16_t>(random.next());
    details.time_to_live = static_cast<std::uint8_t>(random.next());
    details.may_fragment = random.next() % 2 == 0;
    const bool carries = packet.protocol != Protocol::Icmp;
    Bytes payload(carries ? packet.payload : 0u);
    for (std::uint8_t& byte : payload) byte = static_cast<std::uint8_t>(random.next());
    const Bytes bytes = encoded(packet, details, payload);
    const DecodedPacket read = decode(bytes, {});
    ASSERT_EQ(read.error, WireError::None) << print_packet(packet);
    EXPECT_EQ(print_packet(read.packet), print_packet(packet));
    EXPECT_EQ(read.packet.window, packet.window);
    EXPECT_EQ(read.packet.flags, packet.flags);
    EXPECT_EQ(read.packet.acknowledgment, packet.acknowledgment);
    EXPECT_EQ(read.details.identification, details.identification);
    EXPECT_EQ(read.details.time_to_live, details.time_to_live);
    EXPECT_EQ(read.details.may_fragment, details.may_fragment);
    EXPECT_TRUE(std::equal(payload.begin(), payload.end(),
                           bytes.begin() + static_cast<std::ptrdiff_t>(read.payload_at)));
  }
}

TEST(Wire, AnyBytesGiveAPacketOrAnError) {
  Random random(21, "wire", "any bytes");
  for (int i = 0; i < 20'000; ++i) {
    Bytes bytes = i % 2 == 0 ? kLinuxSyn : kLinuxError;
    for (int change = 0; change < 4; ++change)
      bytes[random.next() % bytes.size()] = static_cast<std::uint8_t>(random.next());
    bytes.resize(random.next() % (bytes.size() + 1));
    const DecodedPacket read = decode(bytes, {.verify_checksums = false});
    if (read.error == WireError::None) {
      EXPECT_LE(
          read.payload_at + (read.packet.protocol == Protocol::Icmp ? 0 : read.packet.payload),
          bytes.size());
    }
  }
}

}  // namespace
}  // namespace stayalive
