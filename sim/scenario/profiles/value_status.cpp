// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/value_status.h"

namespace stayalive {

std::string_view words(ValueStatus status) {
  switch (status) {
    case ValueStatus::Given:
      return "given by the scenario";
    case ValueStatus::Measured:
      return "measured";
    case ValueStatus::Primary:
      return "documented";
    case ValueStatus::Secondary:
      return "secondary";
    case ValueStatus::Derived:
      return "derived";
    case ValueStatus::Recalled:
      return "recalled";
    case ValueStatus::Chosen:
      return "assumed";
  }
  return "assumed";
}

}  // namespace stayalive
