// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "run/report.h"

namespace stayalive {

// How sure the values are on which a verdict rests: "It rests on nat's tcp.established of 5m
// (documented) and silent at expiry (assumed), the weakest."  Empty when there are none.
std::string support_sentence(const std::vector<Support>& supports);

}  // namespace stayalive
