// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>

#include "document/document.h"
#include "run/report.h"

namespace stayalive {

// The stories of connections as a document, as sentences or as lists of them.
Document describe_stories(std::span<const ConnectionReport> connections, TimePoint end);

}  // namespace stayalive
