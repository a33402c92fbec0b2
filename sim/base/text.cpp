// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace stayalive {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};
// Longest first.
constexpr std::array<Unit, 7> kUnits{{{"d", 86'400'000'000'000},
                                      {"h", 3'600'000'000'000},
                                      {"m", 60'000'000'000},
                                      {"s", 1'000'000'000},
                                      {"ms", 1'000'000},
                                      {"us", 1'000},
                                      {"ns", 1}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A decimal number as mantissa / 10^decimals, so that nothing is rounded on the way in.
struct Decimal {
  std::int64_t mantissa = 0;
  int decimals = 0;
};

// Takes a number off the front of text; empty when there is none or its digits do not fit.
std::optional<Decimal> take_decimal(std::string_view& text) {
  Decimal number;
  std::size_t digits = 0;
  std::size_t used = 0;
  bool fraction = false;
  for (; used < text.size(); ++used) {
    const char c = text[used];
    if (c == '.' && !fraction && digits > 0) {
      fraction = true;
      continue;
    }
    if (!is_digit(c)) break;
    ++digits;
    if (__builtin_mul_overflow(number.mantissa, 10, &number.mantissa)) return std::nullopt;
    if (__builtin_add_overflow(number.mantissa, c - '0', &number.mantissa)) return std::nullopt;
    if (fraction) ++number.decimals;
  }
  if (digits == 0 || text[used - 1] == '.') return std::nullopt;
  text.remove_prefix(used);
  return number;
}

// mantissa * scale / 10^decimals when that is a whole number that fits.
std::optional<std::int64_t> scaled(Decimal number, std::int64_t scale) {
  std::int64_t product = 0;
  while (number.decimals > 0 && scale % 10 == 0) {
    scale /= 10;
    --number.decimals;
  }
  while (number.decimals > 0 && number.mantissa % 10 == 0) {
    number.mantissa /= 10;
    --number.decimals;
  }
  if (number.decimals > 0) return std::nullopt;
  if (__builtin_mul_overflow(number.mantissa, scale, &product)) return std::nullopt;
  return product;
}

std::string_view take_letters(std::string_view& text) {
  std::size_t used = 0;
  while (used < text.size() &&
         ((text[used] >= 'a' && text[used] <= 'z') || (text[used] >= 'A' && text[used] <= 'Z'))) {
    ++used;
  }
  const std::string_view letters = text.substr(0, used);
  text.remove_prefix(used);
  return letters;
}

// Takes the name of a unit off the front of text, one from position `next` on; gives its length in
// nanoseconds and moves `next` behind it.  Empty when no such unit stands there.
std::optional<std::int64_t> take_unit(std::string_view& text, std::size_t& next) {
  const std::string_view name = take_letters(text);
  while (next < kUnits.size() && kUnits[next].name != name) ++next;
  if (next == kUnits.size()) return std::nullopt;
  return kUnits[next++].nanoseconds;
}

std::string print_decimal(std::int64_t value, std::int64_t unit) {
  std::string text = std::to_string(value / unit);
  std::int64_t rest = value % unit;
  if (rest == 0) return text;
  text += '.';
  while (rest != 0) {
    rest *= 10;
    text += static_cast<char>('0' + rest / unit);
    rest %= unit;
  }
  return text;
}

// Letters and digits only, without capitals: "ServerAliveInterval" and "server_alive_interval" are
// the same.
std::string folded(std::string_view word) {
  std::string text;
  for (const char c : word) {
    if (c == '_' || c == '-' || c == '.' || c == ' ') continue;
    text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return text;
}

// Letters inserted, left out, replaced, or swapped with their neighbour.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(above);
    above.swap(row);
  }
  return above[b.size()];
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  std::int64_t total = 0;
  std::size_t next_unit = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    const std::optional<Decimal> number = take_decimal(text);
    const std::optional<std::int64_t> unit = take_unit(text, next_unit);
    if (!number || !unit) return std::nullopt;
    const std::optional<std::int64_t> part = scaled(*number, *unit);
    if (!part || __builtin_add_overflow(total, *part, &total)) return std::nullopt;
  }
  // The longest there is means that there is no end, which nobody writes by accident.
  if (Duration{total} == kForever) return std::nullopt;
  return Duration{total};
}

bool is_too_long_a_duration(std::string_view text) {
  if (text.empty() || parse_duration(text)) return false;
  bool too_long = false;
  std::int64_t total = 0;
  std::size_t next_unit = 0;
  while (!text.empty()) {
    std::int64_t part = 0;
    const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
    const std::string_view whole = text.substr(0, std::min(text.find('.'), digits));
    for (const char c : whole) {
      if (__builtin_mul_overflow(part, 10, &part)) too_long = true;
      if (__builtin_add_overflow(part, c - '0', &part)) too_long = true;
    }
    text.remove_prefix(digits);
    const std::optional<std::int64_t> unit = take_unit(text, next_unit);
    if (whole.empty() || !unit) return false;
    if (__builtin_mul_overflow(part, *unit, &part)) too_long = true;
    if (__builtin_add_overflow(total, part, &total)) too_long = true;
  }
  return too_long || Duration{total} == kForever;
}

std::string print_duration(Duration span) {
  if (span == kForever) return "forever";
  std::int64_t rest = span.count();
  if (rest == 0) return "0s";
  std::string text;
  if (rest < 0) {
    text = "-";
    rest = -rest;
  }
  for (std::size_t i = 0; i < 3; ++i) {
    const std::int64_t whole = rest / kUnits[i].nanoseconds;
    if (whole > 0) text += std::to_string(whole) + std::string(kUnits[i].name);
    rest %= kUnits[i].nanoseconds;
  }
  if (rest == 0) return text;
  const bool under_a_second = rest < kUnits[3].nanoseconds && (text.empty() || text == "-");
  const std::size_t unit = !under_a_second                 ? 3
                           : rest >= kUnits[4].nanoseconds ? 4
                           : rest >= kUnits[5].nanoseconds ? 5
                                                           : 6;
  return text + print_decimal(rest, kUnits[unit].nanoseconds) + std::string(kUnits[unit].name);
}

std::string print_seconds(Duration span) {
  // Rounded after the division, so that kForever does not overflow.
  const std::int64_t rest = span.count() % 1'000'000;
  const std::int64_t rounding = rest >= 500'000 ? 1 : rest <= -500'000 ? -1 : 0;
  const std::int64_t rounded = span.count() / 1'000'000 + rounding;
  const bool negative = rounded < 0;
  const std::int64_t milliseconds = negative ? -rounded : rounded;
  std::string fraction = std::to_string(milliseconds % 1000);
  fraction.insert(0, 3 - fraction.size(), '0');
  return (negative ? "-" : "") + std::to_string(milliseconds / 1000) + "." + fraction;
}

std::string print_seconds(TimePoint at) { return print_seconds(at.time_since_epoch()); }

namespace {
constexpr std::array<Unit, 4> kRates{
    {{"Gbps", 1'000'000'000}, {"Mbps", 1'000'000}, {"kbps", 1'000}, {"bps", 1}}};
}

std::optional<BitRate> parse_rate(std::string_view text) {
  const std::optional<Decimal> number = take_decimal(text);
  if (!number) return std::nullopt;
  for (const Unit& unit : kRates) {
    if (unit.name != text) continue;
    const std::optional<std::int64_t> rate = scaled(*number, unit.nanoseconds);
    if (!rate || *rate <= 0) return std::nullopt;
    return BitRate{static_cast<std::uint64_t>(*rate)};
  }
  return std::nullopt;
}

std::string print_rate(BitRate rate) {
  const auto value = static_cast<std::int64_t>(rate.bits_per_second);
  if (value == 0) return "unlimited";
  for (const Unit& unit : kRates) {
    if (value >= unit.nanoseconds)
      return print_decimal(value, unit.nanoseconds) + std::string(unit.name);
  }
  return "unlimited";
}

std::optional<Ratio> parse_ratio(std::string_view text) {
  const std::optional<Decimal> number = take_decimal(text);
  if (!number || text.empty()) return std::nullopt;
  std::int64_t numerator = number->mantissa;
  std::int64_t denominator = 1;
  if (text == "%") {
    if (number->decimals > 6) return std::nullopt;
    denominator = 100;
    for (int i = 0; i < number->decimals; ++i) denominator *= 10;
  } else if (text.front() == '/' && number->decimals == 0) {
    text.remove_prefix(1);
    const std::optional<Decimal> below = take_decimal(text);
    if (!below || below->decimals != 0 || !text.empty()) return std::nullopt;
    denominator = below->mantissa;
  } else {
    return std::nullopt;
  }
  if (denominator <= 0 || denominator > 0xffff'ffff || numerator > denominator) return std::nullopt;
  return Ratio{static_cast<std::uint32_t>(numerator), static_cast<std::uint32_t>(denominator)};
}

std::string print_ratio(Ratio ratio) {
  return std::to_string(ratio.numerator) + "/" + std::to_string(ratio.denominator);
}

std::string closest_word(std::string_view typed, std::span<const std::string_view> words) {
  const std::string wanted = folded(typed);
  if (wanted.empty()) return "";
  std::size_t best = typed.size() < 5 ? 2 : 3;
  std::string_view found;
  for (const std::string_view word : words) {
    std::size_t distance = edit_distance(typed, word);
    // Separators are no letters: without them words are short and soon alike.
    const std::size_t unseparated = edit_distance(wanted, folded(word));
    if (unseparated <= 1) distance = std::min(distance, unseparated);
    if (distance < best) {
      best = distance;
      found = word;
    }
  }
  if (!found.empty()) return std::string(found);
  const std::size_t typed_dot = typed.rfind('.');
  const std::size_t tail = typed_dot == std::string_view::npos ? 0 : typed_dot + 1;
  const std::string typed_end = folded(typed.substr(tail));
  for (const std::string_view word : words) {
    const std::size_t dot = word.rfind('.');
    if (dot == std::string_view::npos || !word.starts_with(typed.substr(0, tail))) continue;
    if (folded(word.substr(dot + 1)) == typed_end) return std::string(word);
  }
  return "";
}

std::string join_choices(std::span<const std::string_view> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  constexpr std::array<std::string_view, 3> kSizes{"KiB", "MiB", "GiB"};
  unsigned shift = 0;
  for (std::size_t i = 0; i < kSizes.size() && shift == 0; ++i) {
    if (!text.ends_with(kSizes[i])) continue;
    shift = 10 * (static_cast<unsigned>(i) + 1);
    text.remove_suffix(kSizes[i].size());
  }
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (number == 0 || number > (UINT64_MAX >> 1) >> shift) return std::nullopt;
  return number << shift;
}

std::string print_size(std::uint64_t bytes) {
  constexpr std::array<const char*, 4> kSizes{"", "KiB", "MiB", "GiB"};
  std::size_t unit = 0;
  for (; unit + 1 < kSizes.size() && bytes > 0 && bytes % 1024 == 0; ++unit) bytes /= 1024;
  return std::to_string(bytes) + kSizes[unit];
}

std::optional<QueueLimit> parse_queue(std::string_view text) {
  constexpr std::uint64_t kMostPackets = 1'000'000;
  constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;
  constexpr std::string_view kPackets = " packets";
  const bool packets = text.ends_with(kPackets);
  if (packets) text.remove_suffix(kPackets.size());
  // A number of packets has no unit.
  if (packets && !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  const std::optional<std::uint64_t> number = parse_size(text);
  if (!number || *number > (packets ? kMostPackets : kMostBytes)) return std::nullopt;
  return packets ? QueueLimit{*number, 0} : QueueLimit{0, *number};
}

std::string print_queue(QueueLimit limit) {
  return limit.packets > 0 ? std::to_string(limit.packets) + " packets" : print_size(limit.bytes);
}

std::string print_about_size(std::uint64_t bytes) {
  constexpr std::uint64_t kPrecise = 10;
  unsigned shift = 0;
  while (shift < 30 && bytes >> (shift + 10) >= kPrecise) shift += 10;
  return print_size(bytes >> shift << shift);
}

}  // namespace stayalive
