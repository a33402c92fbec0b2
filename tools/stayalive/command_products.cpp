// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "base/text.h"
#include "command.h"
#include "output.h"
#include "report/products.h"
#include "scenario/products/products.h"
#include "scenario/text_file.h"

namespace stayalive {
namespace {

struct ProductsArguments {
  std::string wanted;
  OutputOptions output;
  ParseOptions parse;
};

int show_product_file(const std::string& file, Output& output) {
  const Result<std::string> text = read_text_file(file);
  const Result<Product> product =
      text.ok() ? parse_product(text.value(), file) : Result<Product>(text.errors());
  if (!product.ok()) {
    print_errors(product.errors());
    return kWrongInput;
  }
  output.print(describe_product(try_as_shipped(product.value())));
  return kHolds;
}

int show_products(const ProductsArguments& arguments) {
  Output output(arguments.output);
  const std::string& wanted = arguments.wanted;
  if (wanted.ends_with(".json")) return show_product_file(wanted, output);
  Products products(arguments.parse.profile_paths);
  if (!products.mistakes().empty()) {
    print_errors(products.mistakes());
    return kWrongInput;
  }
  if (wanted.empty()) {
    std::vector<ShippedDefault> all;
    for (const Product* product : products.all()) all.push_back(try_as_shipped(*product));
    output.print(describe_products(all, products.refused()));
    return kHolds;
  }
  const Product* product = products.find(wanted);
  if (const std::string refusal = products.refusal(wanted); !refusal.empty()) {
    Diagnostic refused;
    refused.message = refusal;
    print_errors({refused});
    return kWrongInput;
  }
  if (product == nullptr) {
    Diagnostic mistake;
    mistake.message = "there is no product " + quote(wanted);
    mistake.allowed = "one of the " + std::to_string(products.all().size()) +
                      " that `stayalive products` lists; or a file, such as \"./my-program.json\"";
    mistake.suggestion = closest_word(wanted, products.names());
    print_errors({mistake});
    return kWrongInput;
  }
  output.print(describe_product(try_as_shipped(*product)));
  return kHolds;
}

}  // namespace

void add_products(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "products", "List the programs that are known by name, or show one with its options");
  auto arguments = std::make_shared<ProductsArguments>();
  command->add_option("PRODUCT", arguments->wanted, "A product, or a product file (*.json)");
  add_format(*command, arguments->output);
  add_width(*command, arguments->output);
  add_profile_paths(*command, arguments->parse);
  command->footer(
      "Examples:\n  stayalive products\n  stayalive products rabbitmq\n"
      "  stayalive products ./my-program.json");
  command->callback([arguments, &exit_code] { exit_code = show_products(*arguments); });
}

}  // namespace stayalive
