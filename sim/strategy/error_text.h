// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "stack/socket_error.h"

namespace stayalive {

// What strerror(3) says of this error on Linux; for None, what a program says when its peer closed
// the connection in order.
const char* error_text(SocketError error);

}  // namespace stayalive
