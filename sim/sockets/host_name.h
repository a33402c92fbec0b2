// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "net/address.h"

namespace stayalive {

// The first IPv4 address of a host, by its name or its own text.  Where there is none, `why` says
// so in a sentence.
std::optional<AddressId> resolve_host(const std::string& host, std::string& why);

}  // namespace stayalive
