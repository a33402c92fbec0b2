// SPDX-License-Identifier: Apache-2.0
#include "strategy/strategy.h"

#include "strategy/error_text.h"

namespace stayalive {

Ending Strategy::ending(SocketError error) const {
  return {error_text(error), error == SocketError::None ? 0 : 1};
}

}  // namespace stayalive
