// SPDX-License-Identifier: Apache-2.0
// `--html` of every command that has it, and `--png`.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "support/command.h"
#include "support/temporary_folder.h"

namespace stayalive {
namespace {

// Whether it is well-formed, each id there once, each reference to one of them, and nothing of it
// elsewhere; prints what is wrong.
constexpr const char* kCheckPage = R"(
import re, sys, xml.etree.ElementTree as tree
text = open(sys.argv[1]).read()
root = tree.fromstring(text.replace('<!DOCTYPE html>', ''))
ids = [e.get('id') for e in root.iter() if e.get('id')]
if len(ids) != len(set(ids)): print('ids', ids)
for e in root.iter():
    name = e.tag.split('}')[-1]
    for id in (e.get('aria-labelledby') or '').split():
        if id not in ids: print('no', id)
    for key, value in e.attrib.items():
        if key.split('}')[-1] in ('src', 'href', 'onload', 'onclick'): print(name, key, value)
    if name in ('script', 'img', 'link', 'iframe', 'object', 'base', 'form'): print(name)
for style in root.iter():
    if style.tag.split('}')[-1] == 'style' and re.search(r'url\(|@import', style.text or ''):
        print('style', style.text)
)";

class PageCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_.write("check.py", kCheckPage);
    folder_.write("s.json", R"({"title": "</title><script>alert(1)</script>\u202e & more",
      "lesson": "<img src=x onerror=alert(1)> ]]> --> \u2028", "duration": "1h",
      "path": [{"middlebox": {"name": "nlb", "profile": "aws-nlb"}}],
      "connections": [{"name": "c", "strategy": {"tcp_keepalive": {"idle": "6m"}}}],
      "expect": [{"connection": "c", "is": "alive"}],
      "sweep": {"connections.c.strategy.tcp_keepalive.idle": ["1m", "5m", "6m"]}})");
  }
  CommandResult shell(const std::string& command) const {
    return run_command("cd '" + folder_.path().string() + "' && export S='" + STAYALIVE_PROGRAM +
                       "' && bash -c \"$(cat <<'END'\n" + command + "\nEND\n)\" 2>&1");
  }
  std::string text_of(const std::string& file) const {
    std::ostringstream text;
    text << std::ifstream(folder_.name(file)).rdbuf();
    return text.str();
  }
  void expect_page(const std::string& file, const std::string& part) const {
    EXPECT_EQ(shell("python3 check.py " + file).output, "") << file;
    EXPECT_NE(text_of(file).find(part), std::string::npos) << file << " lacks " << part;
    for (const char* harm : {"<script", "<img", "\u202e", "\u2028"})
      EXPECT_EQ(text_of(file).find(harm), std::string::npos) << file;
  }
  TemporaryFolder folder_;
};

TEST_F(PageCommand, EachWritesOnePageThatNeedsNothingElse) {
  EXPECT_EQ(shell("$S run s.json --html r.html 2>&1 >/dev/null").output, "wrote r.html\n");
  expect_page("r.html", "1 of 1 expectation fail");
  EXPECT_EQ(shell("$S sweep s.json --html s.html 2>&1 >/dev/null").output, "wrote s.html\n");
  expect_page("s.html", "There are limits beyond which connections do not hold");
  EXPECT_EQ(shell("$S test s.json --html t.html 2>&1 >/dev/null").output, "wrote t.html\n");
  expect_page("t.html", "1 of 1 scenario fail");
  EXPECT_EQ(shell("$S compare s.json --html c.html 2>&1 >/dev/null").output, "wrote c.html\n");
  expect_page("c.html", "It does not hold");
  EXPECT_EQ(shell("$S compare tcp=1m silent aws-nlb --html d.html 2>&1 >/dev/null").exit_code, 0);
  expect_page("d.html", "Costs against the time to notice a crash");
  EXPECT_EQ(shell("$S advise s.json --html a.html 2>&1 >/dev/null").output, "wrote a.html\n");
  expect_page("a.html", "The intervals that hold, on a line");
  EXPECT_EQ(shell("$S advise nginx=75s aws-alb --html w.html 2>&1 >/dev/null").output,
            "wrote w.html\n");
  expect_page("w.html", "with a keep-alive timeout of 1m15s");
  for (const char* page : {"r.html", "s.html", "t.html", "c.html", "a.html"})
    EXPECT_NE(text_of(page).find("aria-label=\"Ladder of "), std::string::npos) << page;
}

TEST_F(PageCommand, ThePageIsTheSameEachTime) {
  ASSERT_EQ(shell("$S run s.json --html 1.html; $S run s.json --html 2.html; cmp 1.html 2.html")
                .exit_code,
            0);
}

