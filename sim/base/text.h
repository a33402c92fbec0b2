// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"
#include "base/units.h"

// How spans, rates and ratios are written by people and for people.
namespace stayalive {

// "2h4m", "1.5s", "350s", "10ms", "0s": one or more numbers, each with a unit of ns, us, ms, s, m,
// h or d, in falling order of units; a fraction is allowed where the result is a whole number of
// nanoseconds.  Empty when the text is anything else, negative, or longer than 290 years.
std::optional<Duration> parse_duration(std::string_view text);
// Whether the text is such a span but for being too long.
bool is_too_long_a_duration(std::string_view text);
// The shortest such text: "2h4m", "5m", "1.5s", "250ms", "0s"; kForever prints as "forever".
std::string print_duration(Duration span);
// Seconds with exactly three decimals, rounded half up: "170.000"; for tables and transcripts.
std::string print_seconds(Duration span);
std::string print_seconds(TimePoint at);

// "10Mbps", "64kbps", "1Gbps", "800bps"; empty when the text is anything else or the rate is 0.
std::optional<BitRate> parse_rate(std::string_view text);
std::string print_rate(BitRate rate);

// "512MiB", "8GiB", "1000": bytes, with a unit of KiB, MiB or GiB or none; empty when the text is
// anything else, 0, or 2^63 and more.
std::optional<std::uint64_t> parse_size(std::string_view text);
// The shortest such text.
std::string print_size(std::uint64_t bytes);
// The same of a size to which a tenth makes no difference: "12MiB".
std::string print_about_size(std::uint64_t bytes);

// "1000 packets" or a size of bytes, "64KiB"; neither 0 nor more than a million packets or 1 GiB.
std::optional<QueueLimit> parse_queue(std::string_view text);
std::string print_queue(QueueLimit limit);

// "1/1000" or "2%" or "0.5%"; between 0 and 1.
std::optional<Ratio> parse_ratio(std::string_view text);
std::string print_ratio(Ratio ratio);

// The word of `words` that a typist most likely meant: at most two edits away (one when shorter
// than five letters), the first among equals, where two letters that changed places are one edit;
// or at most one edit away when capitals, "_", "-", "." and blanks do not count; else the first
// that ends with it after a dot, and begins with what stands in it before its own last dot.  Empty
// when there is none.
std::string closest_word(std::string_view typed, std::span<const std::string_view> words);

// "a, b or c".
std::string join_choices(std::span<const std::string_view> words);

}  // namespace stayalive
