// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/option_spec.h"
#include "middlebox/profile.h"
#include "scenario/json/object_reader.h"
#include "scenario/profiles/profiles.h"

namespace stayalive {

// One value of a profile.  The table of these is the only place that says which there are: profile
// files, the values that a scenario lays over a profile, and the JSON Schema follow it.  A key is
// as in a profile file, "ports.low"; in a scenario it is nested: "ports": {"low": ..}.
struct ProfileOption {
  OptionSpec spec;
  OptionSlot (*slot)(Profile&) = nullptr;  // nullptr for a timer
  std::optional<Timeout> timer;            // of the options called "timeouts.<timer>"

  // Where its value lives in `profile`.
  OptionSlot in(Profile& profile) const { return timer ? profile.timeouts[*timer] : slot(profile); }
};

std::span<const ProfileOption> profile_options();
// nullptr when there is none of that name.
const ProfileOption* find_profile_option(std::string_view key);
// Why boxes with this tracker do not have the option, as a sentence; empty when they do.
std::string reason_against(const ProfileOption& option, TrackerKind tracker);
// How sure each option's value is in the profile, in the order of profile_options(): what its file
// does not give has the model's default, which is Chosen.
std::vector<ValueStatus> statuses_of(const ProfileDocument& document);
// The one of this option; Chosen where there are no statuses, or no such option.
ValueStatus status_of(const std::vector<ValueStatus>& statuses, std::string_view key);
// Reads the options as keys of a scenario's middlebox, lays them over `profile` and notes that they
// are Given.  checked: whether the profile is a real one, so that values it cannot have are
// reported; otherwise there are no statuses.
void read_overrides(ObjectReader& in, Profile& profile, std::vector<ValueStatus>& statuses,
                    bool checked);
// Rules that involve several values, with the key at which it is reported.
struct ProfileConflict {
  std::string_view key;
  std::string message;
  std::string allowed;
};
std::optional<ProfileConflict> conflict_in(const Profile& profile);

}  // namespace stayalive
