// SPDX-License-Identifier: Apache-2.0
#include "probe/message/probe_message.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace stayalive {
namespace {

ProbeMessage full_message() {
  ProbeMessage message;
  message.kind = ProbeKind::Done;
  message.action = ProbeAction::Send;
  message.socket = kOtherPort | kOtherAddress;
  message.sockets = kOtherAddress;
  message.answer = message.known = message.finished = message.reset = true;
  message.marks = 513;
  message.cookie = 0x0102'0304'0506'0708;
  message.session = 0xfffe'fdfc'fbfa'f9f8;
  message.flow = 0xabcd'ef01;
  message.number = 7;
  message.seen = {ipv4(203, 0, 113, 5), 40'000};
  message.other = {ipv4(198, 51, 100, 11), 7479};
  return message;
}

TEST(ProbeMessage, IsReadAsItWasWritten) {
  const ProbeMessage message = full_message();
  EXPECT_EQ(decode_probe(encode_probe(message)), message);
  EXPECT_EQ(decode_probe(encode_probe(ProbeMessage{})), ProbeMessage{});
}

TEST(ProbeMessage, HidesAddressesFromBoxesThatRewriteThem) {
  const ProbeBytes bytes = encode_probe(full_message());
  const std::array<std::uint8_t, 4> address{203, 0, 113, 5};
  EXPECT_EQ(std::search(bytes.begin(), bytes.end(), address.begin(), address.end()), bytes.end());
}

TEST(ProbeMessage, IsRefusedWhenItIsShorterOrLonger) {
  const ProbeBytes bytes = encode_probe(full_message());
  std::vector<std::uint8_t> other(bytes.begin(), bytes.end());
  other.pop_back();
  EXPECT_FALSE(decode_probe(other));
  other.resize(kProbeBytes + 1);
  EXPECT_FALSE(decode_probe(other));
  EXPECT_FALSE(decode_probe({}));
}

TEST(ProbeMessage, IsRefusedWhenAFieldHasNoMeaning) {
  const auto with = [](std::size_t at, std::uint8_t value) {
    ProbeBytes bytes = encode_probe(full_message());
    bytes[at] = value;
    return decode_probe(bytes);
  };
  EXPECT_FALSE(with(0, 'X'));  // another protocol
  EXPECT_FALSE(with(4, 2));    // another version
  EXPECT_FALSE(with(5, 0));    // no kind
  EXPECT_TRUE(with(5, 8));
  EXPECT_FALSE(with(5, 9));
  EXPECT_TRUE(with(7, 3));
  EXPECT_FALSE(with(7, 4));  // no action
  EXPECT_TRUE(with(8, 0));
  EXPECT_FALSE(with(8, 4));  // no socket
  EXPECT_FALSE(with(9, 4));
}

}  // namespace
}  // namespace stayalive
