// SPDX-License-Identifier: Apache-2.0
#include "report/page/html_page.h"

#include <fmt/format.h>

#include "document/print/html.h"

namespace stayalive {
namespace {

// Each pair of colours of text and ground has a contrast of 4.5 at least.
constexpr const char* kPageStyle = R"(<style>
:root { color-scheme: light dark; --text: #1f2328; --ground: #ffffff; --faint: #57606a;
  --good: #116329; --bad: #b3141f; --warn: #7d4e00; --line: #d0d7de; --field: #f6f8fa }
@media screen and (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --ground: #0d1117; --faint: #9198a1; --good: #56d364; --bad: #ff7b72;
    --warn: #e3b341; --line: #3d444d; --field: #161b22 }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--text);
  font: 16px/1.5 ui-sans-serif, system-ui, "DejaVu Sans", sans-serif }
main { max-width: 64rem; margin: 0 auto; padding: 1rem }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .5rem 0 } h2 { font-size: 1.25rem; margin: 0 }
h3 { font-size: 1.05rem; margin: 1.25rem 0 .25rem }
h1, h2, h3, h4, p, li { overflow-wrap: anywhere }
section { border-top: 1px solid var(--line); margin-top: 2rem; padding-top: 1rem }
.verdict { font-size: 1.25rem; border-left: .4rem solid currentColor; padding: .25rem .75rem;
  margin: .75rem 0 }
.good { color: var(--good) } .bad { color: var(--bad) } .warn { color: var(--warn) }
.faint { color: var(--faint) }
ul { padding-left: 1.25rem } li { margin: .15rem 0 }
figure { margin: 1rem 0; overflow-x: auto }
figure svg { display: block; width: 100%; min-width: 42rem; max-width: 60rem; height: auto }
.wide { overflow-x: auto; margin: .75rem 0 }
table { border-collapse: collapse; font-size: .875rem }
td, th { text-align: left; vertical-align: top; font-weight: normal; padding: .25rem .6rem;
  border-bottom: 1px solid var(--line); max-width: 24rem; overflow-wrap: break-word }
thead th { font-weight: 600 }
th[colspan] { font-weight: 600; padding-top: .75rem }
td.number, th.number { text-align: right; white-space: nowrap }
pre { background: var(--field); border: 1px solid var(--line); padding: .75rem; overflow-x: auto;
  font: .8125rem/1.45 ui-monospace, "DejaVu Sans Mono", monospace }
footer { margin-top: 2rem; font-size: .875rem }
@media print {
  body { font-size: 10pt } main { max-width: none; padding: 0 }
  figure, .wide { overflow: visible } figure svg { min-width: 0; max-width: 100% }
  h2, h3 { break-after: avoid } tr, li, .verdict { break-inside: avoid }
  pre { white-space: pre-wrap; overflow-wrap: anywhere } td, th { overflow-wrap: anywhere }
}
</style>
)";

}  // namespace

HtmlPage::HtmlPage(std::ostream& out, const std::string& title) : out_(out) {
  out_ << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
          "style-src 'unsafe-inline'\"/>\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>"
       << html_text(title) << "</title>\n"
       << kPageStyle << "</head>\n<body>\n<main>\n<h1>" << html_text(title) << "</h1>\n";
}

void HtmlPage::verdict(const Phrase& words, const std::vector<Sentence>& reasons) {
  out_ << "<p class=\"verdict " << html_tone(words.tone) << "\">"
       << html_phrases({{words.text, Tone::Strong}}) << "</p>\n";
  if (reasons.empty()) return;
  out_ << "<ul>\n";
  for (const Sentence& reason : reasons) out_ << "<li>" << html_phrases(reason) << "</li>\n";
  out_ << "</ul>\n";
}

void HtmlPage::section(const std::string& name) {
  if (in_section_) out_ << "</section>\n";
  in_section_ = true;
  out_ << "<section>\n<h2>" << html_text(name) << "</h2>\n";
}

void HtmlPage::part(const std::string& name) { out_ << "<h3>" << html_text(name) << "</h3>\n"; }

void HtmlPage::words(const Sentence& sentence) {
  out_ << "<p>" << html_phrases(sentence) << "</p>\n";
}

void HtmlPage::figure(const std::string& what, const Draw& draw) {
  out_ << "<figure role=\"region\" tabindex=\"0\" aria-label=\"" << html_text(what) << "\">\n";
  draw(out_, fmt::format("figure-{}", ++figures_));
  out_ << "</figure>\n";
}

void HtmlPage::document(const Document& document) { html_printer(out_, {})->print(document); }

void HtmlPage::file(const std::string& name, const std::string& text) {
  part(name);
  out_ << "<pre tabindex=\"0\">" << html_lines(text) << "</pre>\n";
}

void HtmlPage::end(const std::string& made_by) {
  if (in_section_) out_ << "</section>\n";
  out_ << "<footer class=\"faint\">" << html_text(made_by) << "</footer>\n</main>\n</body>\n"
       << "</html>\n";
}

}  // namespace stayalive
