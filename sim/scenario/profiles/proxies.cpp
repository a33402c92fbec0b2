// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/proxies.h"

#include <array>
#include <utility>

#include "scenario/json/object_reader.h"
#include "scenario/profiles/builtin_files.h"
#include "scenario/profiles/proxy_options.h"

namespace stayalive {
namespace {

constexpr std::array<std::string_view, 1> kProxyKind{"proxy"};

const BuiltinFiles<ProxyDocument>& proxy_files() {
  static const BuiltinFiles<ProxyDocument> all(embedded_proxies(), parse_proxy);
  return all;
}

}  // namespace

Result<ProxyDocument> parse_proxy(std::string_view text, const std::string& file) {
  ProxyDocument document;
  SourcedFileReader reader(document);
  std::vector<Diagnostic> mistakes = read_product_file(text, file, [&](Reader root) {
    root.object([&](ObjectReader& in) {
      std::size_t kind = 0;
      in.required("kind", "what tells it from the profile of a box").word(kind, kProxyKind);
      reader.read_head(in, document.name, document.title);
      in.required("simplified", "what the product does beside this, which is not played")
          .text(document.simplified, 1000);
      in.required("values", "the values, each with where it comes from")
          .object([&](ObjectReader& values) {
            for (const ProxyOption& option : proxy_options()) {
              reader.read_value(values.optional(option.spec.key, option.spec.help), option.spec,
                                option.slot(document.rules));
            }
          });
    });
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
