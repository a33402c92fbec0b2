// SPDX-License-Identifier: Apache-2.0
#include "report/run/weakest.h"

#include <string>

namespace stayalive {

Value weakest_value(const Support* least_sure) {
  return least_sure == nullptr ? Value() : Value(least_sure->who + ": " + least_sure->words);
}

Value weakest_status(const Support* least_sure) {
  return least_sure == nullptr ? Value() : Value(std::string(name(least_sure->status)));
}

}  // namespace stayalive
