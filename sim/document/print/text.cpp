// SPDX-License-Identifier: Apache-2.0
#include "document/print/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "document/print/layout.h"
#include "document/safe_text.h"
#include "document/style.h"
#include "document/width.h"

namespace stayalive {
namespace {

// Of paragraphs where the terminal is wider, or unknown.
constexpr std::size_t kReadableWidth = 100;
// Text that is indented has at least so much room.
constexpr std::size_t kLeastRoom = 10;

// A part of a sentence as a line of its own; blanks at its ends are not in it.
Sentence part_of(const Sentence& sentence, const TextRange& range) {
  Sentence part;
  std::size_t begin = 0;
  for (const Phrase& phrase : sentence) {
    const std::size_t from = std::max(begin, range.begin);
    const std::size_t to = std::min(begin + phrase.text.size(), range.end);
    if (from < to) part.emplace_back(phrase.text.substr(from - begin, to - from), phrase.tone);
    begin += phrase.text.size();
  }
  return part;
}

class TextPrinter final : public Printer {
 public:
  TextPrinter(std::ostream& out, const PrintOptions& options)
      : out_(out), width_(options.width), style_(options.colour) {}

  void print(const Document& document) override {
    if (!first_) end_line();
    first_ = false;
    for (const Block& block : document.blocks()) std::visit(*this, block);
  }

  void operator()(const Heading& heading) { write_line(heading.words, 0, 0); }
  void operator()(const Paragraph& paragraph) {
    const std::size_t width = width_ == 0 ? kReadableWidth : std::min(width_, kReadableWidth);
    write_broken(safe_lines(paragraph.words), 0, 0, width);
  }
  void operator()(const Line& line) { write_line(line.words, line.indent, line.hang); }
  void operator()(const Item& item) { write_line(item.words, item.indent, item.hang); }
  void operator()(const Table& table) {
    if (!table.is_for(Audience::People) || table.empty()) return;
    const Layout layout = lay_out(table, width_);
    if (!layout.as_records) write_titles(table, layout);
    table.for_each_row(Audience::People, [&](const Table::Row& row) {
      if (row.across) {
        write_line({{"---- " + row.across->text + " ----", row.across->tone}}, 0, 0);
      } else if (layout.as_records) {
        write_record(table, layout, row);
      } else {
        write_row(table, layout, row);
      }
    });
    write_left_out(table, layout);
  }
  void operator()(const Verbatim& lines) {
    if (!lines.place.empty()) write_line({{"# " + lines.place, Tone::Faint}}, 0, 2);
    put(safe_lines(lines.text));
  }
  void operator()(Gap /*one line*/) { end_line(); }

 private:
  // All text goes through here.
  void put(const Phrase& phrase) { out_ << style_.painted(phrase.text, phrase.tone); }
  void put(const Sentence& sentence) {
    for (const Phrase& phrase : sentence) put(phrase);
  }
  void blanks(std::size_t count) { out_ << std::string(count, ' '); }
  void end_line() { out_ << '\n'; }

  // Broken only where the width is known.
  void write_line(const Sentence& raw, std::size_t indent, std::size_t hang) {
    const Sentence words = safe_line(raw);
    if (width_ > 0) {
      write_broken(words, indent, hang, width_);
      return;
    }
    blanks(indent);
    put(words);
    end_line();
  }

  void write_broken(const Sentence& words, std::size_t indent, std::size_t hang,
                    std::size_t width) {
    const std::size_t most = width - std::min(width, kLeastRoom);
    const std::size_t first = std::min(indent, most);
    const std::size_t rest = std::min(std::max(indent, hang), most);
    const std::vector<TextRange> lines =
        break_lines(plain_text(words), width - first, width - rest);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      blanks(i == 0 ? first : rest);
      put(part_of(words, lines[i]));
      end_line();
    }
  }

  struct Piece {
    std::string text;
    Tone tone = Tone::Plain;
    std::size_t width = 0;
  };
  // Texts side by side, each broken into lines of its own width.
  void write_pieces(const std::vector<Piece>& pieces) {
    std::vector<std::vector<TextRange>> lines;
    std::size_t height = 1;
    for (const Piece& piece : pieces) {
      lines.push_back(display_width(piece.text) <= piece.width
                          ? std::vector<TextRange>{{0, piece.text.size()}}
                          : break_lines(piece.text, piece.width, piece.width));
      height = std::max(height, lines.back().size());
    }
    for (std::size_t line = 0; line < height; ++line) {
      std::size_t missing = 0;
      for (std::size_t i = 0; i < pieces.size(); ++i) {
        std::string text;
        if (line < lines[i].size()) {
          const TextRange& range = lines[i][line];
          text = pieces[i].text.substr(range.begin, range.end - range.begin);
        }
        if (!text.empty()) {
          blanks(missing);
          put({text, pieces[i].tone});
          missing = 0;
        }
        missing +=
            pieces[i].width - std::min(pieces[i].width, display_width(text)) + Layout::kSpace;
      }
      end_line();
    }
  }

  void write_titles(const Table& table, const Layout& layout) {
    std::vector<Piece> titles;
    for (const Layout::Place& place : layout.places) {
      titles.push_back({table.columns()[place.column].title, Tone::Faint, place.width});
    }
    write_pieces(titles);
    if (!layout.below) return;
    write_line({{table.columns()[*layout.below].title, Tone::Faint}}, Layout::kIndent, 0);
  }

  void write_row(const Table& table, const Layout& layout, const Table::Row& row) {
    std::vector<Piece> pieces;
    for (const Layout::Place& place : layout.places) {
      const Cell& cell = row.cells[place.column];
      pieces.push_back({text_of(cell, table.columns()[place.column].unit), cell.tone, place.width});
    }
    write_pieces(pieces);
    if (!layout.below) return;
    const Cell& cell = row.cells[*layout.below];
    write_line({{text_of(cell, table.columns()[*layout.below].unit), cell.tone}}, Layout::kIndent,
               0);
  }

  // The first column, and below it a line for each other one.
  void write_record(const Table& table, const Layout& layout, const Table::Row& row) {
    std::size_t indent = 0;
    const auto write_cell = [&](std::size_t index) {
      const Column& column = table.columns()[index];
      const std::string text = text_of(row.cells[index], column.unit);
      const bool named = indent > 0 && !column.title.empty();
      Sentence words;
      if (named) words.push_back({column.title + ": ", Tone::Faint});
      words.push_back({text, row.cells[index].tone});
      if (!text.empty()) write_line(words, indent, indent + Layout::kIndent);
      indent = Layout::kIndent;
    };
    for (const Layout::Place& place : layout.places) write_cell(place.column);
    if (layout.below) write_cell(*layout.below);
  }

  void write_left_out(const Table& table, const Layout& layout) {
    if (layout.left_out.empty()) return;
    std::string names;
    for (const std::size_t column : layout.left_out) {
      const std::string& title = table.columns()[column].title;
      if (!title.empty()) names += (names.empty() ? "" : ", ") + title;
    }
    write_line({{fmt::format("({}: left out for want of room; --width {}{} shows {})", names,
                             layout.natural_width,
                             table.is_for(Audience::Programs) ? " or --format csv" : "",
                             layout.left_out.size() == 1 ? "it" : "them"),
                 Tone::Faint}},
               0, 1);
  }

  std::ostream& out_;
  std::size_t width_;
  Style style_;
  bool first_ = true;
};

}  // namespace

std::unique_ptr<Printer> text_printer(std::ostream& out, const PrintOptions& options) {
  return std::make_unique<TextPrinter>(out, options);
}

}  // namespace stayalive
