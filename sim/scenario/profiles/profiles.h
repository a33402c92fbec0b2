// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "middlebox/profile.h"

namespace stayalive {

// How sure a value of a profile is.
enum class SourceStatus : std::uint8_t {
  Primary,    // read in the vendor's documentation, the source code or the RFC
  Secondary,  // read in a copy, a quotation, a configuration dump or a third party's page
  Recalled,   // nobody has read it in a source
  Derived,    // follows from other values by arithmetic
  Chosen,     // not a fact about the product: the modeller's choice where nothing is known
};
std::string_view name(SourceStatus status);

struct SourcedValue {
  std::string key;    // as in the profile file: "timeouts.tcp.established"
  std::string value;  // as text: "350s"
  SourceStatus status = SourceStatus::Recalled;
  std::string source;  // title and address of what was read; empty for Recalled and Chosen
  std::string note;
};

// A profile with where each of its values comes from.
struct ProfileDocument {
  Profile profile;
  std::string summary;  // one or two sentences: what it is and what it does to idle flows
  std::string checked;  // date on which the sources were read, "2026-11-20"
  std::vector<SourcedValue> values;
};

// The profiles built into the program, in the order of their names; they live as long as it does.
std::vector<const ProfileDocument*> builtin_profiles();
// nullptr when there is none of that name.
const ProfileDocument* find_builtin_profile(std::string_view name);
// Reads a profile from JSON text, in the same shape as the files in scenarios/profiles/.
Result<ProfileDocument> parse_profile(std::string_view text, const std::string& file);

}  // namespace stayalive
