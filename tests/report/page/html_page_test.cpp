// SPDX-License-Identifier: Apache-2.0
#include "report/page/html_page.h"

#include <gtest/gtest.h>

#include <sstream>

namespace stayalive {
namespace {

TEST(HtmlPage, ForbidsScriptsAndWhatIsElsewhere) {
  std::ostringstream out;
  HtmlPage page(out, "<b>");
  page.end("me");
  EXPECT_NE(out.str().find("content=\"default-src 'none'; style-src 'unsafe-inline'\""),
            std::string::npos);
  EXPECT_NE(out.str().find("<title>&lt;b&gt;</title>"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("<h1>&lt;b&gt;</h1>"), std::string::npos);
  EXPECT_EQ(out.str().find("<script"), std::string::npos);
  EXPECT_EQ(out.str().find("url("), std::string::npos);
}

TEST(HtmlPage, GivesEachFigureAnIdAndClosesEachSection) {
  std::ostringstream out;
  HtmlPage page(out, "T");
  page.verdict({"bad & so", Tone::Bad}, {{{"why", Tone::Strong}, ": <this>"}});
  page.section("One");
  std::vector<std::string> ids;
  const HtmlPage::Draw draw = [&](std::ostream&, const std::string& id) { ids.push_back(id); };
  page.figure("a \"figure\"", draw);
  page.section("Two");
  page.figure("another", draw);
  page.file("s.json", "{\"a\": \"</pre>\"}\n");
  page.end("me");
  EXPECT_EQ(ids, (std::vector<std::string>{"figure-1", "figure-2"}));
  const std::string html = out.str();
  const std::size_t from = html.find("<p class=\"verdict");
  EXPECT_EQ(html.substr(from),
            "<p class=\"verdict bad\"><strong>bad &amp; so</strong></p>\n"
            "<ul>\n<li><strong>why</strong>: &lt;this&gt;</li>\n</ul>\n"
            "<section>\n<h2>One</h2>\n"
            "<figure role=\"region\" tabindex=\"0\" aria-label=\"a &quot;figure&quot;\">\n"
            "</figure>\n</section>\n<section>\n<h2>Two</h2>\n"
            "<figure role=\"region\" tabindex=\"0\" aria-label=\"another\">\n</figure>\n"
            "<h3>s.json</h3>\n<pre tabindex=\"0\">{&quot;a&quot;: &quot;&lt;/pre&gt;&quot;}\n"
            "</pre>\n</section>\n<footer class=\"faint\">me</footer>\n</main>\n</body>\n</html>\n");
}

}  // namespace
}  // namespace stayalive
