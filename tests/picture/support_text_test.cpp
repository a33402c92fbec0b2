// SPDX-License-Identifier: Apache-2.0
#include "picture/support_text.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(SupportText, NamesTheWeakestOnlyWhereNobodyHasReadIt) {
  std::vector<Support> supports{
      {"lb", "timeouts.tcp.established", "4m", "tcp.established of 4m", ValueStatus::Primary},
      {"lb", "on_expiry", "silent", "silent at expiry", ValueStatus::Derived}};
  EXPECT_EQ(support_sentence(supports),
            "It rests on lb's tcp.established of 4m (documented); silent at expiry (derived).");
  supports.push_back({"lb", "stray_internal", "dropped", "the next packet from inside: dropped",
                      ValueStatus::Chosen});
  supports.push_back({"lb", "stray_external", "dropped", "the next packet from outside: dropped",
                      ValueStatus::Recalled});
  EXPECT_EQ(
      support_sentence(supports),
      "It rests on lb's tcp.established of 4m (documented); silent at expiry (derived); the "
      "next packet from inside: dropped (assumed, the weakest); the next packet from outside: "
      "dropped (recalled).");
  EXPECT_EQ(support_sentence({}), "");
}

}  // namespace
}  // namespace stayalive
