// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "middlebox/profile.h"
#include "scenario/object_reader.h"

namespace stayalive {

// One value of a profile.  The table of these is the only place that says which there are: profile
// files, the values that a scenario lays over a profile, and the JSON Schema follow it.
struct Knob {
  std::string key;  // as in a profile file: "ports.low"; in a scenario nested: "ports": {"low": ..}
  std::string_view help;
  std::optional<Timeout> timer;  // for the knobs called "timeouts.<timer>"
  bool (*read)(Reader&, Profile&, const Knob&) = nullptr;
};

std::span<const Knob> knobs();
// nullptr when there is none of that name.
const Knob* find_knob(std::string_view key);
// Why boxes with this tracker do not have the knob, as a sentence; empty when they do.
std::string reason_against(const Knob& knob, TrackerKind tracker);
// Reads the knobs as keys of a scenario's middlebox and lays them over `profile`.  checked: whether
// the profile is a real one, so that values it cannot have are reported.
void read_overrides(ObjectReader& in, Profile& profile, bool checked);
// Rules that involve several values, each reported at the knob's key in `report`.
struct KnobConflict {
  std::string_view key;
  std::string message;
  std::string allowed;
};
std::optional<KnobConflict> conflict_in(const Profile& profile);

}  // namespace stayalive
