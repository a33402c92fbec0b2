// SPDX-License-Identifier: Apache-2.0
#include "report/suite/junit.h"

#include <gtest/gtest.h>

#include <sstream>

#include "support/command.h"
#include "support/suite_report.h"
#include "support/temporary_folder.h"

namespace stayalive {
namespace {

std::string junit_of(const Suite& suite) {
  std::ostringstream out;
  write_junit(out, suite);
  return out.str();
}

// What an XML parser that accepts nothing malformed finds: "element attribute=value ..." for each
// element asked for.
CommandResult parsed(const std::string& xml, const std::string& element) {
  const TemporaryFolder folder;
  const std::string file = folder.write("junit.xml", xml);
  const std::string script =
      "import sys, xml.etree.ElementTree as E\n"
      "for e in E.parse(sys.argv[1]).iter(sys.argv[2]):\n"
      "    a = dict(e.attrib)\n"
      "    print(e.tag, *[k + '=' + repr(a[k]) for k in sorted(a)], repr((e.text or '').strip()))";
  const std::string python = folder.write("parse.py", script);
  return run_command("python3 '" + python + "' '" + file + "' " + element + " 2>&1");
}

TEST(JUnit, CountsWhatItContains) {
  const CommandResult result = parsed(junit_of(mixed_suite()), "testsuites");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.output,
            "testsuites errors='1' failures='1' name='stayalive' skipped='1' tests='5' time='0' "
            "''\n");
}

TEST(JUnit, HasATestcaseForEachExpectation) {
  EXPECT_EQ(parsed(junit_of(mixed_suite()), "testcase").output,
            "testcase classname='a' file='a.json' line='7' name='c is alive' time='0' ''\n"
            "testcase classname='b' file='b.json' line='7' name='d is alive' time='0' ''\n"
            "testcase classname='b' file='b.json' line='7' name='c is alive' time='0' ''\n"
            "testcase classname='c' file='c.json' name='has expectations' time='0' ''\n"
            "testcase classname='d' file='d.json' line='3' name='can be run' time='0' ''\n");
}

TEST(JUnit, AFailureSaysWhatWasExpectedAndFound) {
  EXPECT_EQ(parsed(junit_of(mixed_suite()), "failure").output,
            "failure message='found client: forgotten at 5m' type='expectation' "
            "'b.json:7:5\\n- expected: c is alive\\n+ found:    client: forgotten at 5m\\n"
            "  because:  " +
                std::string(kFirewallReason) + "'\n");
  EXPECT_EQ(parsed(junit_of(mixed_suite()), "error").output,
            "error message='found 7' type='mistake' "
            "'d.json:3:9: at /path: found 7; allowed: a list'\n");
}

TEST(JUnit, NoTwoTestcasesOfAClassHaveTheSameName) {
  Suite suite;
  suite.items.push_back(
      suite_item("a.json", {expectation("c is alive", true), expectation("c is alive", true)}));
  const std::string xml = junit_of(suite);
  EXPECT_NE(xml.find("name=\"c is alive\""), std::string::npos);
  EXPECT_NE(xml.find("name=\"c is alive, again at /expect/1\""), std::string::npos) << xml;
}

TEST(JUnit, AnyTextGivesWellFormedXml) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  all += "\xef\xbf\xbf ]]> <!-- \xed\xa0\x80 \xf0\x9f\x90\xa7 \xc3";
  Suite suite;
  suite.items.push_back(suite_item(all, {expectation(all, false, all)}));
  suite.items.push_back({all, {{all, 1, 1, all, all, all, all}}, {}});
  const CommandResult result = parsed(junit_of(suite), "testcase");
  EXPECT_EQ(result.exit_code, 0) << result.output;
}

}  // namespace
}  // namespace stayalive
