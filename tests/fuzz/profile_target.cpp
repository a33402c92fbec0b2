// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"
#include "fuzz/choices.h"
#include "fuzz/mistakes.h"
#include "fuzz/targets.h"
#include "fuzz/two_boxes.h"
#include "scenario/profiles/profiles.h"

namespace stayalive {

void fuzz_profile(std::span<const std::uint8_t> bytes) {
  Choices choices(bytes);
  const Result<ProfileDocument> result = parse_profile(choices.rest(), "fuzz.json");
  if (!result.ok()) return check_placed_mistakes(result.errors());
  const ProfileDocument& document = result.value();
  CHECK(!document.profile.name.empty(), "a profile has a name");
  // Whatever the values are, the bytes of the text make as good packets as any.
  feed_box(document.profile, choices);
}

}  // namespace stayalive
