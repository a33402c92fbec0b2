// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <ostream>
#include <stop_token>
#include <string>
#include <vector>

#include "study/advise/advise.h"
#include "study/advise/compare.h"
#include "study/web/web_advice.h"

namespace stayalive {

struct AdviceForPage {
  const Subject& subject;
  const Advice& advice;
  std::stop_token stop{};  // of the runs that are played again for the ladders
};
// Advice as a page: the interval to use, the window of those that hold, a ladder of the nearest
// that does not, and the evidence.
void write_advice_page(std::ostream& out, const AdviceForPage& advice, const std::string& made_by);

struct ComparisonForPage {
  const std::vector<Contestant>& contestants;
  const Comparison& comparison;
  std::stop_token stop{};
};
// A comparison as a page: what holds, what each costs against how soon it notices a crash, a ladder
// of each that does not hold, and the evidence.
void write_comparison_page(std::ostream& out, const ComparisonForPage& comparison,
                           const std::string& made_by);

// Advice on an HTTP server's timeout as a page: whether requests fail, and after which pauses.
void write_web_page(std::ostream& out, const WebAdvice& advice, const std::string& made_by);

}  // namespace stayalive
