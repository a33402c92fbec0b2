// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>

namespace stayalive {

// What the bytes of a payload look like; their contents are not simulated.
enum class PayloadStyle : std::uint8_t {
  Text,        // printable ASCII in lines of 64 characters
  Ciphertext,  // like random bytes, as of SSH, TLS and VPNs
};

// Fills `out` with the bytes of a stream from `position` on.  They depend on style, key and
// position alone, so that a segment that is sent again, cut otherwise or translated on its way
// carries the same bytes.  key: one for each direction of a connection.  position: for TCP the
// sequence number of the first byte; it wraps with it.
void fill_payload(PayloadStyle style, std::uint64_t key, std::uint32_t position,
                  std::span<std::uint8_t> out);

}  // namespace stayalive
