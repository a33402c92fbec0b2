// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gtest/gtest.h>

#include <array>

#include "base/random.h"

namespace stayalive {
namespace {

TEST(DurationText, ReadsEveryUnit) {
  EXPECT_EQ(parse_duration("7ns"), 7ns);
  EXPECT_EQ(parse_duration("7us"), 7us);
  EXPECT_EQ(parse_duration("7ms"), 7ms);
  EXPECT_EQ(parse_duration("7s"), 7s);
  EXPECT_EQ(parse_duration("7m"), 7min);
  EXPECT_EQ(parse_duration("7h"), 7h);
  EXPECT_EQ(parse_duration("7d"), 168h);
}

TEST(Duration, TheSpanThatMeansForeverIsTooLong) {
  EXPECT_FALSE(is_too_long_a_duration("9223372036854775806ns"));
  EXPECT_TRUE(is_too_long_a_duration("9223372036854775807ns"));
}

TEST(Duration, KnowsASpanThatIsOnlyTooLong) {
  EXPECT_TRUE(is_too_long_a_duration("106752d"));
  EXPECT_TRUE(is_too_long_a_duration("1939497099000000000000ns"));
  EXPECT_TRUE(is_too_long_a_duration(std::string(400, '9') + "d"));
  EXPECT_TRUE(is_too_long_a_duration("106751d24h"));
  for (const char* other :
       {"106751d", "", "d", "400000", "400000y", "1s400000d", "-400000d", "."}) {
    EXPECT_FALSE(is_too_long_a_duration(other)) << other;
  }
}

TEST(DurationText, ReadsSumsAndFractions) {
  EXPECT_EQ(parse_duration("2h4m"), 7440s);
  EXPECT_EQ(parse_duration("1d2h3m4s5ms6us7ns"), 26h + 3min + 4s + 5ms + 6us + 7ns);
  EXPECT_EQ(parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(parse_duration("0.000000001s"), 1ns);
  EXPECT_EQ(parse_duration("0.1m"), 6s);
  EXPECT_EQ(parse_duration("1939497099000000ns"), Duration{1939497099000000});
  EXPECT_EQ(parse_duration("9223372036854775806ns"), Duration{9223372036854775806});
  EXPECT_EQ(parse_duration("9223372036854775808ns"), std::nullopt);
  EXPECT_EQ(parse_duration("99999999999999999999ns"), std::nullopt);
  EXPECT_EQ(parse_duration("1.50s"), 1500ms);
  EXPECT_EQ(parse_duration("2.0ns"), 2ns);
  EXPECT_EQ(parse_duration("0s"), 0ns);
}

TEST(DurationText, ReadsUpToTheLongestSpanAndNoFurther) {
  EXPECT_EQ(parse_duration("106751d23h47m16.854775806s"), kForever - 1ns);
  EXPECT_EQ(parse_duration("106751d23h47m16.854775807s"), std::nullopt) << "no text means forever";
  EXPECT_EQ(parse_duration("106751d23h47m16.854775808s"), std::nullopt);
  EXPECT_EQ(parse_duration("106752d"), std::nullopt);
  EXPECT_EQ(parse_duration("999999999999999d"), std::nullopt);
}

TEST(DurationText, RefusesEverythingElse) {
  for (const std::string_view text : {"",
                                      "s",
                                      "5",
                                      "5 s",
                                      " 5s",
                                      "5s ",
                                      "-5s",
                                      "+5s",
                                      "5S",
                                      "5sec",
                                      "5x",
                                      ".5s",
                                      "5.s",
                                      "1.2.3s",
                                      "1s1s",
                                      "1s1m",
                                      "1ms1s",
                                      "0.5ns",
                                      "0.0000000001s",
                                      "1e3s",
                                      "0x5s",
                                      "5s5",
                                      "forever",
                                      "1,5s",
                                      "5\xc2\xb5s",
                                      "10000000000000000000ns",
                                      "s5",
                                      "5..0s",
                                      "1h30"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << '"' << text << '"';
  }
  EXPECT_EQ(parse_duration(std::string_view("5s\0", 3)), std::nullopt);
}

TEST(DurationText, PrintsTheShortestForm) {
  EXPECT_EQ(print_duration(0ns), "0s");
  EXPECT_EQ(print_duration(7440s), "2h4m");
  EXPECT_EQ(print_duration(350s), "5m50s");
  EXPECT_EQ(print_duration(432000s), "5d");
  EXPECT_EQ(print_duration(1500ms), "1.5s");
  EXPECT_EQ(print_duration(250ms), "250ms");
  EXPECT_EQ(print_duration(1500us), "1.5ms");
  EXPECT_EQ(print_duration(999us), "999us");
  EXPECT_EQ(print_duration(1001ns), "1.001us");
  EXPECT_EQ(print_duration(1ns), "1ns");
  EXPECT_EQ(print_duration(1min + 1ns), "1m0.000000001s");
  EXPECT_EQ(print_duration(59s + 999'999'999ns), "59.999999999s");
  EXPECT_EQ(print_duration(kForever), "forever");
  EXPECT_EQ(print_duration(kForever - 1ns), "106751d23h47m16.854775806s");
  EXPECT_EQ(print_duration(-1500ms), "-1.5s");
  EXPECT_EQ(print_duration(-5ms), "-5ms");
}

TEST(DurationText, ReadsWhatItPrints) {
  Random random(11, "text", "duration");
  for (int i = 0; i < 20'000; ++i) {
    // Spans of every magnitude, round and ragged ones.
    std::uint64_t count = random.next() >> random.between(1, 63);
    if (random.chance({1, 2})) count -= count % 1'000'000;
    const Duration span{static_cast<std::int64_t>(count)};
    ASSERT_EQ(parse_duration(print_duration(span)), span) << print_duration(span);
  }
}

TEST(DurationText, SurvivesGarbage) {
  Random random(12, "text", "garbage");
  constexpr std::string_view kAlphabet = "0123456789.smhdun- /%";
  int understood = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string text;
    for (std::uint64_t n = random.below(8); n > 0; --n) {
      text += kAlphabet[random.below(kAlphabet.size())];
    }
    const auto span = parse_duration(text);
    if (span) {
      ++understood;
      ASSERT_GE(*span, 0ns) << text;
      ASSERT_EQ(parse_duration(print_duration(*span)), *span) << text;
    }
    const auto ratio = parse_ratio(text);
    if (ratio) {
      ASSERT_LE(ratio->numerator, ratio->denominator) << text;
    }
  }
  EXPECT_GT(understood, 100);
}

TEST(SecondsText, HasThreeDecimalsRoundedHalfUp) {
  EXPECT_EQ(print_seconds(170s), "170.000");
  EXPECT_EQ(print_seconds(0ns), "0.000");
  EXPECT_EQ(print_seconds(499'999ns), "0.000");
  EXPECT_EQ(print_seconds(500'000ns), "0.001");
  EXPECT_EQ(print_seconds(999'499'999ns), "0.999");
  EXPECT_EQ(print_seconds(999'500'000ns), "1.000");
  EXPECT_EQ(print_seconds(kStart + 1002ms), "1.002");
}

TEST(SecondsText, MirrorsNegativeSpans) {
  EXPECT_EQ(print_seconds(-1500ms), "-1.500");
  EXPECT_EQ(print_seconds(-500'000ns), "-0.001");
  EXPECT_EQ(print_seconds(-499'999ns), "0.000");
}

TEST(SecondsText, HoldsTheLongestSpan) {
  EXPECT_EQ(print_seconds(kForever), "9223372036.855");
  EXPECT_EQ(print_seconds(kNever), "9223372036.855");
}

TEST(RateText, ReadsEveryUnit) {
  EXPECT_EQ(parse_rate("800bps"), BitRate{800});
  EXPECT_EQ(parse_rate("64kbps"), BitRate{64'000});
  EXPECT_EQ(parse_rate("10Mbps"), BitRate{10'000'000});
  EXPECT_EQ(parse_rate("1Gbps"), BitRate{1'000'000'000});
  EXPECT_EQ(parse_rate("2.5Gbps"), BitRate{2'500'000'000});
}

TEST(RateText, RefusesEverythingElse) {
  for (const std::string_view text :
       {"", "0bps", "0Gbps", "10", "10mbps", "10MBps", "10 Mbps", "0.5bps", "-1bps", "10Mbps ",
        "Mbps", "999999999999999Gbps"}) {
    EXPECT_EQ(parse_rate(text), std::nullopt) << '"' << text << '"';
  }
}

TEST(RateText, ReadsWhatItPrints) {
  EXPECT_EQ(print_rate(BitRate{0}), "unlimited");
  EXPECT_EQ(print_rate(BitRate{999}), "999bps");
  EXPECT_EQ(print_rate(BitRate{1000}), "1kbps");
  EXPECT_EQ(print_rate(BitRate{1'500'000}), "1.5Mbps");
  Random random(13, "text", "rate");
  for (int i = 0; i < 10'000; ++i) {
    const BitRate rate{1 + (random.next() >> random.between(15, 63))};
    ASSERT_EQ(parse_rate(print_rate(rate)), rate) << print_rate(rate);
  }
}

TEST(SizeText, ReadsEveryUnit) {
  EXPECT_EQ(parse_size("1"), 1u);
  EXPECT_EQ(parse_size("3KiB"), 3072u);
  EXPECT_EQ(parse_size("512MiB"), 512u << 20);
  EXPECT_EQ(parse_size("8GiB"), std::uint64_t{8} << 30);
  EXPECT_EQ(parse_size("9223372036854775807"), UINT64_MAX >> 1);
  EXPECT_EQ(parse_size("8589934591GiB"), std::uint64_t{8589934591} << 30);
}

TEST(SizeText, RefusesEverythingElse) {
  for (const std::string_view text : {"", "0", "0KiB", "KiB", "1KB", "1.5GiB", "1 GiB", "-1", "+1",
                                      "1GiB ", "1KiBKiB", "9223372036854775808", "8589934592GiB"}) {
    EXPECT_EQ(parse_size(text), std::nullopt) << '"' << text << '"';
  }
}

TEST(SizeText, ReadsWhatItPrints) {
  EXPECT_EQ(print_size(1023), "1023");
  EXPECT_EQ(print_size(1024), "1KiB");
  EXPECT_EQ(print_size(1025), "1025");
  EXPECT_EQ(print_size(std::uint64_t{1024} << 30), "1024GiB");
  Random random(13, "text", "size");
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t size = 1 + (random.next() >> random.between(2, 63));
    ASSERT_EQ(parse_size(print_size(size)), size) << print_size(size);
  }
}

TEST(SizeText, OfWhatIsNotKnownExactlyHasFewDigits) {
  EXPECT_EQ(print_about_size(10'239), "10239");
  EXPECT_EQ(print_about_size(10'241), "10KiB");
  EXPECT_EQ(print_about_size((std::uint64_t{12} << 20) + 12'345), "12MiB");
  EXPECT_EQ(print_about_size((std::uint64_t{20'000} << 30) + 1), "20000GiB");
}

TEST(QueueText, ReadsPacketsAndBytes) {
  EXPECT_EQ(parse_queue("1 packets"), (QueueLimit{1, 0}));
  EXPECT_EQ(parse_queue("1000000 packets"), (QueueLimit{1'000'000, 0}));
  EXPECT_EQ(parse_queue("64KiB"), (QueueLimit{0, 65'536}));
  EXPECT_EQ(parse_queue("1500"), (QueueLimit{0, 1500}));
  EXPECT_EQ(parse_queue("1GiB"), (QueueLimit{0, 1u << 30}));
  for (const std::string_view text : {"1000 packets", "64KiB", "1500"})
    EXPECT_EQ(print_queue(*parse_queue(text)), text);
}

TEST(QueueText, RefusesEverythingElse) {
  for (const std::string_view text :
       {"", "packets", " packets", "0 packets", "1 packet", "1packets", "1000001 packets",
        "1KiB packets", "1025MiB", "0", "1.5KiB", "-1 packets", "1 packets "}) {
    EXPECT_EQ(parse_queue(text), std::nullopt) << '"' << text << '"';
  }
}

TEST(RatioText, ReadsFractionsAndPercentages) {
  EXPECT_EQ(parse_ratio("1/1000"), (Ratio{1, 1000}));
  EXPECT_EQ(parse_ratio("0/7"), (Ratio{0, 7}));
  EXPECT_EQ(parse_ratio("7/7"), (Ratio{7, 7}));
  EXPECT_EQ(parse_ratio("2%"), (Ratio{2, 100}));
  EXPECT_EQ(parse_ratio("0.5%"), (Ratio{5, 1000}));
  EXPECT_EQ(parse_ratio("100%"), (Ratio{100, 100}));
  EXPECT_EQ(parse_ratio("1/4294967295"), (Ratio{1, 4'294'967'295}));
}

TEST(RatioText, RefusesEverythingElse) {
  for (const std::string_view text :
       {"",       "1",     "0.5",   "1/0",        "0/0",          "2/1", "101%",
        "100.1%", "-1%",   "1/2%",  "1 /2",       "1/ 2",         "/2",  "1/",
        "%",      "1.5/2", "1/2.5", "0.0000001%", "1/4294967296", "1%%"}) {
    EXPECT_EQ(parse_ratio(text), std::nullopt) << '"' << text << '"';
  }
}

TEST(RatioText, ReadsWhatItPrints) {
  Random random(14, "text", "ratio");
  for (int i = 0; i < 10'000; ++i) {
    const auto denominator = static_cast<std::uint32_t>(random.between(1, 0xffff'ffff));
    const auto numerator = static_cast<std::uint32_t>(random.between(0, denominator));
    ASSERT_EQ(parse_ratio(print_ratio({numerator, denominator})), (Ratio{numerator, denominator}));
  }
}

constexpr std::array<std::string_view, 4> kWords{"silent", "reset-both", "drop", "reset"};

TEST(ClosestWord, ForgivesTwoSlipsInALongWordAndOneInAShortOne) {
  EXPECT_EQ(closest_word("silnt", kWords), "silent");
  EXPECT_EQ(closest_word("slent-", kWords), "silent");
  EXPECT_EQ(closest_word("sxlxntx", kWords), "");
  EXPECT_EQ(closest_word("drpo", kWords), "drop") << "neighbours that changed places are one edit";
  EXPECT_EQ(closest_word("dpor", kWords), "");
  EXPECT_EQ(closest_word("drp", kWords), "drop");
  EXPECT_EQ(closest_word("dropp", kWords), "drop");
}

TEST(ClosestWord, KnowsHowProductsSpellTheSameWord) {
  constexpr std::array<std::string_view, 3> kKeys{"server_alive_interval", "tcp.established",
                                                  "tcp.close"};
  EXPECT_EQ(closest_word("ServerAliveInterval", kKeys), "server_alive_interval");
  EXPECT_EQ(closest_word("SERVER-ALIVE-INTERVALL", kKeys), "server_alive_interval");
  EXPECT_EQ(closest_word("tcp_established", kKeys), "tcp.established");
  EXPECT_EQ(closest_word("established", kKeys), "tcp.established") << "what stands after the dot";
  EXPECT_EQ(closest_word("tcp", kKeys), "");
  constexpr std::array<std::string_view, 3> kFull{"ports.low", "timeouts.tcp.established",
                                                  "timeouts.udp.stream"};
  EXPECT_EQ(closest_word("timeouts.established", kFull), "timeouts.tcp.established");
  EXPECT_EQ(closest_word("ports.established", kFull), "") << "that is another section";
  EXPECT_EQ(closest_word("timeouts.", kFull), "");
  EXPECT_EQ(closest_word("_-", kKeys), "");
}

TEST(ClosestWord, TakesTheNearestAndAmongEqualsTheFirst) {
  EXPECT_EQ(closest_word("rese", kWords), "reset");
  constexpr std::array<std::string_view, 2> kTwins{"abcda", "abcdb"};
  EXPECT_EQ(closest_word("abcdc", kTwins), "abcda");
  EXPECT_EQ(closest_word("anything", {}), "");
  EXPECT_EQ(closest_word("", kWords), "");
}

TEST(JoinChoices, ReadsAsASentence) {
  EXPECT_EQ(join_choices({}), "");
  EXPECT_EQ(join_choices(std::span(kWords).first(1)), "silent");
  EXPECT_EQ(join_choices(std::span(kWords).first(2)), "silent or reset-both");
  EXPECT_EQ(join_choices(kWords), "silent, reset-both, drop or reset");
}

}  // namespace
}  // namespace stayalive
