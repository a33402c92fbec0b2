// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "app/proxy/proxy_rules.h"
#include "base/option_spec.h"
#include "scenario/profiles/value_status.h"

namespace stayalive {

using ProxyOption = BoundOption<ProxyRules>;

// The values in which proxies differ.  The table of these is the only place that says which there
// are: the files in scenarios/proxies/, the values that a scenario lays over them, and the JSON
// Schema follow it.
std::span<const ProxyOption> proxy_options();
// nullptr when there is none of that name.
const ProxyOption* find_proxy_option(std::string_view key);
// Of statuses in the order of proxy_options() the one of this option; Given where there are none,
// since all values are then the scenario's own.
ValueStatus proxy_status_of(const std::vector<ValueStatus>& statuses, std::string_view key);

}  // namespace stayalive
