// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "document/sentence.h"
#include "document/table.h"
#include "document/tree.h"

namespace stayalive {

// The name of a document or of a part of it.  level: 1 for the document, 2 for a part.
struct Heading {
  Sentence words;
  std::size_t level = 1;
};

// Text that flows: it is always broken into lines.
struct Paragraph {
  Sentence words;
};

// A fact in a line of its own, broken only where the room is known to be narrower.
struct Line {
  Sentence words;
  // Columns before it, and before what follows its first line.
  std::size_t indent = 0;
  std::size_t hang = 0;
};

// The same as an element of a list; one that is indented more than the one before is part of it.
struct Item {
  Sentence words;
  std::size_t indent = 0;
  std::size_t hang = 0;
};

// Lines to be copied as they are, each ended, and the place where they belong.
struct Verbatim {
  std::string text;
  std::string place;
};

// An empty line.
struct Gap {};

using Block = std::variant<Heading, Paragraph, Line, Item, Table, Verbatim, Gap>;

// A result in a form that no printer has to know anything about: as data, and as what people read.
// The tables stand among the latter, with columns for programs.  Both parts are made when a printer
// asks for them, so what they are made from has to live until then.
struct Document {
  std::function<Tree()> data;
  std::function<std::vector<Block>()> blocks;
};

}  // namespace stayalive
