// SPDX-License-Identifier: Apache-2.0
#include "study/trials/expectation_tally.h"

namespace stayalive {

void ExpectationTally::add(const ExpectationReport& report, std::uint64_t seed) {
  text = report.text;
  pointer = report.pointer;
  ++runs;
  if (report.holds) {
    ++held;
  } else if (!failure || seed < failure->seed) {
    failure = ExpectationFailure{seed, report.found, report.blame, report.of_many};
  }
}

}  // namespace stayalive