TEST_F(PageCommand, AFileThatMayNotBeWrittenIsToldBeforeAnythingIsRun) {
  folder_.write("x.txt", "precious");
  folder_.write("x.svg", "<svg/>");
  for (const std::string command :
       {"run s.json", "sweep s.json", "test s.json", "compare s.json", "advise s.json"}) {
    const auto says = [&](const std::string& options, const std::string& part) {
      const CommandResult result = shell("$S " + command + " --html " + options);
      EXPECT_EQ(result.exit_code, 2) << command;
      EXPECT_EQ(result.output.find("error: "), 0u) << result.output;
      EXPECT_NE(result.output.find(part), std::string::npos) << command << result.output;
    };
    says("x.txt", "x.txt exists and is no HTML page; --force writes over it");
    says("x.svg", "x.svg exists and is no HTML page; --force writes over it");
    says("s.json --force", "s.json is read by this command");
    says("no/such.html", "No such file or directory");
    says("-", "--html - is no file");
  }
  EXPECT_EQ(text_of("x.txt"), "precious");
  EXPECT_EQ(shell("$S run s.json s.json --html r.html").output,
            "error: --html is about one run; 2 scenarios are named; `stayalive test --html` is "
            "about many\n");
  EXPECT_EQ(shell("$S run s.json --html x.txt --force").exit_code, 1) << "an expectation fails";
  EXPECT_EQ(text_of("x.txt").find("<!DOCTYPE html>"), 0u);
  EXPECT_EQ(shell("$S run s.json --html x.txt").exit_code, 1) << "a page now";
}

TEST_F(PageCommand, InPlainWordsOnlyTheEvidenceNamesTimers) {
  for (const std::string command : {"run s.json", "sweep s.json"}) {
    shell("$S " + command + " --plain --html p.html --svg p.svg >/dev/null 2>&1");
    const std::string page = text_of("p.html");
    const std::size_t evidence = page.find("<h2>Evidence</h2>");
    EXPECT_GT(page.find("tcp.established"), evidence) << command;
    EXPECT_LT(page.find("after 5m50s of silence"), evidence) << command;
    EXPECT_NE(page.find("tcp.established", evidence), std::string::npos) << command;
    EXPECT_EQ(text_of("p.svg").find("tcp."), std::string::npos) << command;
    shell("$S " + command + " --html e.html >/dev/null 2>&1");
    EXPECT_LT(text_of("e.html").find("tcp.established"), evidence) << command;
  }
  EXPECT_EQ(shell("$S explain s.json --ladder --plain").output.find("tcp.established"),
            std::string::npos);
}

TEST_F(PageCommand, APngHasAsManyPixelsAsWereAskedFor) {
  if (shell("command -v rsvg-convert").exit_code != 0)
    GTEST_SKIP() << "rsvg-convert (librsvg2-bin) is not installed";
  const auto size_of = [&](const std::string& options) {
    EXPECT_EQ(
        shell("$S run s.json --svg d.svg --png d.png " + options + " >/dev/null 2>&1").exit_code,
        1);
    // Of the header: the width, then the height.
    return shell(
               "python3 -c \"import struct; print(*struct.unpack('>II', open('d.png', 'rb')"
               ".read()[16:24]))\"")
        .output;
  };
  EXPECT_EQ(size_of("--scale 1"), "960 234\n");
  EXPECT_EQ(size_of(""), "1920 468\n");
  EXPECT_EQ(shell("$S sweep s.json --png s.png 2>&1 >/dev/null").output, "wrote s.png\n");
  EXPECT_EQ(shell("$S explain s.json --png l.png 2>&1 >/dev/null").output, "wrote l.png\n");
  folder_.write("x.txt", "precious");
  EXPECT_EQ(shell("$S run s.json --png x.txt").output,
            "error: x.txt exists and is no PNG picture; --force writes over it\n");
  EXPECT_EQ(shell("$S run s.json --png d.png >/dev/null 2>&1").exit_code, 1) << "over a picture";
}

TEST_F(PageCommand, WithoutTheProgramForItAPngIsRefusedAndAnSvgIsNot) {
  const CommandResult refused = shell("PATH=/no/such:. $S run s.json --png d.png");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_EQ(refused.output,
            "error: --png needs the program rsvg-convert, which is not installed; allowed: --svg, "
            "or Debian's package librsvg2-bin, or that of librsvg elsewhere\n");
  EXPECT_FALSE(std::filesystem::exists(folder_.name("d.png")));
  EXPECT_EQ(shell("PATH=/no/such $S run s.json --svg d.svg").exit_code, 1);
}

}  // namespace
}  // namespace stayalive
