// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>

#include "base/result.h"

namespace stayalive {

// What people write by hand is smaller.
inline constexpr std::size_t kMostTextBytes = std::size_t{16} << 20;

// The whole contents of a file.  A file that is missing, is a folder, cannot be read or has more
// than `most` bytes, a whole number of MiB, is a Diagnostic.
Result<std::string> read_text_file(const std::string& file, std::size_t most = kMostTextBytes);

}  // namespace stayalive
