// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "scenario/products/strategy_choice.h"
#include "scenario/profiles/named_files.h"

namespace stayalive {

// The products that are known by name: those of files and folders that the command line names, then
// those built in.  A product of a file takes the place of a built-in one of the same name.  Folders
// are read when somebody first asks for a product.
class Products {
 public:
  // paths: as ParseOptions::profile_paths; of other files and folders there nothing is taken.
  // files: where the files lie that a scenario may name; without them it may name none.
  explicit Products(std::vector<std::string> paths = {}, std::optional<NamedFiles> files = {})
      : paths_(std::move(paths)), files_(std::move(files)) {}
  // What is handed out refers to files that are kept here.
  Products(const Products&) = delete;
  Products& operator=(const Products&) = delete;

  // By name or another name of it; nullptr when there is none.  It lives as long as this, a
  // built-in one as long as the program.
  const Product* find(std::string_view name);
  // The product of a file that a scenario names by its path, "./my-program.json"; what is wrong
  // with the file is among the mistakes(), too.
  Result<const Product*> open(const std::string& path);
  // Why the product of this name is not played, as a sentence about it; empty where there is no
  // such product.
  std::string refusal(std::string_view name);
  // Those that are not played, in the order of their names.
  const std::vector<const Product*>& refused();
  // All that are played, in the order of their names.
  const std::vector<const Product*>& all();
  // Names and other names, for suggestions.
  std::vector<std::string_view> names();
  // Whether any was asked for.
  bool was_asked() const { return read_; }
  // What is wrong with files of products there.
  const std::vector<Diagnostic>& mistakes();

  // "NAME[=INTERVAL][,option=value]..." as a command line has it: "openssh=60s", "tcp=5m,count=3",
  // "keepalive=30s,transport=udp".  Options are the product's own ("ServerAliveCountMax=3") or
  // those of its strategy.  Mistakes are Diagnostics without a place.
  Result<StrategyChoice> parse(std::string_view text);

 private:
  void read_files();
  void read_file(const std::string& file);

  std::vector<std::string> paths_;
  std::optional<NamedFiles> files_;
  std::deque<std::pair<std::string, Product>> opened_;  // by the file
  bool read_ = false;
  std::deque<Product> own_;
  std::vector<const Product*> all_;
  std::vector<const Product*> refused_;
  std::vector<Diagnostic> mistakes_;
};

// The products built into the program that are played, in the order of their names; they live as
// long as it does.
std::vector<const Product*> builtin_products();
// By name or another name of it; nullptr when there is none.
const Product* find_builtin_product(std::string_view name);
// Products::parse() of those built in.
Result<StrategyChoice> parse_strategy(std::string_view text);

}  // namespace stayalive
