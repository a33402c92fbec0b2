// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace stayalive {

// What a JSON text is, from the keys of its outermost object alone.
enum class FileKind : std::uint8_t {
  Scenario,
  Profile,  // of a box
  Proxy,    // a profile of one
  Server,   // likewise
  Pool,     // likewise
  Watcher,  // likewise
  Product,  // likewise: of a program that keeps connections alive
  Medium,   // likewise: of what packets cost on a line
  Schema,   // a JSON Schema
  Result,   // of `run` or `test`
  Other,    // it has none of the keys that make a scenario
  Broken,   // it cannot be read to its end as JSON; whoever parses it says why
};
// "a profile"
std::string_view name(FileKind kind);

// Of a box, of a proxy, of a server, of a pool, of a watcher, of a program or of a medium.
constexpr bool is_profile(FileKind kind) {
  return kind == FileKind::Profile || kind == FileKind::Proxy || kind == FileKind::Server ||
         kind == FileKind::Pool || kind == FileKind::Watcher || kind == FileKind::Product ||
         kind == FileKind::Medium;
}

FileKind kind_of(std::string_view text);
// Why a file of this kind cannot be used where something else is wanted.
Diagnostic wrong_kind(const std::string& file, FileKind kind, std::string allowed);

}  // namespace stayalive
