// SPDX-License-Identifier: Apache-2.0
#include "document/print/html.h"

#include <algorithm>
#include <string>
#include <vector>

#include "document/safe_text.h"

namespace stayalive {
namespace {

class HtmlPrinter final : public Printer {
 public:
  explicit HtmlPrinter(std::ostream& out) : out_(out) {}

  void print(const Document& document) override {
    for (const Block& block : document.blocks()) std::visit(*this, block);
    close_lists();
  }

  // No level is left out, so that whoever goes from heading to heading finds each.
  void operator()(const Heading& heading) {
    close_lists();
    level_ = std::min({heading.level + 2, level_ + 1, kDeepest});
    const std::string name = "h" + std::to_string(level_);
    out_ << '<' << name << '>' << html_phrases(heading.words) << "</" << name << ">\n";
  }
  void operator()(const Paragraph& paragraph) { write_paragraph(paragraph.words); }
  void operator()(const Line& line) { write_paragraph(line.words); }
  void operator()(const Item& item) {
    while (!lists_.empty() && lists_.back() > item.indent) close_list();
    if (lists_.empty() || lists_.back() < item.indent) {
      out_ << "<ul>\n";
      lists_.push_back(item.indent);
    } else {
      out_ << "</li>\n";
    }
    out_ << "<li>" << html_phrases(item.words);
  }
  void operator()(const Table& table) {
    if (!table.is_for(Audience::People) || table.empty()) return;
    close_lists();
    // It may be wider than the page: then it is moved under its frame, by keys, too.
    out_ << "<div class=\"wide\" role=\"region\" aria-label=\"table\" tabindex=\"0\"><table>\n"
            "<thead><tr>";
    std::size_t columns = 0;
    for (const Column& column : table.columns()) {
      if (!column.for_people_too) continue;
      ++columns;
      const char* element = column.title.empty() ? "td" : "th scope=\"col\"";
      out_ << '<' << element << alignment(column) << '>' << html_text(column.title)
           << (column.title.empty() ? "</td>" : "</th>");
    }
    out_ << "</tr></thead>\n<tbody>\n";
    table.for_each_row(Audience::People, [&](const Table::Row& row) {
      if (row.across) {
        out_ << "<tr><th colspan=\"" << columns << "\" scope=\"colgroup\">"
             << html_phrases({*row.across}) << "</th></tr>\n";
      } else {
        write_row(table.columns(), row);
      }
    });
    out_ << "</tbody></table></div>\n";
  }
  void operator()(const Verbatim& lines) {
    close_lists();
    if (!lines.place.empty()) out_ << "<p class=\"faint\">" << html_text(lines.place) << "</p>\n";
    out_ << "<pre tabindex=\"0\">" << html_lines(lines.text) << "</pre>\n";
  }
  void operator()(Gap /*between blocks there is one anyway*/) {}

 private:
  static constexpr std::size_t kDeepest = 6;

  static const char* alignment(const Column& column) {
    return column.right_aligned() ? " class=\"number\"" : "";
  }
  void close_list() {
    out_ << "</li>\n</ul>\n";
    lists_.pop_back();
  }
  void close_lists() {
    while (!lists_.empty()) close_list();
  }
  void write_paragraph(const Sentence& words) {
    close_lists();
    out_ << "<p>" << html_phrases(words) << "</p>\n";
  }
  // The first cell names the row.
  void write_row(const std::vector<Column>& columns, const Table::Row& row) {
    out_ << "<tr>";
    bool first = true;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!columns[i].for_people_too) continue;
      const std::string text = text_of(row.cells[i], columns[i].unit);
      out_ << (first ? "<th scope=\"row\"" : "<td") << alignment(columns[i]) << '>'
           << html_phrases({{text, row.cells[i].tone}}) << (first ? "</th>" : "</td>");
      first = false;
    }
    out_ << "</tr>\n";
  }

  std::ostream& out_;
  // Of the heading before, and the indents of the lists that are open.
  std::size_t level_ = 2;
  std::vector<std::size_t> lists_;
};

}  // namespace

std::string html_text(std::string_view text) { return xml_text(safe_line(text)); }

std::string html_lines(std::string_view text) {
  std::string html;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    html += html_text(text.substr(0, end));
    if (end == std::string_view::npos) break;
    html += '\n';
    text.remove_prefix(end + 1);
  }
  return html;
}

const char* html_tone(Tone tone) {
  switch (tone) {
    case Tone::Good:
      return "good";
    case Tone::Bad:
      return "bad";
    case Tone::Warn:
      return "warn";
    case Tone::Faint:
      return "faint";
    case Tone::Strong:
    case Tone::Plain:
      break;
  }
  return "";
}

std::string html_phrases(const Sentence& sentence) {
  std::string html;
  for (const Phrase& phrase : sentence) {
    const std::string text = html_text(phrase.text);
    if (text.empty()) continue;
    if (phrase.tone == Tone::Plain) {
      html += text;
    } else if (phrase.tone == Tone::Strong) {
      html += "<strong>" + text + "</strong>";
    } else {
      html += std::string("<span class=\"") + html_tone(phrase.tone) + "\">" + text + "</span>";
    }
  }
  return html;
}

std::unique_ptr<Printer> html_printer(std::ostream& out, const PrintOptions& /*options*/) {
  return std::make_unique<HtmlPrinter>(out);
}

}  // namespace stayalive
