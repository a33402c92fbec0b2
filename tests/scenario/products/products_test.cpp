// SPDX-License-Identifier: Apache-2.0
#include "scenario/products/products.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "support/golden.h"
#include "support/scenario_text.h"
#include "support/temporary_folder.h"

namespace stayalive {
namespace {

TEST(BuiltinProducts, NoNameIsGivenTwice) {
  std::set<std::string_view> names;
  for (const Product* product : builtin_products()) {
    EXPECT_TRUE(names.insert(product->name).second) << product->name;
    for (const std::string_view alias : product->aliases) {
      EXPECT_TRUE(names.insert(alias).second) << alias;
      EXPECT_EQ(find_builtin_product(alias), product);
    }
  }
  EXPECT_EQ(find_builtin_product("opensshh"), nullptr);
}

TEST(BuiltinProducts, EachIsARightStrategyByItsNameAlone) {
  for (const Product* product : builtin_products()) {
    const Scenario scenario =
        right("{\"connections\": [{\"strategy\": \"" + product->name + "\"}]}");
    const ConnectionSpec& connection = scenario.connections[0];
    // Names of strategies mean these themselves, and silence plays what ships switched off.
    if (find_strategy(product->name) != nullptr) continue;
    EXPECT_EQ(connection.product, product->name);
    EXPECT_EQ(connection.transport, product->transport) << product->name;
    const std::uint16_t port =
        product->port != 0 ? product->port : product->strategy->port(product->transport);
    EXPECT_EQ(connection.server_port, port) << product->name;
    const bool off = choose(*product).is_off_at(choose(*product).as_shipped());
    EXPECT_EQ(connection.strategy, off ? "silent" : product->strategy->name) << product->name;
  }
}

TEST(BuiltinProducts, EachOptionIsTakenInAScenarioAtItsLeastAndMostAndNotBeyond) {
  for (const Product* product : builtin_products()) {
    if (find_strategy(product->name) != nullptr) continue;
    for (const Product::Option& option : product->options) {
      if (option.sets->type != OptionType::Span || option.most > 1'000'000 * Duration{1s}.count())
        continue;
      const auto text = [&](std::int64_t value) {
        return "{\"connections\": [{\"strategy\": {\"" + product->name + "\": {\"" + option.name +
               "\": \"" + print_duration(Duration{value}) + "\"}}}]}";
      };
      const std::int64_t unit = option.unit.count();
      EXPECT_TRUE(says(mistakes(text(option.most + unit)), option.allowed()))
          << product->name << " " << option.name;
      EXPECT_FALSE(says(mistakes(text(option.most)), option.allowed())) << option.name;
      EXPECT_FALSE(says(mistakes(text(option.least)), option.allowed())) << option.name;
    }
  }
}

TEST(BuiltinProducts, NoMarkStaysInTheLinesToPaste) {
  for (const Product* product : builtin_products()) {
    const StrategyChoice choice = choose(*product);
    if (product->interval() == nullptr) continue;
    const Duration unit = product->interval()->unit;
    const Duration interval = std::max<Duration>(product->least_interval(), 50 * unit);
    std::string all;
    for (const auto& paste : choice.pastes(interval)) {
      const std::string& lines = paste.second;
      all += lines;
      const auto has_mark = [&lines](std::string_view key) {
        const std::string mark = "{" + std::string(key);
        return says(lines, mark + "}") || says(lines, mark + ".ms}");
      };
      for (const Product::Option& option : product->options) {
        EXPECT_FALSE(has_mark(option.name)) << product->name << lines;
      }
      for (const OptionSpec& spec : product->strategy->options) {
        EXPECT_FALSE(has_mark(spec.key)) << product->name << lines;
      }
    }
    const bool fills_in = std::ranges::any_of(product->pastes, [](const Product::Paste& paste) {
      return paste.lines.find('{') != std::string::npos;
    });
    EXPECT_EQ(says(all, std::to_string(interval / unit)), fills_in) << product->name << all;
  }
}

// A program of the user's own: it looks twice in its period, which it counts in half minutes.
constexpr const char* kOwnProduct = R"({
  "kind": "product",
  "name": "beeper",
  "also": ["bp"],
  "title": "Beeper: period",
  "summary": "Sends a beep twice in each period.",
  "simplified": "",
  "checked": "2026-11-30",
  "sources": {"manual": {"title": "Its manual", "date": "2026", "url": "https://example.org/"}},
  "strategy": "keepalive",
  "transport": "udp",
  "port": 7777,
  "options": {
    "Period": {"sets": "interval", "times": "1/2", "unit": "30s", "least": "1m", "most": "1h",
               "zero_is_off": true},
    "Loudness": {"sets": "bytes", "least": 10, "most": 20}
  },
  "interval": {"option": "Period"},
  "paste": [{"where": "beeper.conf", "lines": ["period = {Period}", "loudness = {Loudness}"]}],
  "values": {
    "Period": {"value": 4, "status": "primary", "source": "manual"},
    "Loudness": {"value": 12, "status": "primary", "source": "manual"},
    "give_up_after": {"value": {"times": "3", "of": "Period"}, "status": "recalled"}
  }
})";

