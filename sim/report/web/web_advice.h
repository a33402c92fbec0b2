// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/document.h"
#include "study/web/web_advice.h"

namespace stayalive {

// Advice for an HTTP server as a document: which timeout must be longer, what breaks and how often,
// and what to set.
Document describe_web_advice(const WebAdvice& advice);

}  // namespace stayalive
