// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/result.h"

namespace stayalive {

// The whole contents of a file.  A file that is missing, is not an ordinary file, cannot be read or
// has more than 16 MiB is a Diagnostic.
Result<std::string> read_text_file(const std::string& file);

}  // namespace stayalive
