// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/value.h"
#include "run/report.h"

namespace stayalive {

// The least sure value that an answer rests on, in two columns: "azure-lb: the next packet from
// inside: dropped" and "recalled", as profile files name it.  Empty where there is none.
Value weakest_value(const Support* least_sure);
Value weakest_status(const Support* least_sure);

}  // namespace stayalive
