// SPDX-License-Identifier: Apache-2.0
#include "document/not_yet.h"

#include <fmt/format.h>

#include "base/text.h"

namespace stayalive {

std::string not_by(TimePoint end) { return "not by " + print_duration(end - kStart); }

std::string by_the_end(TimePoint end) {
  return fmt::format("by {}, the end of the run", print_duration(end - kStart));
}

std::string not_within(Duration span) { return "not within " + print_duration(span); }

}  // namespace stayalive
