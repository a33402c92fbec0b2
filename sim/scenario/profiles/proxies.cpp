// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/proxies.h"

#include "scenario/json/object_reader.h"
#include "scenario/profiles/builtin_files.h"
#include "scenario/profiles/proxy_options.h"

namespace stayalive {
namespace {

const BuiltinFiles<ProxyDocument>& proxy_files() {
  static const BuiltinFiles<ProxyDocument> all(embedded_proxies(), parse_proxy);
  return all;
}

}  // namespace

Result<ProxyDocument> parse_proxy(std::string_view text, const std::string& file) {
  ProxyDocument document;
  std::vector<Diagnostic> mistakes = read_product(
      text, file, "proxy", document, [&](SourcedFileReader& reader, ObjectReader& values) {
        for (const ProxyOption& option : proxy_options()) {
          reader.read_value(values.optional(option.spec.key, option.spec.help), option.spec,
                            option.slot(document.rules));
        }
      });
  if (!mistakes.empty()) return mistakes;
  return document;
}

std::vector<const ProxyDocument*> builtin_proxies() { return proxy_files().all(); }

const ProxyDocument* find_builtin_proxy(std::string_view name) { return proxy_files().find(name); }

std::vector<ValueStatus> statuses_of(const ProxyDocument& document) {
  std::vector<ValueStatus> statuses;
  for (const ProxyOption& option : proxy_options())
    statuses.push_back(document.status_of(option.spec.key));
  return statuses;
}

}  // namespace stayalive