class OwnProduct : public testing::Test {
 protected:
  ParseOptions options() const {
    ParseOptions options;
    options.profile_paths = {folder_.path().string()};
    return options;
  }
  // The only connection of a scenario with this strategy.
  ConnectionSpec connection(const std::string& strategy) const {
    Result<Scenario> scenario = parse_scenario(text(strategy), "s.json", options());
    EXPECT_TRUE(scenario.ok()) << to_string(scenario.errors().front());
    return scenario.ok() ? scenario.value().connections[0] : ConnectionSpec{};
  }
  std::string wrong(const std::string& strategy) const {
    const Result<Scenario> scenario = parse_scenario(text(strategy), "s.json", options());
    std::string all;
    for (const Diagnostic& mistake : scenario.errors()) all += to_string(mistake) + "\n";
    return all;
  }
  TemporaryFolder folder_;

 private:
  static std::string text(const std::string& strategy) {
    return R"({"connections": [{"strategy": )" + strategy + "}]}";
  }
};

TEST_F(OwnProduct, MayBeNamedByThePathOfItsFile) {
  const std::string file = folder_.write("folder/beeper.json", kOwnProduct);
  const auto quoted = [](const std::string& word) { return "\"" + word + "\""; };
  EXPECT_EQ(connection(quoted(file)).options.span("interval"), 60s);
  EXPECT_EQ(connection(quoted(file)).product, "beeper");
  EXPECT_EQ(connection("{" + quoted(file) + R"(: {"Period": "4m"}})").options.span("interval"),
            120s);
  EXPECT_TRUE(says(wrong("{" + quoted(file) + R"(: {"Perod": "2m"}})"), "did you mean"));
  const std::string other = folder_.write("folder/scenario.json", "{}");
  EXPECT_TRUE(says(wrong(quoted(other)), "is not the file of a product"));
  const std::string bad =
      folder_.write("folder/bad.json", R"({"kind": "product", "name": "bad", "values": {}})");
  EXPECT_TRUE(says(wrong(quoted(bad)), "cannot be used; allowed: a product without mistakes"));
  EXPECT_TRUE(says(wrong(quoted(bad)), "bad.json:1"));
}

