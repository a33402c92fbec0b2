// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/document.h"
#include "study/advise/compare.h"

namespace stayalive {

// A comparison as a document: a row for each way to keep alive.
Document describe_comparison(const Comparison& comparison);

}  // namespace stayalive
