// SPDX-License-Identifier: Apache-2.0
#include "document/print/markdown.h"

#include <string>
#include <utility>
#include <vector>

#include "document/safe_text.h"

namespace stayalive {
namespace {

// Text that reads the same in Markdown, on one line.
std::string markdown_text(const std::string& raw) {
  const std::string text = safe_lines(raw);
  constexpr std::string_view kSpecial = "\\`*_[]<>|&~";
  std::string escaped;
  for (const char c : text) {
    if (kSpecial.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c == '\n' ? ' ' : c;
  }
  return escaped;
}

std::string emphasized(const Phrase& phrase) {
  std::string text = markdown_text(phrase.text);
  const std::size_t begin = text.find_first_not_of(' ');
  const bool loud = phrase.tone == Tone::Strong || phrase.tone == Tone::Bad;
  if (!loud || begin == std::string::npos) return text;
  const std::size_t end = text.find_last_not_of(' ') + 1;
  return text.substr(0, begin) + "**" + text.substr(begin, end - begin) + "**" + text.substr(end);
}

// Without blanks at its ends, and without what would begin a list or a heading.
std::string markdown_line(const Sentence& sentence) {
  std::string line;
  for (const Phrase& phrase : sentence) line += emphasized(phrase);
  const std::size_t begin = line.find_first_not_of(' ');
  if (begin == std::string::npos) return "";
  line = line.substr(begin, line.find_last_not_of(' ') + 1 - begin);
  const std::size_t digits = line.find_first_not_of("0123456789");
  const bool numbered =
      digits != 0 && digits != std::string::npos && (line[digits] == '.' || line[digits] == ')');
  if (numbered) return line.insert(digits, "\\");
  return std::string_view("-+#=").find(line.front()) == std::string_view::npos ? line : "\\" + line;
}

class MarkdownPrinter final : public Printer {
 public:
  explicit MarkdownPrinter(std::ostream& out) : out_(out) {}

  void print(const Document& document) override {
    for (const Block& block : document.blocks()) std::visit(*this, block);
    in_list_ = false;
  }

  void operator()(const Heading& heading) {
    paragraph(std::string(heading.level, '#') + " " + markdown_line({plain_text(heading.words)}));
  }
  void operator()(const Paragraph& block) { paragraph(markdown_line(block.words)); }
  void operator()(const Line& line) { paragraph(markdown_line(line.words)); }
  void operator()(const Item& item) {
    if (!in_list_) {
      begin();
      indents_.clear();
      in_list_ = true;
    }
    while (!indents_.empty() && indents_.back() >= item.indent) indents_.pop_back();
    out_ << std::string(2 * indents_.size(), ' ') << "- " << markdown_line(item.words) << '\n';
    indents_.push_back(item.indent);
  }
  void operator()(const Table& table) {
    if (!table.is_for(Audience::People) || table.empty()) return;
    begin();
    std::string titles = "|";
    std::string lines = "|";
    for (const Column& column : table.columns()) {
      if (!column.for_people_too) continue;
      titles += " " + markdown_text(column.title) + " |";
      lines += column.right_aligned() ? " ---: |" : " --- |";
    }
    out_ << titles << '\n' << lines << '\n';
    table.for_each_row(Audience::People,
                       [&](const Table::Row& row) { print_row(table.columns(), row); });
  }
  void operator()(const Verbatim& lines) {
    if (!lines.place.empty()) paragraph(markdown_line({lines.place}));
    begin();
    out_ << "```\n" << safe_lines(lines.text) << "```\n";
  }
  void operator()(Gap /*between blocks there is one anyway*/) {}

 private:
  // Before a block that stands for itself.
  void begin() {
    if (!first_) out_ << '\n';
    first_ = false;
    in_list_ = false;
  }
  void paragraph(const std::string& text) {
    begin();
    out_ << text << '\n';
  }
  void print_row(const std::vector<Column>& columns, const Table::Row& row) {
    out_ << '|';
    // A line across stands in the first column.
    std::string across = row.across ? emphasized(*row.across) : "";
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!columns[i].for_people_too) continue;
      const std::string text =
          row.across ? std::exchange(across, "")
                     : emphasized({text_of(row.cells[i], columns[i].unit), row.cells[i].tone});
      out_ << ' ' << text << (text.empty() ? "|" : " |");
    }
    out_ << '\n';
  }

  std::ostream& out_;
  bool first_ = true;
  bool in_list_ = false;
  // Of the items to which the next one may belong.
  std::vector<std::size_t> indents_;
};

}  // namespace

std::unique_ptr<Printer> markdown_printer(std::ostream& out, const PrintOptions& /*options*/) {
  return std::make_unique<MarkdownPrinter>(out);
}

}  // namespace stayalive
