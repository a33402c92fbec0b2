// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace stayalive {

// What the client and the server have to say, in one cell: "5m | not by 1h"; "-" once when both
// have nothing to say.
std::string both_sides(const std::string& client, const std::string& server);

}  // namespace stayalive
