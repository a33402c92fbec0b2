// SPDX-License-Identifier: Apache-2.0
#include "strategy/options.h"

#include <gtest/gtest.h>

#include <array>

#include "strategy/strategy.h"

namespace stayalive {
namespace {

constexpr std::array<std::string_view, 2> kColours{"red", "green"};
constexpr OptionSpec kSpan{.key = "span",
                           .type = OptionType::Span,
                           .help = "",
                           .default_text = "5s",
                           .least = Duration{1s}.count(),
                           .most = Duration{10s}.count()};
constexpr OptionSpec kCount{.key = "count",
                            .type = OptionType::Count,
                            .help = "",
                            .default_text = "3",
                            .least = 1,
                            .most = 9};
constexpr OptionSpec kFlag{
    .key = "flag", .type = OptionType::Flag, .help = "", .default_text = "true"};
constexpr OptionSpec kChoice{.key = "colour",
                             .type = OptionType::Choice,
                             .help = "",
                             .default_text = "green",
                             .choices = kColours};
constexpr OptionSpec kRequired{.key = "required", .help = "", .default_text = ""};

bool fits(const OptionSpec& spec, std::string_view text) {
  Options options;
  return set_from_text(options, spec, text);
}

TEST(Options, DefaultsAreReadFromTheTable) {
  constexpr std::array<OptionSpec, 4> kTable{kSpan, kCount, kFlag, kChoice};
  const Options options = defaults(kTable);
  EXPECT_EQ(options.span("span"), 5s);
  EXPECT_EQ(options.count("count"), 3);
  EXPECT_TRUE(options.flag("flag"));
  EXPECT_EQ(options.choice("colour"), "green");
}

TEST(Options, RequiredOptionsHaveNoDefault) {
  constexpr std::array<OptionSpec, 1> kTable{kRequired};
  const Options options = defaults(kTable);
  EXPECT_DEATH(static_cast<void>(options.span("required")), "table");
}

TEST(Options, SpansKeepTheirLimitsIncluded) {
  EXPECT_TRUE(fits(kSpan, "1s"));
  EXPECT_TRUE(fits(kSpan, "10s"));
  EXPECT_FALSE(fits(kSpan, "999999999ns"));
  EXPECT_FALSE(fits(kSpan, "10.000000001s"));
  EXPECT_FALSE(fits(kSpan, "5"));
  EXPECT_FALSE(fits(kSpan, ""));
}

TEST(Options, CountsAreWholeNumbersWithinTheirLimits) {
  EXPECT_TRUE(fits(kCount, "1"));
  EXPECT_TRUE(fits(kCount, "9"));
  for (const char* text : {"0", "10", "-1", "3.5", "3 ", "", "three", "99999999999999999999"}) {
    EXPECT_FALSE(fits(kCount, text)) << text;
  }
}

TEST(Options, FlagsAndChoicesAreTakenLiterally) {
  EXPECT_TRUE(fits(kFlag, "false"));
  for (const char* text : {"yes", "1", "True", ""}) EXPECT_FALSE(fits(kFlag, text)) << text;
  EXPECT_TRUE(fits(kChoice, "red"));
  for (const char* text : {"blue", "Red", ""}) EXPECT_FALSE(fits(kChoice, text)) << text;
}

TEST(Options, AMisfitLeavesTheOldValue) {
  constexpr std::array<OptionSpec, 1> kTable{kCount};
  Options options = defaults(kTable);
  EXPECT_FALSE(set_from_text(options, kCount, "10"));
  EXPECT_EQ(options.count("count"), 3);
}

TEST(Options, AskingForTheWrongTypeIsAProgrammersMistake) {
  constexpr std::array<OptionSpec, 1> kTable{kCount};
  const Options options = defaults(kTable);
  EXPECT_DEATH(static_cast<void>(options.span("count")), "type");
}

enum class Colour : std::uint8_t { Red, Green };

// Each kind of value keeps what is written into it, at its largest, too.
TEST(OptionSlot, StandsForTheValueItself) {
  Duration span = 5s;
  std::uint16_t port = 0;
  bool flag = false;
  Colour colour = Colour::Red;
  const OptionSlot of_span = span;
  EXPECT_EQ(of_span.get(), Duration{5s}.count());
  of_span.set(INT64_MAX);
  EXPECT_EQ(span, kForever);
  OptionSlot(port).set(65535);
  EXPECT_EQ(port, 65535);
  OptionSlot(flag).set(1);
  EXPECT_TRUE(flag);
  OptionSlot(colour).set(1);
  EXPECT_EQ(colour, Colour::Green);
  EXPECT_EQ(OptionSlot(colour).get(), 1);
}

}  // namespace
}  // namespace stayalive
