// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stayalive {

// The share of a sweep's points that one of several machines runs.  Points take turns: each `count`
// points that follow one another, from a multiple of it on, are of as many shards.  Whose
// turn is first is another one each time, so that no shard has all points of one value.
struct Shard {
  std::uint64_t number = 1;  // from 1 to count
  std::uint64_t count = 1;

  bool has(std::size_t point) const;
  // Of a sweep with so many points.
  std::size_t points_of(std::size_t points) const;
  bool operator==(const Shard&) const = default;
};

inline constexpr std::uint64_t kMostShards = 100'000;

// "2/4"
std::string to_string(const Shard& shard);
// Of "2/4"; nothing where the first number is not one of 1 to the second, or that is too large.
std::optional<Shard> parse_shard(std::string_view text);
// The number, from 1, of the shard that has a point.
std::uint64_t shard_of(std::size_t point, std::uint64_t count);

}  // namespace stayalive
