// SPDX-License-Identifier: Apache-2.0
#include "net/capture/capture_reader.h"

#include <gtest/gtest.h>

#include <array>
#include <sstream>

#include "base/big_endian.h"
#include "net/capture/pcapng_writer.h"
#include "net/wire.h"

namespace stayalive {
namespace {

using CapturedBytes = std::vector<std::uint8_t>;

CapturedBytes udp_packet(std::uint16_t payload) {
  Packet packet;
  packet.set_source({ipv4(10, 0, 0, 2), 40000});
  packet.set_destination({ipv4(192, 0, 2, 1), 53});
  packet.payload = payload;
  CapturedBytes bytes(ip_bytes(packet));
  encode(packet, {}, CapturedBytes(payload, 7), bytes);
  return bytes;
}

// A pcap file of one packet, in either byte order.
struct PcapFile {
  bool big = false;
  std::uint32_t magic = 0xa1b2c3d4;
  std::uint32_t link = 101;
  std::uint32_t seconds = 3;
  std::uint32_t fraction = 4;
  std::size_t captured = SIZE_MAX;

  void put(std::string& out, std::uint32_t value, int bytes = 4) const {
    for (int i = 0; i < bytes; ++i) {
      const int shift = 8 * (big ? bytes - 1 - i : i);
      out += static_cast<char>(value >> shift & 0xff);
    }
  }
  std::string of(const CapturedBytes& frame) const {
    const std::size_t kept = std::min(captured, frame.size());
    std::string out;
    put(out, magic);
    put(out, 2, 2);
    put(out, 4, 2);
    for (const std::uint32_t value : {0U, 0U, 65535U, link}) put(out, value);
    put(out, seconds);
    put(out, fraction);
    put(out, static_cast<std::uint32_t>(kept));
    put(out, static_cast<std::uint32_t>(frame.size()));
    out.append(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(kept));
    return out;
  }
};

struct ReadCapture {
  std::vector<TimePoint> at;
  std::vector<CapturedBytes> packets;
  std::vector<std::string> interfaces;
  std::vector<bool> cut;
  std::string error;
  CaptureLeftOut left_out;
};

ReadCapture read_capture(const std::string& file) {
  std::istringstream in(file);
  CaptureReader reader(in);
  ReadCapture all;
  CaptureRecord record;
  while (reader.next(record)) {
    all.at.push_back(record.at);
    all.packets.emplace_back(record.bytes.begin(), record.bytes.end());
    all.interfaces.emplace_back(record.interface);
    all.cut.push_back(record.cut);
  }
  all.error = reader.error();
  all.left_out = reader.left_out();
  return all;
}

std::string small_pcapng() {
  std::string file;
  pcapng::append_section(file, {"test", "a comment"});
  pcapng::append_interface(file, {"client", "a host"});
  pcapng::append_interface(file, {"server", ""});
  const std::array<pcapng::NamedAddress, 1> names{{{ipv4(10, 0, 0, 2), "client"}}};
  pcapng::append_names(file, names);
  const std::array<std::string, 2> comments{"first", "second"};
  const CapturedBytes bytes = udp_packet(5);
  pcapng::append_packet(file,
                        {1, kStart + 1234567890123ns, pcapng::Direction::Inbound, bytes, comments});
  pcapng::append_statistics(file, {1, kStart, kStart + 1h, 1, 0, "done"});
  return file;
}

TEST(CaptureReader, ReadsWhatThePcapngWriterWrote) {
  const ReadCapture read = read_capture(small_pcapng());
  EXPECT_EQ(read.error, "");
  ASSERT_EQ(read.packets.size(), 1u);
  EXPECT_EQ(read.packets[0], udp_packet(5));
  EXPECT_EQ(read.at[0], kStart + 1234567890123ns) << "to the nanosecond";
  EXPECT_EQ(read.interfaces[0], "server");
}

TEST(CaptureReader, ReadsPcapOfBothByteOrdersAndResolutions) {
  for (const bool big : {false, true}) {
    const ReadCapture micro = read_capture(PcapFile{.big = big}.of(udp_packet(5)));
    EXPECT_EQ(micro.error, "");
    ASSERT_EQ(micro.packets.size(), 1u);
    EXPECT_EQ(micro.packets[0], udp_packet(5));
    EXPECT_EQ(micro.at[0], kStart + 3s + 4us);
    const ReadCapture nano =
        read_capture(PcapFile{.big = big, .magic = 0xa1b23c4d}.of(udp_packet(5)));
    ASSERT_EQ(nano.packets.size(), 1u);
    EXPECT_EQ(nano.at[0], kStart + 3s + 4ns);
  }
}

TEST(CaptureReader, FindsThePacketBehindEachLinkLayer) {
  const CapturedBytes packet = udp_packet(5);
  const auto framed = [&](CapturedBytes header) {
    header.insert(header.end(), packet.begin(), packet.end());
    return header;
  };
  CapturedBytes ethernet(14, 1);
  put_big16(&ethernet[12], 0x0800);
  CapturedBytes tagged(18, 1);
  put_big16(&tagged[12], 0x8100);
  put_big16(&tagged[16], 0x0800);
  CapturedBytes cooked(16, 1);
  put_big16(&cooked[14], 0x0800);
  CapturedBytes cooked2(20, 1);
  put_big16(cooked2.data(), 0x0800);
  const std::vector<std::pair<std::uint32_t, CapturedBytes>> links{{1, ethernet},
                                                                   {1, tagged},
                                                                   {113, cooked},
                                                                   {276, cooked2},
                                                                   {0, CapturedBytes(4, 2)},
                                                                   {108, CapturedBytes(4, 2)},
                                                                   {101, {}},
                                                                   {228, {}},
                                                                   {12, {}},
                                                                   {14, {}}};
  for (const auto& [link, header] : links) {
    const ReadCapture read = read_capture(PcapFile{.link = link}.of(framed(header)));
    ASSERT_EQ(read.packets.size(), 1u) << link;
    EXPECT_EQ(read.packets[0], packet) << link;
  }
  EXPECT_EQ(read_capture(PcapFile{.link = 105}.of(packet)).left_out.other, 1u) << "802.11";
  put_big16(&ethernet[12], 0x86dd);
  EXPECT_EQ(read_capture(PcapFile{.link = 1}.of(framed(ethernet))).left_out.ipv6, 1u);
}

TEST(CaptureReader, FillsUpAPacketThatWasCut) {
  const ReadCapture read = read_capture(PcapFile{.captured = 30}.of(udp_packet(100)));
  ASSERT_EQ(read.packets.size(), 1u);
  EXPECT_TRUE(read.cut[0]);
  const DecodedPacket decoded = decode(read.packets[0], {false, 0});
  EXPECT_EQ(decoded.error, WireError::None);
  EXPECT_EQ(decoded.packet.payload, 100);
}

TEST(CaptureReader, SaysWhyAFileCannotBeRead) {
  const auto error = [](const std::string& file) { return read_capture(file).error; };
  const auto says = [](const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  says(error(""), "is empty");
  says(error("# Notes\n"), "neither a pcap nor a pcapng");
  says(error("\x1f\x8b\x08\x08 packed"), "compressed with gzip");
  says(error("\xd4\xc3\xb2\xa1 short"), "cut short at byte");
  const std::string whole = PcapFile{}.of(udp_packet(5));
  says(error(whole.substr(0, whole.size() - 1)), "cut short");
  EXPECT_EQ(error(whole), "");
  says(error(PcapFile{.fraction = 1'000'000}.of(udp_packet(5))), "without a possible instant");
  EXPECT_EQ(error(PcapFile{.fraction = 999'999}.of(udp_packet(5))), "");
  std::string large = whole;
  large.replace(32, 4, std::string("\x01\x00\x00\x01", 4));
  says(error(large), "more than 16 MiB");
}

TEST(CaptureReader, EveryPlaceAtWhichACaptureMayBeCutIsAnErrorOrAnEnd) {
  const std::string whole = small_pcapng();
  std::size_t ends = 0;
  for (std::size_t length = 1; length < whole.size(); ++length) {
    const ReadCapture read = read_capture(whole.substr(0, length));
    if (read.error.empty()) ++ends;
  }
  EXPECT_EQ(ends, 5u) << "behind a block";
}

TEST(CaptureReader, KnowsEveryResolutionAndOffset) {
  // An interface block whose if_tsresol and if_tsoffset are put in by hand.
  const auto instant = [](std::uint8_t resolution, std::uint64_t ticks) {
    std::string file;
    pcapng::append_section(file, {"test", ""});
    const std::size_t interface = file.size();
    pcapng::append_interface(file, {"", ""});
    file[interface + 20] = static_cast<char>(resolution);
    const CapturedBytes bytes = udp_packet(1);
    pcapng::append_packet(
        file, {0, kStart + std::chrono::nanoseconds(static_cast<std::int64_t>(ticks)), {}, bytes});
    const ReadCapture read = read_capture(file);
    return read.at.empty() ? read.error : std::to_string((read.at[0] - kStart).count());
  };
  EXPECT_EQ(instant(9, 1'500'000'001), "1500000001");
  EXPECT_EQ(instant(6, 1'500'001), "1500001000");
  EXPECT_EQ(instant(3, 1'500), "1500000000");
  EXPECT_EQ(instant(0, 2), "2000000000");
  EXPECT_EQ(instant(12, 1'500'000'001'999), "1500000001");
  EXPECT_EQ(instant(0x80 + 1, 3), "1500000000") << "halves of a second";
  EXPECT_EQ(instant(0x80 + 32, (std::uint64_t{1} << 32) + (std::uint64_t{1} << 31)), "1500000000");
  EXPECT_EQ(instant(0x80 + 40, (std::uint64_t{3} << 39)), "1500000000");
  EXPECT_NE(instant(20, 1).find("without a possible instant"), std::string::npos);
  EXPECT_NE(instant(0, std::uint64_t{1} << 40).find("without a possible instant"),
            std::string::npos);
}

TEST(PcapngWriter, CutsALongCommentAtAWholeCharacter) {
  std::string comment(pcapng::kMostOption - 1, 'a');
  comment += "\xc3\xa9";  // é
  const std::array<std::string, 1> comments{comment};
  std::string file;
  const CapturedBytes bytes = udp_packet(1);
  pcapng::append_packet(file, {0, kStart, pcapng::Direction::Outbound, bytes, comments});
  EXPECT_NE(file.find(std::string(pcapng::kMostOption - 1, 'a')), std::string::npos);
  EXPECT_EQ(file.find('\xc3'), std::string::npos);
}

}  // namespace
}  // namespace stayalive
