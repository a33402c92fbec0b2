// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "base/ids.h"
#include "base/time.h"

namespace stayalive {

// Cookies that prove that somebody receives what is sent to an address.  A cookie is a keyed hash
// (SipHash-2-4) of the address and of the time in steps of ten minutes, so none is kept; it is good
// for that step and the next.
class AddressProof {
 public:
  // The secret key; whoever knows it can make cookies.
  struct Key {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
  };
  explicit AddressProof(Key key) : key_(key) {}

  std::uint64_t cookie(AddressId address, TimePoint now) const;
  bool proves(std::uint64_t cookie, AddressId address, TimePoint now) const;

 private:
  std::uint64_t cookie_of(AddressId address, std::uint64_t step) const;

  Key key_;
};

}  // namespace stayalive
