// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "relay/household.h"

namespace stayalive {

// What the keeper of a household and its owner tell each other, one message each.
struct KeeperMessage {
  enum class Kind : std::uint8_t {
    Failed,        // to the owner: why, in words
    Ready,         // to the owner: with descriptors, as Household has them
    NotStarted,    // to the owner: a command, and why, in words
    ServeEnded,    // to the owner: with a status
    CommandEnded,  // likewise
    Start,         // to the keeper
    Signal,        // to the keeper: which
  };
  Kind kind = Kind::Failed;
  std::int32_t value = 0;
  // Of Ready: which devices are packet sockets, and their links.
  std::array<std::int32_t, 2> interface {};
  std::array<WireDevice::HardwareAddress, 2> peer{};
  std::array<char, 256> words{};
};

// Sends a message with descriptors; false where the other end is gone.
bool send_keeper_message(int socket, const KeeperMessage& message, std::span<const int> fds = {});
// False where there is none now, or the other end is gone, which sets `closed`.
bool receive_keeper_message(int socket, KeeperMessage& message, std::vector<int>& fds,
                            bool& closed);

// The life of the keeper: makes both ends, waits, runs the commands, and leaves when the socket
// closes.  own_user: it is in a user namespace of its own, in which it still has to become itself.
[[noreturn]] void keep_house(int socket, const HouseholdPlan& plan,
                             std::optional<UserIds> own_user);

}  // namespace stayalive
