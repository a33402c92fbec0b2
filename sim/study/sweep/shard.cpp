// SPDX-License-Identifier: Apache-2.0
#include "study/sweep/shard.h"

#include <fmt/format.h>

#include <charconv>

#include "base/digest.h"

namespace stayalive {
namespace {

// A number of a shard: digits only.
std::optional<std::uint64_t> shard_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end || text.empty()) return std::nullopt;
  return number;
}

}  // namespace

// Whoever is first in a row is drawn from a digest of the row's number: turns that shift by a rule
// fall into step with an axis of some length, which then has all its slow points in one shard.
std::uint64_t shard_of(std::size_t point, std::uint64_t count) {
  if (count <= 1) return 1;
  Digest first;
  first.add(static_cast<std::uint64_t>(point / count));
  return (point % count + first.value() % count) % count + 1;
}

bool Shard::has(std::size_t point) const { return shard_of(point, count) == number; }

std::size_t Shard::points_of(std::size_t points) const {
  std::size_t own = 0;
  for (std::size_t point = 0; point < points; ++point) own += has(point) ? 1U : 0U;
  return own;
}

std::string to_string(const Shard& shard) {
  return fmt::format("{}/{}", shard.number, shard.count);
}

std::optional<Shard> parse_shard(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::optional<std::uint64_t> number = shard_number(text.substr(0, slash));
  const std::optional<std::uint64_t> count = shard_number(text.substr(slash + 1));
  if (!number || !count || *number < 1 || *number > *count || *count > kMostShards) {
    return std::nullopt;
  }
  return Shard{*number, *count};
}

}  // namespace stayalive
