// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/document.h"
#include "study/advise/advise.h"

namespace stayalive {

// Advice as a document: what to use, how much it bears, what bounds it and what it costs.
Document describe_advice(const Advice& advice);

}  // namespace stayalive
