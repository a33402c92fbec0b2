// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace stayalive {

// A cipher and MAC as far as they decide the length of a packet of the SSH binary packet protocol
// (RFC 4253 section 6; PROTOCOL.chacha20poly1305 and the -etm MACs of openssh-portable).
struct SshCipher {
  std::uint32_t block = 8;  // padding granularity in bytes
  std::uint32_t mac = 16;   // bytes of the tag or MAC
  // Whether the length field is encrypted and so padded with the rest: MACs that are not -etm.
  bool length_is_padded = false;

  // Bytes of the TCP stream for one packet with this payload (message number included).
  std::uint32_t packet_bytes(std::uint32_t payload) const;
  // Bytes of the TCP stream for `bytes` of channel data, which go out in packets of at most 32 KiB
  // (CHAN_SES_PACKET_DEFAULT of channels.h).
  std::uint32_t data_bytes(std::uint32_t bytes) const;
};

// Names as in a scenario, the one that is negotiated by default first.
inline constexpr std::array<std::string_view, 8> kSshCipherNames{
    "chacha20-poly1305",         "aes-gcm",
    "aes-ctr-umac-64-etm",       "aes-ctr-umac-128-etm",
    "aes-ctr-hmac-sha2-256-etm", "aes-ctr-hmac-sha2-512-etm",
    "aes-ctr-hmac-sha2-256",     "aes-ctr-hmac-sha1"};
// The name must be one of kSshCipherNames.
const SshCipher& ssh_cipher(std::string_view name);

}  // namespace stayalive
