// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "base/result.h"

namespace stayalive {

// Does the work for a file.  That there is not enough memory for it is a mistake of this file, not
// the end of the program; what the work has allocated is free again.
template <class Work>
std::vector<Diagnostic> guarded(const std::string& file, Work&& work) {
  const auto mistake = [&file](std::string message) {
    return std::vector<Diagnostic>{{file, 0, 0, {}, std::move(message), {}, {}}};
  };
  try {
    work();
    return {};
  } catch (const std::bad_alloc&) {
    return mistake("there is not enough memory for it");
  } catch (const std::exception& error) {
    return mistake(std::string("it cannot be done: ") + error.what());
  }
}

}  // namespace stayalive