TEST_F(OwnProduct, IsPlayedByItsFileAloneInScenariosAndOnTheCommandLine) {
  folder_.write("beeper.json", kOwnProduct);
  const ConnectionSpec plain = connection(R"("beeper")");
  EXPECT_EQ(plain.strategy, "keepalive");
  EXPECT_EQ(plain.product, "beeper");
  EXPECT_EQ(plain.server_port, 7777);
  EXPECT_EQ(plain.transport, Transport::Udp);
  EXPECT_EQ(plain.options.span("interval"), 60s) << "half of four half minutes";
  EXPECT_EQ(plain.options.span("give_up_after"), 360s) << "three periods";
  EXPECT_EQ(plain.options.count("bytes"), 12);
  const ConnectionSpec told = connection(R"({"bp": {"Period": "10m", "Loudness": 20}})");
  EXPECT_EQ(told.options.span("interval"), 300s);
  EXPECT_EQ(told.options.count("bytes"), 20);
  EXPECT_EQ(connection(R"({"beeper": {"Period": 0}})").strategy, "silent");
  Products products(options().profile_paths);
  const Result<StrategyChoice> choice = products.parse("beeper=10m,loudness=15");
  ASSERT_TRUE(choice.ok()) << to_string(choice.errors().front());
  EXPECT_EQ(choice.value().json(10min), R"({"keepalive": {"interval": "5m", "bytes": 15, )"
                                        R"("give_up_after": "30m"}})");
  EXPECT_EQ(choice.value().pastes(10min).front().second, "period = 20\nloudness = 15\n");
}

TEST_F(OwnProduct, ItsLimitsAreThoseOfItsFile) {
  folder_.write("beeper.json", kOwnProduct);
  EXPECT_TRUE(says(wrong(R"({"beeper": {"Period": "45s"}})"),
                   "s.json:1:53: at /connections/0/strategy/beeper/Period: found 45s; allowed: "
                   "multiples of 30s from 1m to 1h, or 0, which is off"));
  EXPECT_EQ(wrong(R"({"beeper": {"Period": "1h"}})"), "");
  EXPECT_TRUE(says(wrong(R"({"beeper": {"Period": "1h30s"}})"), "found 1h30s"));
  EXPECT_TRUE(says(wrong(R"({"beeper": {"Loudness": 21}})"), "a whole number from 10 to 20"));
  EXPECT_TRUE(says(wrong(R"({"beeper": {"Perod": 3}})"), "did you mean \"Period\"?"));
  EXPECT_TRUE(says(wrong(R"("beper")"), "did you mean \"beeper\"?"));
}

TEST_F(OwnProduct, OfTheSameNameTakesThePlaceOfABuiltInOne) {
  EXPECT_EQ(connection(R"("mqtt")").options.span("interval"), 60s);
  std::string text = kOwnProduct;
  text.replace(text.find("\"beeper\""), 8, "\"mqtt\"");
  folder_.write("mine.json", text);
  EXPECT_EQ(connection(R"("mqtt")").server_port, 7777);
  EXPECT_EQ(connection(R"("redis")").server_port, 6379);
}

TEST_F(OwnProduct, MistakesInItsFileNameFileLineColumnAndWhatIsAllowed) {
  const auto mistakes_with = [this](const std::string& from, const std::string& to) {
    std::string text = kOwnProduct;
    text.replace(text.find(from), from.size(), to);
    const std::string file = folder_.write("beeper.json", text);
    const std::string all = wrong(R"("beeper")");
    EXPECT_TRUE(says(all, file + ":")) << all;
    return all;
  };
  EXPECT_TRUE(says(mistakes_with("\"keepalive\"", "\"keepaliv\""),
                   "beeper.json:10:15: at /strategy: found \"keepaliv\"; allowed: silent, "));
  EXPECT_TRUE(
      says(mistakes_with("\"sets\": \"bytes\"", "\"sets\": \"byte\""), "did you mean \"bytes\"?"));
  EXPECT_TRUE(says(mistakes_with("\"option\": \"Period\"", "\"option\": \"Perod\""),
                   "beeper.json:18:26: at /interval/option: found \"Perod\", which is not among "
                   "the options; allowed: Period or Loudness; did you mean \"Period\"?"));
  EXPECT_TRUE(says(mistakes_with("\"times\": \"1/2\"", "\"times\": \"half\""),
                   R"(a factor such as "3/2" or "6")"));
  EXPECT_TRUE(says(mistakes_with("\"period = {Period}\"", "\"[volume=3]period = {Period}\""),
                   "found \"volume=3\"; allowed: an option of the strategy, or transport"));
  EXPECT_TRUE(says(mistakes_with("\"value\": 4", "\"value\": 400"), "multiples of 30s from 1m"));
  EXPECT_TRUE(says(mistakes_with("\"of\": \"Period\"", "\"of\": \"bytes\""),
                   "the option that is the interval, or a span of the strategy"));
  EXPECT_TRUE(says(mistakes_with("\"give_up_after\"", "\"give_up_afte\""),
                   "did you mean \"give_up_after\"?"));
  EXPECT_TRUE(says(mistakes_with("\"status\": \"recalled\"}", "\"status\": \"primary\"}"),
                   "names its source"));
  EXPECT_TRUE(says(mistakes_with("\"give_up_after\": {\"value\": {\"times\": \"3\", \"of\": "
                                 "\"Period\"}",
                                 "\"check_every\": {\"value\": \"5s\""),
                   "with an interval of 2m they do not fit together: check_every"));
}

