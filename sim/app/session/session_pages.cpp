// SPDX-License-Identifier: Apache-2.0
// What a page asks for, and when it has come.
#include <algorithm>

#include "app/session/session.h"

namespace stayalive {

void Session::begin_view() {
  ++figures_.pages.begun;
  view_ = {};
  view_.left = static_cast<std::uint32_t>(spec_.traffic.size());
  view_.began = now_;
  if (!rules_.page->document) ask_others();
}

void Session::ask_others() {
  for (std::uint32_t i = 1; i < spec_.traffic.size(); ++i) ask(workload_.write(i), true);
}

// A request of the page that is loading has its answer, or never will.
void Session::settle_in_view(std::uint32_t traffic, std::optional<TimePoint> answered_at) {
  if (!rules_.page || view_.left == 0) return;
  const bool answered = answered_at.has_value();
  --view_.left;
  view_.failed = view_.failed || !answered;
  if (traffic == 0 && rules_.page->document) {
    view_.names_came = answered && view_.left > 0;
    if (!answered) view_.left = 0;
  }
  if (view_.left > 0) return;
  PageFigures& pages = figures_.pages;
  if (view_.failed) {
    ++pages.failed;
    return;
  }
  const Duration load = *answered_at - view_.began;
  if (pages.loaded++ == 0) pages.first_load = load;
  pages.longest_load = std::max(pages.longest_load, load);
  pages.all_loads += load;
}

}  // namespace stayalive
