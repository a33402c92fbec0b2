// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "middlebox/local_stack.h"
#include "middlebox/profile.h"
#include "net/packet.h"
#include "net/reset.h"
#include "net/side.h"

namespace stayalive {

// What the box sends back to a packet that belongs to no live flow and opens none: the reset on
// the next packet, by which the ends of a forgotten flow learn of it where its expiry was silent.
// From inside only TCP is answered.  (Linux answers by its INPUT chain instead: see LinuxPath.)
inline std::optional<Packet> answer_to_stray(const Profile& profile, Side from,
                                             const Packet& packet) {
  if (from == Side::Internal) {
    return profile.stray_internal == StrayInternal::Reset ? reset_for(packet) : std::nullopt;
  }
  return profile.stray_external == StrayExternal::Reset ? answer_of_local_stack(packet)
                                                        : std::nullopt;
}

}  // namespace stayalive
