// SPDX-License-Identifier: Apache-2.0
#include "report/sourced_values.h"

#include <fmt/format.h>

#include "base/text.h"

namespace stayalive {

const char* doubt(ValueStatus status) { return is_sourced(status) ? "" : "?"; }

Tree values_tree(const SourcedFile& file) {
  Tree values = Tree::list();
  for (const SourcedValue& value : file.values) {
    const std::optional<Duration> span = parse_duration(value.value);
    values.add(Tree::record({{"key", value.key},
                             {"value", value.value},
                             {"seconds", span},
                             {"status", name(value.status)},
                             {"source", text_or_nothing(value.source)},
                             {"note", text_or_nothing(value.note)}}));
  }
  return values;
}

// The source and the note are one text for people, and two for programs.
Table value_table(const SourcedFile& file) {
  Table table({Column::of("VALUE", "key"), Column::of("", "value"), Column::of("STATUS", "status"),
               Column::for_people("SOURCE").wrapping(60).below_if_narrower(),
               Column::for_programs("source"), Column::for_programs("note")});
  for (const SourcedValue& value : file.values) {
    const bool unread = !is_sourced(value.status);
    const bool both = !value.source.empty() && !value.note.empty();
    table.add({value.key,
               value.value,
               {name(value.status), unread ? Tone::Warn : Tone::Plain},
               value.source + (both ? "; " : "") + value.note,
               value.source,
               value.note});
  }
  return table;
}

Tree product_tree(const ProductFile& product) {
  return Tree::record({{"name", product.name},
                       {"title", product.title},
                       {"summary", product.summary},
                       {"simplified", product.simplified},
                       {"checked", product.checked},
                       {"values", values_tree(product)}});
}

std::vector<Block> product_details(const ProductFile& product, const char* kind) {
  std::vector<Block> all{
      Heading{{{product.name, Tone::Strong}, fmt::format(" ({}): {}", kind, product.title)}},
      Paragraph{{product.summary}}};
  if (!product.simplified.empty())
    all.emplace_back(Paragraph{{"Simplified: " + product.simplified}});
  all.emplace_back(Line{{"Sources read: " + product.checked}});
  all.emplace_back(Gap{});
  all.emplace_back(value_table(product));
  return all;
}

}  // namespace stayalive
