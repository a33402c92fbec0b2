// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace stayalive {

// How sure a value of a box is, from the surest to the least sure.
enum class ValueStatus : std::uint8_t {
  Given,      // the scenario sets it itself; not in profile files
  Measured,   // seen on the product itself; the source says where and how
  Primary,    // read in the vendor's documentation, the source code or the RFC
  Secondary,  // read in a copy, a quotation, a configuration dump or a third party's page
  Derived,    // follows from other values by arithmetic
  Recalled,   // nobody has read it in a source
  Chosen,     // not a fact about the product: the modeller's choice where nothing is known
};
// As profile files and results write it: "primary"; "given" is not among those of files.
inline constexpr std::array<std::string_view, 7> kValueStatuses{
    "given", "measured", "primary", "secondary", "derived", "recalled", "chosen"};
constexpr std::string_view name(ValueStatus status) {
  return kValueStatuses[static_cast<std::size_t>(status)];
}
// For people: "documented", "assumed".
std::string_view words(ValueStatus status);
// Whether somebody has read or seen it; what the scenario gives itself is not doubted.
constexpr bool is_sourced(ValueStatus status) { return status <= ValueStatus::Derived; }
constexpr ValueStatus weaker(ValueStatus a, ValueStatus b) { return a < b ? b : a; }

}  // namespace stayalive
