// SPDX-License-Identifier: Apache-2.0
#include "app/judge/fault.h"

namespace stayalive {

const char* name(FaultKind kind) {
  switch (kind) {
    case FaultKind::None:
      return "none";
    case FaultKind::Flow:
      return "flow";
    case FaultKind::Link:
      return "link";
    case FaultKind::Host:
      return "host";
    case FaultKind::Asleep:
      return "asleep";
    case FaultKind::Address:
      return "address";
    case FaultKind::Away:
      return "away";
    case FaultKind::Hung:
      return "hung";
    case FaultKind::Peer:
      return "peer";
    case FaultKind::Proxy:
      return "proxy";
    case FaultKind::Drop:
      return "drop";
    case FaultKind::Server:
      return "server";
    case FaultKind::Way:
      return "way";
  }
  return "none";
}

bool is_loss(Outcome outcome, FaultKind blame) {
  switch (outcome) {
    case Outcome::Alive:
      return false;
    case Outcome::Remapped:
      // A box had forgotten it, if only for an instant.  A client may also have moved by itself.
      return blame == FaultKind::Flow;
    case Outcome::Closed:
      // A proxy that grew tired of waiting closes in order, too, but nobody had asked it to.
      return blame == FaultKind::Proxy;
    case Outcome::Forgotten:
    case Outcome::Detected:
    case Outcome::Reset:
    case Outcome::Refused:
      return true;
  }
  return true;
}

FaultCause flow_cause(std::uint32_t hop, const FlowNote& end) {
  FaultCause cause;
  cause.kind = FaultKind::Flow;
  cause.where = hop;
  cause.ended = true;
  cause.event = end.event;
  cause.timer = end.timer;
  cause.timeout = end.timeout;
  cause.refreshed_at = end.refreshed_at;
  cause.refreshed_from = end.refreshed_from;
  cause.refreshed_by = end.refreshed_by;
  return cause;
}

}  // namespace stayalive
