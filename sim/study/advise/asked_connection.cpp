// SPDX-License-Identifier: Apache-2.0
#include "study/advise/asked_connection.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/text.h"

namespace stayalive {
namespace {

std::vector<Diagnostic> refusal_of(std::string message, std::string allowed) {
  Diagnostic diagnostic;
  diagnostic.message = std::move(message);
  diagnostic.allowed = std::move(allowed);
  return {diagnostic};
}

}  // namespace

std::vector<Diagnostic> refuse_pings_to_proxy(const Product& product, const Scenario& scenario,
                                              const std::string& where) {
  if (!product.ends_at_proxies) return {};
  for (const Hop& hop : scenario.path) {
    const auto* proxy = std::get_if<ProxySpec>(&hop);
    if (proxy == nullptr) continue;
    return refusal_of(
        fmt::format("the pings of {} end at the proxy {} of {}, and nothing of what is "
                    "behind it is known from them",
                    product.name, proxy->name, where),
        "each side of the proxy by itself; behind it the proxy's own idle timer and "
        "keepalive decide");
  }
  return {};
}

Result<std::size_t> find_connection(const Scenario& scenario, const std::string& wanted) {
  if (wanted.empty() && scenario.connections.size() == 1) return std::size_t{0};
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < scenario.connections.size(); ++i) {
    if (scenario.connections[i].name == wanted) return i;
    names.push_back(scenario.connections[i].name);
  }
  Diagnostic diagnostic;
  diagnostic.file = scenario.file;
  diagnostic.allowed = join_choices(names);
  diagnostic.message = "say which connection";
  if (!wanted.empty()) {
    diagnostic.message = fmt::format("there is no connection \"{}\"", wanted);
    diagnostic.suggestion = closest_word(wanted, names);
  }
  return std::vector<Diagnostic>{diagnostic};
}

std::vector<Diagnostic> refuse_many(const std::string& file, const std::string& connection) {
  return refusal_of(fmt::format("{}: the connection \"{}\" stands for many", file, connection),
                    "the same connection without count; `stayalive sweep` takes populations");
}

std::vector<Diagnostic> refuse_session(const std::string& file, const std::string& connection) {
  return refusal_of(
      fmt::format("{}: the client of \"{}\" has several connections", file, connection),
      "the same connection without pool; `stayalive sweep` takes pools");
}

}  // namespace stayalive
