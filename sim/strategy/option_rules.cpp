// SPDX-License-Identifier: Apache-2.0
#include "strategy/option_rules.h"

#include "base/text.h"

namespace stayalive {

void require_whole_seconds(const Options& options, std::initializer_list<std::string_view> keys,
                           std::vector<OptionError>& errors) {
  for (const std::string_view key : keys) {
    const Duration span = options.span(key);
    if (span % 1s == Duration::zero()) continue;
    errors.push_back({key, print_duration(span) + " is not a whole number of seconds"});
  }
}

}  // namespace stayalive
