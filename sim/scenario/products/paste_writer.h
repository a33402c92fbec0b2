// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "scenario/products/strategy_choice.h"

namespace stayalive {

// The condition at the beginning of a line to paste, "side=both" of "[side=both]    lines"; empty
// where there is none.
std::string_view condition_of(std::string_view line);

// Fills the lines in that a product has for its files.
class PasteWriter {
 public:
  // choice must outlive this.
  PasteWriter(const StrategyChoice& choice, Duration interval)
      : choice_(choice), interval_(interval), options_(choice.at(interval)) {}

  // Whether a condition of Product::Paste holds.
  bool is_true(std::string_view condition) const;
  // The lines whose conditions hold, filled in.
  std::string lines(std::string_view text) const;
  std::string fill(std::string_view text) const;
  // Whether the paste appears, and depends on this option of the strategy.
  bool says(const Product::Paste& paste, const std::string& key) const;

 private:
  std::string value_of(std::string_view key) const;
  // As the product writes it.
  std::int64_t value_of(const Product::Option& option) const;

  const StrategyChoice& choice_;
  Duration interval_;
  Options options_;
};

}  // namespace stayalive
