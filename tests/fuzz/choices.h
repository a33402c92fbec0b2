// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace stayalive {

// Reads bytes as choices, so that a fuzzer that changes a byte changes one choice.  Whoever has
// read all of them gets the first choice from then on.
class Choices {
 public:
  explicit Choices(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  bool empty() const { return at_ == bytes_.size(); }
  std::uint8_t byte() { return empty() ? std::uint8_t{0} : bytes_[at_++]; }
  std::uint32_t word() { return static_cast<std::uint32_t>(byte() << 8 | byte()); }
  bool flag() { return (byte() & 1) != 0; }
  // A number below `bound`, which is at least 1 and at most 65536.
  std::uint32_t below(std::size_t bound) {
    const std::uint32_t number = bound <= 256 ? byte() : word();
    return number % static_cast<std::uint32_t>(bound);
  }
  template <class Value, std::size_t kCount>
  const Value& pick(const std::array<Value, kCount>& values) {
    return values[below(kCount)];
  }
  // The bytes that have not been read.
  std::string_view rest() const {
    return {reinterpret_cast<const char*>(bytes_.data()) + at_, bytes_.size() - at_};
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

}  // namespace stayalive
