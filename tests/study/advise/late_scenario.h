// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <string>

#include "base/text.h"
#include "scenario/parse.h"
#include "study/advise/scenario_draft.h"

namespace stayalive {

// A drafted scenario with one more hop at the server's end.
inline std::string with_hop(std::string text, const std::string& hop) {
  const std::size_t end = text.find("\n  ],\n  \"connections\"");
  EXPECT_NE(end, std::string::npos) << text;
  if (!hop.empty()) text.insert(end, ",\n    " + hop);
  return text;
}

// A draft's scenario, with one more hop, in which its keepalives come only after `late`, while all
// that follows from the interval is as at the draft's own.
inline Result<Scenario> late_scenario(const ScenarioDraft& draft, const std::string& hop,
                                      Duration late) {
  const std::string text = with_hop(draft.json(), hop);
  const auto member = [&draft](Duration span) {
    return "\"" + std::string(draft.strategy.product->interval()->sets->key) + "\": \"" +
           print_duration(span) + "\"";
  };
  const std::string own = member(draft.interval);
  const std::size_t at = text.find(own);
  EXPECT_NE(at, std::string::npos) << text;
  const auto with = [&](Duration span) {
    std::string changed = text;
    changed.replace(at, own.size(), member(span));
    return parse_scenario(changed, "late.json");
  };
  Result<Scenario> result = with(late);
  if (result.ok()) return result;
  return with((late + 999ms) / 1s * Duration{1s});  // a product that counts in seconds
}

}  // namespace stayalive
