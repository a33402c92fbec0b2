// SPDX-License-Identifier: Apache-2.0
#include "base/meant.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace stayalive {
namespace {

struct Spelling {
  std::string_view unit;
  std::string_view typed;  // words separated by blanks
};
constexpr std::array<Spelling, 7> kSpanUnits{
    {{"d", " d day days "},
     {"h", " h hr hrs hour hours "},
     {"m", " m min mins minute minutes "},
     {"s", " s sec secs second seconds "},
     {"ms", " ms msec msecs millis millisecond milliseconds "},
     {"us", " us usec microsecond microseconds "},
     {"ns", " ns nsec nanosecond nanoseconds "}}};
constexpr std::array<Spelling, 1> kRatioUnits{{{"%", " % percent pct "}}};
constexpr std::array<Spelling, 4> kRateUnits{{{"bps", " bps bit bits bit/s bits/s b/s "},
                                              {"kbps", " kbps k kbit kbits kbit/s kbits/s kb/s "},
                                              {"Mbps", " mbps m mbit mbits mbit/s mbits/s mb/s "},
                                              {"Gbps", " gbps g gbit gbits gbit/s gbits/s gb/s "}}};

std::string in_small_letters(std::string_view text) {
  std::string small(text);
  for (char& c : small) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return small;
}

// Takes what the predicate accepts off the front of a text, and blanks after it.
template <class Predicate>
std::string_view take_while(std::string_view& text, Predicate accepts) {
  const auto end = std::find_if_not(text.begin(), text.end(), accepts);
  const auto taken = static_cast<std::size_t>(end - text.begin());
  const std::string_view front = text.substr(0, taken);
  text.remove_prefix(std::min(text.find_first_not_of(' ', taken), text.size()));
  return front;
}

bool is_of_number(char c) { return (c >= '0' && c <= '9') || c == '.'; }
bool is_of_unit(char c) { return !is_of_number(c) && c != ' ' && c != ','; }

// Numbers with units as they are written in full, and in our own spelling.
template <std::size_t kCount>
std::string respelled(std::string_view typed, const std::array<Spelling, kCount>& units,
                      std::string_view without_unit) {
  constexpr std::size_t kLongest = 100;
  const std::string small = in_small_letters(typed.substr(0, kLongest));
  std::string_view rest = small;
  std::string meant;
  take_while(rest, [](char c) { return c == ' '; });
  while (!rest.empty()) {
    const std::string_view number = take_while(rest, is_of_number);
    const std::string unit(take_while(rest, is_of_unit));
    if (number.empty()) return "";
    const auto found = std::find_if(units.begin(), units.end(), [&unit](const Spelling& each) {
      return each.typed.find(' ' + unit + ' ') != std::string_view::npos;
    });
    if (found == units.end() && !unit.empty()) return "";
    meant += number;
    meant += unit.empty() ? without_unit : found->unit;
    take_while(rest, [](char c) { return c == ','; });
  }
  return meant;
}

// A number from 0 to 1 in hundredths: "0.005" as "0.5".
std::string in_percent(std::string_view number) {
  const std::size_t point = std::min(number.find('.'), number.size());
  std::string whole(number.substr(0, point));
  std::string fraction(number.substr(std::min(point + 1, number.size())));
  fraction.resize(std::max<std::size_t>(fraction.size(), 2), '0');
  whole += fraction.substr(0, 2);
  fraction.erase(0, 2);
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
  return whole + (fraction.empty() ? "" : "." + fraction);
}

}  // namespace

std::string meant_span(std::string_view typed) {
  std::string meant = respelled(typed, kSpanUnits, "s");
  return parse_duration(meant) ? meant : "";
}

std::string meant_ratio(std::string_view typed) {
  const bool bare = typed.find_first_not_of("0123456789.") == std::string_view::npos;
  const bool fraction = bare && !typed.empty() && (typed.front() == '0' || typed == "1");
  std::string meant = fraction ? in_percent(typed) + "%" : respelled(typed, kRatioUnits, "%");
  return parse_ratio(meant) ? meant : "";
}

std::string meant_rate(std::string_view typed) {
  std::string meant = respelled(typed, kRateUnits, "bps");
  return parse_rate(meant) ? meant : "";
}

}  // namespace stayalive
