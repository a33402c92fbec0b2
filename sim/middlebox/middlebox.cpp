// SPDX-License-Identifier: Apache-2.0
#include "middlebox/middlebox.h"

namespace stayalive {

const char* name(DropReason reason) {
  switch (reason) {
    case DropReason::None:
      return "none";
    case DropReason::NoMapping:
      return "no-mapping";
    case DropReason::Filtered:
      return "filtered";
    case DropReason::Expired:
      return "expired";
    case DropReason::TableFull:
      return "table-full";
    case DropReason::NoPorts:
      return "no-ports";
    case DropReason::BadState:
      return "bad-state";
    case DropReason::Policy:
      return "policy";
    case DropReason::OldAddress:
      return "old-address";
    case DropReason::OtherWay:
      return "other-way";
  }
  return "unknown";
}

}  // namespace stayalive
