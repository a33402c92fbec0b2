// SPDX-License-Identifier: Apache-2.0
#include "report/page/evidence.h"

#include <fmt/format.h>

#include <set>
#include <string>
#include <variant>

#include "report/profiles.h"
#include "scenario/profiles/proxies.h"

namespace stayalive {
namespace {

// The built-in profile whose values a box has, with those of the scenario laid over them.
const ProfileDocument* builtin_of(const MiddleboxSpec& box) {
  const ProfileDocument* found = find_builtin_profile(box.profile.name);
  return found != nullptr && found->profile.title == box.profile.title ? found : nullptr;
}

void add_box(HtmlPage& page, const MiddleboxSpec& box) {
  if (const ProfileDocument* profile = builtin_of(box)) {
    page.document(describe_profile(*profile));
  } else {
    page.words(
        {fmt::format("{} has the profile {}, which is not built in: its file says where its "
                     "values are from.",
                     box.name, box.profile.name)});
  }
}

void add_proxy(HtmlPage& page, const ProxySpec& proxy) {
  if (const ProxyDocument* profile = find_builtin_proxy(proxy.profile)) {
    page.document(describe_proxy(*profile));
  } else {
    page.words({fmt::format("{} has the values of the scenario, or of a file that it names.",
                            proxy.name)});
  }
}

}  // namespace

void add_sources(HtmlPage& page, const std::vector<const Scenario*>& scenarios) {
  std::set<std::string> told;
  for (const Scenario* scenario : scenarios) {
    for (const Hop& hop : scenario->path) {
      if (const auto* box = std::get_if<MiddleboxSpec>(&hop)) {
        if (told.insert("box " + box->profile.name).second) add_box(page, *box);
      } else if (const auto* proxy = std::get_if<ProxySpec>(&hop)) {
        if (told.insert("proxy " + proxy->profile).second) add_proxy(page, *proxy);
      }
    }
  }
  if (told.empty()) page.words({"There is no box and no proxy on the path."});
}

}  // namespace stayalive
