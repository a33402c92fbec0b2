// SPDX-License-Identifier: Apache-2.0
#include "strategy/strategy.h"

#include "strategy/error_text.h"

namespace stayalive {

Ending Strategy::ending(SocketError error) const {
  return {error_text(error), error == SocketError::None ? 0 : 1};
}

TimedBy messages_timed_by(const StrategyKind& kind, const Options& options) {
  return kind.timed_by == nullptr ? TimedBy::Program : kind.timed_by(options);
}

TimedBy keepalives_timed_by(const StrategyKind& kind, const Options& options) {
  return kind.probes ? TimedBy::Kernel : messages_timed_by(kind, options);
}

}  // namespace stayalive
