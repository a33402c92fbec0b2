// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "app/proxy/proxy_rules.h"
#include "base/result.h"
#include "scenario/profiles/product_file.h"

namespace stayalive {

// A proxy as a product: its rules, and where each of them comes from.
struct ProxyDocument : ProductFile {
  ProxyRules rules;
};

// The proxies built into the program, in the order of their names; they live as long as it does.
std::vector<const ProxyDocument*> builtin_proxies();
// nullptr when there is none of that name.
const ProxyDocument* find_builtin_proxy(std::string_view name);
// Reads a proxy from JSON text, in the same shape as the files in scenarios/proxies/.
Result<ProxyDocument> parse_proxy(std::string_view text, const std::string& file);

// How sure each option's value is in the file, in the order of proxy_options(): what it does not
// give has the model's default, which is Chosen.
std::vector<ValueStatus> statuses_of(const ProxyDocument& document);

}  // namespace stayalive
