// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "scenario/products/products.h"

namespace stayalive {

// What the words of a command line without options name: a scenario and perhaps a connection of
// it, or strategies and the boxes on the path, in any order.
struct QuestionWords {
  std::string scenario;
  std::string connection;
  std::vector<std::string> strategies;  // as Products::parse() reads them
  std::string through;                  // as parse_boxes() reads it
};

// Reads such words: {"postgresql", "openwrt,azure-lb"}, {"tcp=5m", "openssh=60s", "azure-lb"},
// {"ssh.json", "every-1m"}.  A first word that ends in ".json", has a folder or is a file names a
// scenario.  Of the others a strategy is a product's name; the rest are boxes, and a comma
// at the end of a word goes on with the next.  through and strategies: the options; what they name
// comes first, and a path that words name, too, is a mistake unless `through` ends with a comma.
Result<QuestionWords> read_words(const std::vector<std::string>& words, const std::string& through,
                                 const std::vector<std::string>& strategies, Products& products);

}  // namespace stayalive
