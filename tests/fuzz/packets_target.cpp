// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "fuzz/choices.h"
#include "fuzz/targets.h"
#include "fuzz/two_boxes.h"
#include "scenario/profiles/profiles.h"

namespace stayalive {

void fuzz_packets(std::span<const std::uint8_t> bytes) {
  static const std::vector<const ProfileDocument*> kProfiles = builtin_profiles();
  Choices choices(bytes);
  Profile profile = kProfiles[choices.below(kProfiles.size())]->profile;
  // Some tables are so small that they fill up.
  if (const std::uint8_t few = choices.byte(); few < 128) profile.capacity = 1 + few % 8;
  feed_box(profile, choices);
}

}  // namespace stayalive
