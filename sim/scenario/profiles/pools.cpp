// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/pools.h"

#include "scenario/json/object_reader.h"
#include "scenario/profiles/builtin_files.h"

namespace stayalive {
namespace {

const BuiltinFiles<PoolDocument>& pool_files() {
  static const BuiltinFiles<PoolDocument> all(embedded_pools(), parse_pool);
  return all;
}

}  // namespace

PoolRules plain_pool() {
  PoolRules rules;
  rules.loses.when = ReconnectSpec::When::NextMessage;
  rules.loses.first_with_message = true;
  return rules;
}

Result<PoolDocument> parse_pool(std::string_view text, const std::string& file) {
  PoolDocument document;
  document.rules = plain_pool();
  std::vector<Diagnostic> mistakes = read_product(
      text, file, "pool", document, [&](SourcedFileReader& reader, ObjectReader& values) {
        for (const auto options : {pool_options(), pool_loss_options()}) {
          for (const PoolOption& option : options) {
            reader.read_value(values.optional(option.spec.key, option.spec.help), option.spec,
                              option.slot(document.rules));
          }
        }
      });
  if (!mistakes.empty()) return mistakes;
  return document;
}

std::vector<const PoolDocument*> builtin_pools() { return pool_files().all(); }

const PoolDocument* find_builtin_pool(std::string_view name) { return pool_files().find(name); }

}  // namespace stayalive
