// SPDX-License-Identifier: Apache-2.0
#include "document/print/csv.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "document/safe_text.h"

namespace stayalive {
namespace {

// Text for which a spreadsheet would calculate something, or ask a program: what begins with =, @,
// or a sign before anything but a number.  Full-width forms count as the plain ones do.
bool is_formula(std::string_view text) {
  for (const std::string_view begin : {"=", "@", "＝", "＠", "＋", "－"}) {
    if (text.starts_with(begin)) return true;
  }
  if (!text.starts_with('+') && !text.starts_with('-')) return false;
  text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789.") != std::string_view::npos;
}

// A field with a comma, a quote or a line break is quoted, and so is one that would begin a line as
// a command to a build service.
std::string csv_field(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' ');
  const bool command = begin != std::string::npos && text[begin] == ':';
  if (!command && text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

struct CsvScalar {
  Unit unit;

  std::string operator()(std::monostate /*nothing*/) const { return ""; }
  std::string operator()(bool flag) const { return flag ? "true" : "false"; }
  std::string operator()(std::int64_t number) const { return std::to_string(number); }
  std::string operator()(std::uint64_t number) const { return std::to_string(number); }
  std::string operator()(double number) const {
    return unit == Unit::Ratio ? fmt::format("{:.4f}", number) : fmt::format("{}", number);
  }
  std::string operator()(Duration span) const { return print_seconds(span); }
  std::string operator()(TimePoint at) const { return print_seconds(at); }
  std::string operator()(const std::string& text) const {
    return (is_formula(text) ? "'" : "") + safe_line(text);
  }
};

class CsvPrinter final : public Printer {
 public:
  explicit CsvPrinter(std::ostream& out) : out_(out) {}

  void print(const Document& document) override {
    for (const Block& block : document.blocks()) {
      const Table* table = std::get_if<Table>(&block);
      if (table != nullptr && table->is_for(Audience::Programs)) print(*table);
    }
  }

 private:
  void print(const Table& table) {
    const std::vector<Column>& columns = table.columns();
    std::vector<std::string> fields;
    for (const Column& column : columns) {
      if (!column.key.empty()) fields.push_back(column.key);
    }
    if (fields != keys_) {
      if (!keys_.empty()) out_ << "\r\n";
      keys_ = fields;
      line(fields);
    }
    table.for_each_row(Audience::Programs, [&](const Table::Row& row) {
      if (row.across) return;
      fields.clear();
      for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].key.empty()) continue;
        fields.push_back(std::visit(CsvScalar{columns[i].unit}, row.cells[i].value.variant()));
      }
      line(fields);
    });
  }

  void line(const std::vector<std::string>& fields) {
    const char* before = "";
    for (const std::string& text : fields) {
      out_ << before << csv_field(text);
      before = ",";
    }
    out_ << "\r\n";
  }

  std::ostream& out_;
  std::vector<std::string> keys_;
};

}  // namespace

std::unique_ptr<Printer> csv_printer(std::ostream& out, const PrintOptions& /*options*/) {
  return std::make_unique<CsvPrinter>(out);
}

}  // namespace stayalive
