// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "scenario/parse.h"

namespace stayalive {

// A question of the page, read.
struct PageRequest {
  std::string ask;
  std::string scenario;  // its text
  std::string connection;
  std::string name;  // of a profile or a product
  std::string survive;
  std::string notice_within;
  std::vector<std::string> axes;
  std::optional<std::uint64_t> seed;
  std::uint64_t runs = 20;

  // What scenarios are called in messages: there is no file.
  static constexpr const char* kFile = "scenario";
  // A page has less room and less patience than a program.
  ParseOptions parse() const;
};

// Members that are unknown, or of another type, are mistakes.
Result<PageRequest> read_request(std::string_view text);

}  // namespace stayalive
