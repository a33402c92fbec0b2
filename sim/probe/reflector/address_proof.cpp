// SPDX-License-Identifier: Apache-2.0
#include "probe/reflector/address_proof.h"

#include <bit>

namespace stayalive {
namespace {

constexpr Duration kStep = 10min;

std::uint64_t step_at(TimePoint now) {
  return static_cast<std::uint64_t>(now.time_since_epoch() / kStep);
}

// The state of SipHash: four words and its round.
struct SipState {
  std::uint64_t a, b, c, d;

  void round() {
    a += b;
    b = std::rotl(b, 13) ^ a;
    a = std::rotl(a, 32);
    c += d;
    d = std::rotl(d, 16) ^ c;
    a += d;
    d = std::rotl(d, 21) ^ a;
    c += b;
    b = std::rotl(b, 17) ^ c;
    c = std::rotl(c, 32);
  }
  void absorb(std::uint64_t word) {
    d ^= word;
    round();
    round();
    a ^= word;
  }
};

// SipHash-2-4 of twelve bytes: a 64-bit and a 32-bit number, little-endian.
std::uint64_t siphash(AddressProof::Key key, std::uint64_t first, std::uint32_t second) {
  SipState state{key.low ^ 0x736f'6d65'7073'6575, key.high ^ 0x646f'7261'6e64'6f6d,
                 key.low ^ 0x6c79'6765'6e65'7261, key.high ^ 0x7465'6462'7974'6573};
  constexpr std::uint64_t kLength = 12;
  state.absorb(first);
  state.absorb(kLength << 56 | second);
  state.c ^= 0xff;
  for (int i = 0; i < 4; ++i) state.round();
  return state.a ^ state.b ^ state.c ^ state.d;
}

}  // namespace

std::uint64_t AddressProof::cookie_of(AddressId address, std::uint64_t step) const {
  return siphash(key_, step, address.value);
}

std::uint64_t AddressProof::cookie(AddressId address, TimePoint now) const {
  return cookie_of(address, step_at(now));
}

bool AddressProof::proves(std::uint64_t cookie, AddressId address, TimePoint now) const {
  const std::uint64_t step = step_at(now);
  return cookie == cookie_of(address, step) || (step > 0 && cookie == cookie_of(address, step - 1));
}

}  // namespace stayalive
