// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "report/page/html_page.h"
#include "scenario/scenario.h"

namespace stayalive {

// The profiles of the boxes and proxies on the paths of scenarios, each once, with the source of
// each value, as `stayalive profiles NAME` shows them.  Of one that is not built in it names the
// box only: its file says where its values are from.
void add_sources(HtmlPage& page, const std::vector<const Scenario*>& scenarios);

}  // namespace stayalive
