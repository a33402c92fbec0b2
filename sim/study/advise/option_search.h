// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "study/advise/advise.h"

namespace stayalive {

// Advice that also searches the options by which the product decides how soon it notices a crash,
// where AdviseOptions::notice_within asks for that: Recipe::searched, except what the user gave.
// Each setting is simulated like the product's own.  Another one is taken when it is in time and
// the product's own is not, when it leaves the wanted margin and that does not, or when its
// interval is half as long again and it still bears an outage of a quarter of the time.  Without
// the wish it is advise().
//
// Leaves the subject with the strategy that is advised.
Advice advise_with_options(Subject& subject, const AdviseOptions& options);

}  // namespace stayalive
