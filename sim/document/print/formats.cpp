// SPDX-License-Identifier: Apache-2.0
#include "document/print/formats.h"

#include <algorithm>

#include "base/check.h"
#include "document/print/csv.h"
#include "document/print/json.h"
#include "document/print/markdown.h"
#include "document/print/text.h"

namespace stayalive {
namespace {

constexpr Format kFormats[] = {
    {"text", text_printer},
    {"json", json_printer},
    {"csv", csv_printer},
    {"markdown", markdown_printer},
};

}  // namespace

std::span<const Format> formats() { return kFormats; }

std::unique_ptr<Printer> make_printer(std::string_view format, std::ostream& out,
                                      const PrintOptions& options) {
  const auto* const found = std::ranges::find(kFormats, format, &Format::name);
  CHECK(found != std::end(kFormats), "the format is one of formats()");
  return found->make(out, options);
}

}  // namespace stayalive
