// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "document/document.h"

namespace stayalive {

// A page of HTML in one file: no script, nothing that is loaded from elsewhere (its policy forbids
// both), light or dark as its reader prefers, light on paper, with room to scroll for what is wider
// than the screen.  What is written into it is made safe.
//
//   HtmlPage page(out, "A title");
//   page.verdict({{"It holds", Tone::Good}}, {});
//   page.section("Charts");
//   page.end("stayalive 1.0");
class HtmlPage {
 public:
  // Draws an SVG; id: as SvgRoot::id.
  using Draw = std::function<void(std::ostream& out, const std::string& id)>;

  HtmlPage(std::ostream& out, const std::string& title);

  // What it all comes to, first of all, and in more words below.
  void verdict(const Phrase& words, const std::vector<Sentence>& reasons);
  // A part of the page, and a part of that.
  void section(const std::string& name);
  void part(const std::string& name);
  void words(const Sentence& sentence);
  // what: says to those who do not see it which drawing it is.
  void figure(const std::string& what, const Draw& draw);
  void document(const Document& document);
  // A file's text as it is.
  void file(const std::string& name, const std::string& text);
  // made_by: a line at the end.
  void end(const std::string& made_by);

 private:
  std::ostream& out_;
  std::size_t figures_ = 0;
  bool in_section_ = false;
};

}  // namespace stayalive
