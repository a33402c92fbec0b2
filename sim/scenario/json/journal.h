// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "scenario/json/source_text.h"

namespace stayalive {

// Collects what is wrong with one text.  Keeps the first thousand mistakes, or a mebibyte of them,
// and counts the rest, so that a huge wrong file does not become a huge list.
class Journal {
 public:
  // source must outlive the journal.  elsewhere: the places of what did not stand in the text
  // when it was read; its offsets are those beyond the text's end.
  explicit Journal(const SourceText& source, std::vector<SourceText::Position> elsewhere = {})
      : source_(source), elsewhere_(std::move(elsewhere)) {}

  void add(std::size_t offset, std::string pointer, std::string message, std::string allowed = {},
           std::string suggestion = {});
  // Mistakes found in another file, or before.
  void add(std::vector<Diagnostic> errors);
  const std::string& file() const { return source_.file(); }
  // Where in the text an offset is.
  SourceText::Position position(std::size_t offset) const;
  // How many mistakes there were so far.
  std::size_t size() const { return errors_.size() + beyond_; }
  // Whether further mistakes are only counted, so that explaining them is in vain.
  bool full() const;
  // Everything, in the order of the text; a last entry says how many were left out.
  std::vector<Diagnostic> take();

 private:
  void keep(Diagnostic error);

  const SourceText& source_;
  std::vector<SourceText::Position> elsewhere_;
  std::vector<Diagnostic> errors_;
  std::size_t bytes_ = 0;  // of their words
  std::size_t beyond_ = 0;
};

}  // namespace stayalive
