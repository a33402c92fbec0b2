// SPDX-License-Identifier: Apache-2.0
#include "strategy/ssh/ssh_cipher.h"

#include <gtest/gtest.h>

#include "strategy/ssh/ssh_config.h"

namespace stayalive {
namespace {

struct Row {
  const char* cipher;
  std::uint32_t client_probe, client_answer, server_probe, server_answer;
};

// TCP payloads recorded from OpenSSH 10.5p1 with each cipher and MAC.
TEST(SshCipher, GivesTheSizesThatWereRecorded) {
  constexpr Row kRows[] = {
      {"chacha20-poly1305", 52, 28, 60, 36},
      {"aes-gcm", 52, 36, 68, 36},
      {"aes-ctr-umac-64-etm", 44, 28, 60, 28},
      {"aes-ctr-umac-128-etm", 52, 36, 68, 36},
      {"aes-ctr-hmac-sha2-256-etm", 68, 52, 84, 52},
      {"aes-ctr-hmac-sha2-512-etm", 100, 84, 116, 84},
      {"aes-ctr-hmac-sha2-256", 80, 48, 80, 48},
      {"aes-ctr-hmac-sha1", 68, 36, 68, 36},
  };
  ASSERT_EQ(std::size(kRows), kSshCipherNames.size());
  for (const Row& row : kRows) {
    const SshCipher& cipher = ssh_cipher(row.cipher);
    EXPECT_EQ(cipher.packet_bytes(SshConfig::kGlobalRequest), row.client_probe) << row.cipher;
    EXPECT_EQ(cipher.packet_bytes(SshConfig::kGlobalFailure), row.client_answer) << row.cipher;
    EXPECT_EQ(cipher.packet_bytes(SshConfig::kChannelRequest), row.server_probe) << row.cipher;
    EXPECT_EQ(cipher.packet_bytes(SshConfig::kChannelFailure), row.server_answer) << row.cipher;
  }
}

// "x\n" through a channel was 36 bytes from OpenSSH 9.2p1 with chacha20-poly1305.
TEST(SshCipher, WrapsChannelDataInPackets) {
  const SshCipher& cipher = ssh_cipher("chacha20-poly1305");
  EXPECT_EQ(cipher.data_bytes(2), 36U);
  const std::uint32_t full = cipher.packet_bytes(9 + 32768);
  EXPECT_EQ(cipher.data_bytes(32768), full);
  EXPECT_EQ(cipher.data_bytes(32769), full + cipher.packet_bytes(10));
  EXPECT_EQ(cipher.data_bytes(65536), 2 * full);
}

}  // namespace
}  // namespace stayalive
