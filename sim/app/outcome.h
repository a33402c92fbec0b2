// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace stayalive {

// What has become of one side of a connection.
enum class Outcome : std::uint8_t {
  Alive,
  Remapped,   // alive, but under another external endpoint than at first
  Forgotten,  // somebody on the way or at the other end has lost its state, and this side does not
              // know
  Detected,   // this side gave up: a timeout of its stack or its program
  Reset,      // a RST told it
  Closed,     // it ended in order
  Refused,    // it never came to be
};
inline constexpr std::array<std::string_view, 7> kOutcomeNames{
    "alive", "remapped", "forgotten", "detected", "reset", "closed", "refused"};
constexpr std::string_view name(Outcome outcome) {
  return kOutcomeNames[static_cast<std::size_t>(outcome)];
}
std::optional<Outcome> find_outcome(std::string_view name);

// Of two the worse, from harmless to worst: alive, remapped, closed, refused, reset, detected,
// forgotten.  A connection is as dead as its deader side, and one that nobody has noticed is the
// worst.
Outcome worse(Outcome a, Outcome b);

}  // namespace stayalive
