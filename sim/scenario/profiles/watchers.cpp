// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/watchers.h"

#include "scenario/json/object_reader.h"
#include "scenario/profiles/builtin_files.h"

namespace stayalive {
namespace {

const BuiltinFiles<WatcherDocument>& watcher_files() {
  static const BuiltinFiles<WatcherDocument> all(embedded_watchers(), parse_watcher);
  return all;
}

}  // namespace

Result<WatcherDocument> parse_watcher(std::string_view text, const std::string& file) {
  WatcherDocument document;
  std::vector<Diagnostic> mistakes = read_product(
      text, file, "watcher", document, [&](SourcedFileReader& reader, ObjectReader& values) {
        for (const WatcherOption& option : watcher_options()) {
          reader.read_value(values.optional(option.spec.key, option.spec.help), option.spec,
                            option.slot(document.product));
        }
      });
  if (!mistakes.empty()) return mistakes;
  document.says_flows_back = document.find("flows_back") != nullptr;
  return document;
}

std::vector<const WatcherDocument*> builtin_watchers() { return watcher_files().all(); }

const WatcherDocument* find_builtin_watcher(std::string_view name) {
  return watcher_files().find(name);
}

}  // namespace stayalive
