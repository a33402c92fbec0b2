// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/product_file.h"

#include <array>
#include <utility>

namespace stayalive {

std::vector<Diagnostic> read_product(
    std::string_view text, const std::string& file, std::string_view kind, ProductFile& product,
    const std::function<void(SourcedFileReader&, ObjectReader&)>& read_values,
    const ProductParts& parts) {
  SourcedFileReader reader(product);
  const std::array<std::string_view, 1> kinds{kind};
  return read_product_file(text, file, [&](Reader root) {
    root.object([&](ObjectReader& in) {
      std::size_t position = 0;
      in.required("kind", "what tells it from the profile of a box").word(position, kinds);
      reader.read_head(in, product.name, product.title);
      in.required("simplified", "what the product does beside this, which is not played")
          .text(product.simplified, 1000);
      if (parts.before_values) parts.before_values(in);
      in.required("values", "the values, each with where it comes from")
          .object([&](ObjectReader& values) { read_values(reader, values); });
      if (parts.after_values) parts.after_values(in);
    });
  });
}

}  // namespace stayalive
