// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "middlebox/profile.h"
#include "scenario/profiles/value_status.h"

namespace stayalive {

// A document in which values of a profile were read.
struct ValueSource {
  std::string title;
  std::string date;  // of the text: "2024-02-12", "2024-02", "2024"; when it was read where it
                     // bears none; empty when unknown
  std::string url;
  std::string text() const;  // "title, date, url"
};

struct SourcedValue {
  std::string key;    // as in the profile file: "timeouts.tcp.established"
  std::string value;  // as text: "350s"
  ValueStatus status = ValueStatus::Recalled;
  std::string source;  // ValueSource::text(); empty for Recalled and Chosen
  std::string note;
};

// A profile with where each of its values comes from.
struct ProfileDocument {
  Profile profile;
  std::string summary;  // one or two sentences: what it is and what it does to idle flows
  std::string checked;  // date on which the sources were read, "2026-11-20"
  std::vector<ValueSource> sources;
  std::vector<SourcedValue> values;
  // nullptr when the file does not give it.
  const SourcedValue* find(std::string_view key) const;
};

// The profiles built into the program, in the order of their names; they live as long as it does.
std::vector<const ProfileDocument*> builtin_profiles();
// nullptr when there is none of that name.
const ProfileDocument* find_builtin_profile(std::string_view name);
// Reads a profile from JSON text, in the same shape as the files in scenarios/profiles/.
Result<ProfileDocument> parse_profile(std::string_view text, const std::string& file);

}  // namespace stayalive