TEST_F(OwnProduct, WhatFollowsIsNeverBeyondWhatTheStrategyTakes) {
  std::string text = kOwnProduct;
  text.replace(text.find("\"times\": \"3\""), 12, "\"times\": \"1000000\"");
  folder_.write("beeper.json", text);
  EXPECT_EQ(connection(R"({"beeper": {"Period": "1h"}})").options.span("give_up_after"),
            1'000'000 * Duration{1h});
  text.replace(text.find("\"most\": \"1h\","), 13, "");
  folder_.write("beeper.json", text);
  EXPECT_GT(connection(R"({"beeper": {"Period": "106000d"}})").options.span("give_up_after"),
            106'000 * Duration{24h});
}

TEST_F(OwnProduct, StandsOnNoPath) {
  folder_.write("beeper.json", kOwnProduct);
  const Result<Scenario> scenario = parse_scenario(
      R"({"path": [{"middlebox": {"name": "b", "profile": "beeper"}}], "connections": [{}]})",
      "s.json", options());
  ASSERT_FALSE(scenario.ok());
  EXPECT_TRUE(says(to_string(scenario.errors().front()), "there is no profile \"beeper\""));
}

// A row of the table in docs/products.md.
std::string row(const Product& product) {
  std::string aliases;
  for (const std::string& alias : product.aliases) {
    aliases += (aliases.empty() ? "`" : ", `") + alias + "`";
  }
  const Product::Option* option = product.interval();
  std::string interval;
  std::string usual = "-";
  if (option != nullptr) {
    interval = "`" + option->name + "`, " + print_duration(product.least_interval());
    interval +=
        option->most == INT64_MAX ? " on" : " to " + print_duration(product.most_interval());
    const Duration shipped = choose(product).as_shipped();
    usual = shipped == 0s ? "off" : print_duration(shipped);
  }
  return "| `" + product.name + "` | " + aliases + " | " + product.title + " | `" +
         std::string(product.strategy->name) + "`, " + name(product.transport) + " | " + interval +
         " | " + usual + " | " + product.simplified + " |\n";
}

TEST(BuiltinProducts, TheTableInTheReferenceIsMadeFromTheFiles) {
  const std::string begin = "<!-- products -->\n";
  const std::string end = "<!-- end of products -->\n";
  const std::string page = project_text("docs/products.md");
  const std::size_t from = page.find(begin);
  const std::size_t to = page.find(end);
  ASSERT_NE(from, std::string::npos);
  ASSERT_NE(to, std::string::npos);
  std::string table =
      "| name | also | what it is | played by | interval | default | what is simplified |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const Product* product : builtin_products()) table += row(*product);
  expect_golden("docs/products.md", page.substr(0, from + begin.size()) + table + page.substr(to));
}

}  // namespace
}  // namespace stayalive
