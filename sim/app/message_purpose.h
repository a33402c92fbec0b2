// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "strategy/message.h"

namespace stayalive {

// What a message is for, in the words of its protocol: "reply", "HTTP request #2",
// "HTTP 502 to #2", "GOAWAY last=5 code=0", "TLS flight 1", "close_notify".  http: of a connection
// that speaks HTTP.
std::string purpose_of(const Message& message, bool http);

}  // namespace stayalive
