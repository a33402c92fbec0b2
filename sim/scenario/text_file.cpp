// SPDX-License-Identifier: Apache-2.0
#include "scenario/text_file.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

namespace stayalive {

namespace {

Result<std::string> failure(const std::string& file, std::string message, std::string allowed) {
  return std::vector<Diagnostic>{{file, 0, 0, {}, std::move(message), std::move(allowed), {}}};
}

}  // namespace

Result<std::string> read_text_file(const std::string& file, std::size_t most) {
  std::error_code code;
  const std::filesystem::file_status status = std::filesystem::status(file, code);
  if (!std::filesystem::exists(status)) {
    return failure(file, "this file does not exist", "the name of a file");
  }
  if (std::filesystem::is_directory(status)) {
    return failure(file, "this is a folder", "the name of a file");
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) return failure(file, "this file cannot be opened", "a file that may be read");
  // A pipe or a device has no size beforehand, so the limit is kept while reading.
  std::string text;
  const std::uintmax_t size = std::filesystem::file_size(file, code);
  if (!code && size <= most) text.reserve(static_cast<std::size_t>(size) + 1);
  std::string part(std::size_t{1} << 16, '\0');
  while (in && text.size() <= most) {
    in.read(part.data(), static_cast<std::streamsize>(part.size()));
    text.append(part.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (text.size() > most) {
    return failure(file, "this file is too large",
                   "at most " + std::to_string(most >> 20) + " MiB");
  }
  if (in.bad()) return failure(file, "this file cannot be read to its end", "a readable file");
  return text;
}

}  // namespace stayalive
