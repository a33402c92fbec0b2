// SPDX-License-Identifier: Apache-2.0
#include "report/products.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/sourced_values.h"
#include "scenario/products/strategy_choice.h"

namespace stayalive {
namespace {

using Behind = ShippedDefault::Behind;

std::string default_text(const ShippedDefault& shipped) {
  if (shipped.product->interval() == nullptr) return "-";
  return shipped.interval == Duration::zero() ? "off" : print_duration(shipped.interval);
}

// "azure-lb 4m, aws-nlb 5m50s": where it dies, and after how many whole seconds.
std::string deaths_text(const ShippedDefault& shipped) {
  std::string text;
  for (const Behind& behind : shipped.behind) {
    if (!behind.died_after) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", behind.box,
                        print_duration(*behind.died_after / 1s * Duration{1s}));
  }
  return text;
}

Value least_of(const Product::Option& option) {
  return option.sets->type == OptionType::Span || option.sets->type == OptionType::Count
             ? Value(option.print(option.least))
             : Value();
}

Value most_of(const Product::Option& option) {
  return least_of(option).missing() || option.most == INT64_MAX ? Value()
                                                                : Value(option.print(option.most));
}

std::string factor_of(const Product::Option& option) {
  if (option.denominator == 1) return std::to_string(option.numerator);
  return fmt::format("{}/{}", option.numerator, option.denominator);
}

Tree option_tree(const Product::Option& option) {
  return Tree::record({{"name", option.name},
                       {"sets", std::string(option.sets->key)},
                       {"times", factor_of(option)},
                       {"minus", Duration{option.minus}},
                       {"least", least_of(option)},
                       {"most", most_of(option)},
                       {"default", option.usual ? Value(option.print(*option.usual)) : Value()},
                       {"help", option.help}});
}

Tree shipped_tree(const ShippedDefault& shipped) {
  const Product& product = *shipped.product;
  Tree tree = product_tree(product);
  Tree options = Tree::list();
  for (const Product::Option& option : product.options) options.add(option_tree(option));
  Tree behind = Tree::list();
  for (const Behind& each : shipped.behind) {
    behind.add(Tree::record({{"box", std::string(each.box)},
                             {"held", !each.died_after},
                             {"died_after", each.died_after ? Value(*each.died_after) : Value()}}));
  }
  tree.set("also", Tree::list_of(product.aliases));
  tree.set("strategy", std::string(product.strategy->name));
  tree.set("transport", name(product.transport));
  tree.set("port", product.port == 0 ? Value() : Value(std::uint64_t{product.port}));
  tree.set("interval", product.interval() == nullptr ? Value() : Value(product.interval()->name));
  tree.set("shipped_interval", shipped.interval);
  tree.set("options", options);
  tree.set("as_shipped", behind);
  return tree;
}

Tree products_tree(const std::vector<ShippedDefault>& products,
                   const std::vector<const Product*>& refused) {
  Tree list = Tree::list();
  for (const ShippedDefault& shipped : products) list.add(shipped_tree(shipped));
  Tree others = Tree::list();
  for (const Product* product : refused) {
    others.add(Tree::record(
        {{"name", product->name}, {"title", product->title}, {"not_played", product->not_played}}));
  }
  return Tree::record(
      {{"format", "stayalive-products"}, {"version", 1}, {"products", list}, {"refused", others}});
}

std::vector<Block> product_listing(const std::vector<ShippedDefault>& products,
                                   const std::vector<const Product*>& refused) {
  Table table({Column::of("PRODUCT", "product"), Column::of("OVER", "transport"),
               Column::for_people("DEFAULT"), Column::for_programs("shipped_interval", Unit::Span),
               Column::of("DOES NOT HOLD BEHIND", "does_not_hold_behind").wrapping(24),
               Column::of("WHAT IT IS", "title").wrapping(30).below_if_narrower()});
  for (const ShippedDefault& shipped : products) {
    const std::string deaths = deaths_text(shipped);
    table.add({Cell(shipped.product->name, Tone::Strong), name(shipped.product->transport),
               default_text(shipped), shipped.interval,
               Cell(deaths, deaths.empty() ? Tone::Plain : Tone::Warn), shipped.product->title});
  }
  std::string boxes;
  for (const std::string_view box : common_boxes()) {
    boxes += (boxes.empty() ? "" : ", ") + std::string(box);
  }
  std::vector<Block> all{
      std::move(table), Gap{},
      Paragraph{{fmt::format(
          "An idle connection with the default was simulated for {} behind each of {}; where it "
          "does not hold, it was dead after so long. OFF: the product sends no keepalives unless "
          "it is told to.",
          print_duration(kShippedSpan), boxes)}},
      Line{{"`stayalive products NAME` shows the options of one, and every value with its "
            "source."}}};
  if (!refused.empty()) all.insert(all.end() - 1, Line{{"Not played:"}});
  for (const Product* product : refused) {
    all.insert(all.end() - 1, Item{{product->name + ": " + product->not_played}, 2, 4});
  }
  return all;
}

Table option_table(const Product& product) {
  Table table({Column::of("OPTION", "option"), Column::of("SETS", "sets"),
               Column::of("DEFAULT", "default"), Column::of("ALLOWED", "allowed").ranked(1),
               Column::of("WHAT IT IS", "help").wrapping(30).below_if_narrower()});
  for (const Product::Option& option : product.options) {
    std::string sets(option.sets->key);
    if (option.numerator != option.denominator) sets += " times " + factor_of(option);
    if (option.minus > 0) sets += ", less " + print_duration(Duration{option.minus});
    table.add({Cell(option.name, Tone::Strong), sets,
               option.usual ? Value(option.print(*option.usual)) : Value(), option.allowed(),
               option.help});
  }
  return table;
}

std::vector<Block> product_page(const ShippedDefault& shipped) {
  const Product& product = *shipped.product;
  std::vector<Block> all = product_details(product, "product");
  std::vector<Block> own{Line{{fmt::format("Played by the strategy {} over {}.",
                                           product.strategy->name, name(product.transport))}}};
  if (!product.aliases.empty()) {
    const std::vector<std::string_view> names(product.aliases.begin(), product.aliases.end());
    own.emplace_back(Line{{"Also called " + join_choices(names) + "."}});
  }
  const std::string deaths = deaths_text(shipped);
  const bool sends = shipped.interval > Duration::zero();
  own.emplace_back(Line{{fmt::format(
      "As it ships, {}, an idle connection {}.",
      sends ? "with " + default_text(shipped) : std::string("without keepalives"),
      deaths.empty() ? "holds behind all common boxes" : "does not hold behind " + deaths)}});
  if (!product.options.empty()) {
    own.emplace_back(Gap{});
    own.emplace_back(option_table(product));
  }
  all.insert(all.end() - 2, own.begin(), own.end());
  const StrategyChoice choice = choose(product);
  for (const auto& [where, lines] : choice.pastes(choice.usual())) {
    all.emplace_back(Verbatim{lines, where});
  }
  return all;
}

}  // namespace

Document describe_products(const std::vector<ShippedDefault>& products,
                           const std::vector<const Product*>& refused) {
  return {[&] { return products_tree(products, refused); },
          [&] { return product_listing(products, refused); }};
}

Document describe_product(const ShippedDefault& shipped) {
  return {[&shipped] { return products_tree({shipped}, {}); },
          [&shipped] { return product_page(shipped); }};
}

}  // namespace stayalive
