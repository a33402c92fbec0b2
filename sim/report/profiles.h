// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "document/document.h"
#include "scenario/profiles/profiles.h"

namespace stayalive {

// Profiles as a document: a row for each, with the timers that matter most.
Document describe_profiles(const std::vector<const ProfileDocument*>& profiles);
// One profile as a document: a row for each value, with its source.  As data both have one shape.
Document describe_profile(const ProfileDocument& profile);

}  // namespace stayalive
