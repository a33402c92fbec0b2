// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "middlebox/profile.h"
#include "scenario/profiles/sourced_file.h"

namespace stayalive {

// A profile with where each of its values comes from.
struct ProfileDocument : SourcedFile {
  Profile profile;
};

// The profiles built into the program, in the order of their names; they live as long as it does.
std::vector<const ProfileDocument*> builtin_profiles();
// nullptr when there is none of that name.
const ProfileDocument* find_builtin_profile(std::string_view name);
// Reads a profile from JSON text, in the same shape as the files in scenarios/profiles/.
Result<ProfileDocument> parse_profile(std::string_view text, const std::string& file);

}  // namespace stayalive
