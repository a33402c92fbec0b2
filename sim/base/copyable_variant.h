// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <utility>
#include <variant>

namespace stayalive {

// A std::variant that may be copied where memory is short.  With libstdc++ 12 the copy constructor
// of one whose alternatives all count as never valueless (plain values, std::string, std::vector;
// _Never_valueless_alt in <variant>) destroys what it has not made when a copy throws.  Assignment
// does not, so this one is copied by assigning.  The first alternative is default-constructible.
template <class... Alternatives>
class CopyableVariant : public std::variant<Alternatives...> {
  using Base = std::variant<Alternatives...>;

 public:
  using Base::Base;
  CopyableVariant() = default;
  CopyableVariant(const CopyableVariant& other) : Base() { Base::operator=(other); }
  CopyableVariant(CopyableVariant&&) noexcept = default;
  CopyableVariant& operator=(const CopyableVariant&) = default;
  CopyableVariant& operator=(CopyableVariant&&) noexcept = default;
  ~CopyableVariant() = default;
};

}  // namespace stayalive
