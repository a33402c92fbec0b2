// SPDX-License-Identifier: Apache-2.0
#include "strategy/ssh/ssh_cipher.h"

#include <algorithm>

#include "base/check.h"

namespace stayalive {
namespace {

// In the order of kSshCipherNames: block, MAC, and whether the length is padded, too.
constexpr std::array<SshCipher, kSshCipherNames.size()> kCiphers{{
    {8, 16, false},
    {16, 16, false},
    {16, 8, false},
    {16, 16, false},
    {16, 32, false},
    {16, 64, false},
    {16, 32, true},
    {16, 20, true},
}};

constexpr std::uint32_t kLengthField = 4;
constexpr std::uint32_t kPaddingLengthField = 1;
constexpr std::uint32_t kLeastPadding = 4;
// Message number, channel and length of SSH_MSG_CHANNEL_DATA (RFC 4254 section 5.2).
constexpr std::uint32_t kDataHeader = 9;
constexpr std::uint32_t kLargestData = 32 * 1024;

}  // namespace

std::uint32_t SshCipher::packet_bytes(std::uint32_t payload) const {
  const std::uint32_t content = kPaddingLengthField + payload + kLeastPadding;
  const auto pad = [this](std::uint32_t bytes) { return (bytes + block - 1) / block * block; };
  return (length_is_padded ? pad(kLengthField + content) : kLengthField + pad(content)) + mac;
}

std::uint32_t SshCipher::data_bytes(std::uint32_t bytes) const {
  std::uint32_t total = bytes / kLargestData * packet_bytes(kDataHeader + kLargestData);
  const std::uint32_t rest = bytes % kLargestData;
  if (rest > 0 || bytes == 0) total += packet_bytes(kDataHeader + rest);
  return total;
}

const SshCipher& ssh_cipher(std::string_view name) {
  const auto found = std::ranges::find(kSshCipherNames, name);
  CHECK(found != kSshCipherNames.end(), "an SSH cipher is named as its table names it");
  return kCiphers[static_cast<std::size_t>(found - kSshCipherNames.begin())];
}

}  // namespace stayalive
