// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "scenario/json/object_reader.h"
#include "scenario/sections/sections.h"
#include "scenario/values/value_range.h"

namespace stayalive {
namespace {

constexpr std::size_t kMostAxes = 16;
constexpr std::size_t kLongestRange = 100;

void read_range(Reader& in, std::vector<JsonValue>& values) {
  std::string text;
  if (!in.text(text, kLongestRange)) return;
  Result<std::vector<JsonValue>> range = parse_range(text);
  if (range.ok()) {
    values = std::move(range).value();
    for (JsonValue& value : values) value.offset = in.offset();
    return;
  }
  for (const Diagnostic& error : range.errors()) {
    in.error(error.message, error.allowed, error.suggestion);
  }
}

void read_list(Reader& in, std::vector<JsonValue>& values) {
  in.array(1, kMostAxisValues, [&](Reader& item) {
    JsonValue value;
    if (item.anything(value)) values.push_back(std::move(value));
  });
}

}  // namespace

void read_sweep(Reader in, std::vector<Axis>& axes) {
  in.members(kMostAxes, [&](const std::string& path, Reader& member) {
    Axis axis{path, {}};
    member.text_or([&](Reader& text) { read_range(text, axis.values); },
                   [&](Reader& other) { read_list(other, axis.values); },
                   R"(a range such as "15s..10m/15s")");
    if (!axis.values.empty()) axes.push_back(std::move(axis));
  });
}

}  // namespace stayalive
