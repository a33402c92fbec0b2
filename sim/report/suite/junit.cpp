// SPDX-License-Identifier: Apache-2.0
#include "report/suite/junit.h"

#include <fmt/format.h>

#include <set>

#include "document/place.h"
#include "document/safe_text.h"
#include "picture/failure_reason.h"

namespace stayalive {
namespace {

// One testcase; `problem` is the element inside it, already written, or empty.
struct Case {
  std::string name;
  std::uint32_t line = 0;
  std::string problem;
};

struct Counts {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;
};

Counts counts_of(const SuiteItem& item) {
  switch (item.status()) {
    case SuiteStatus::Wrong:
      return {1, 0, 1, 0};
    case SuiteStatus::NoExpectations:
    case SuiteStatus::NotRun:
      return {1, 0, 0, 1};
    default:
      return {item.report->expectations.size(), item.failed(), 0, 0};
  }
}

// The simulation reads no clock.  Some readers insist on the attribute.
std::string attributes(const Counts& counts) {
  return fmt::format(R"(tests="{}" failures="{}" errors="{}" skipped="{}" time="0")", counts.tests,
                     counts.failures, counts.errors, counts.skipped);
}

std::string problem(const char* element, const std::string& type, const std::string& message,
                    const std::string& text) {
  return fmt::format("<{0} type=\"{1}\" message=\"{2}\">{3}</{0}>", element, type,
                     xml_text(message), xml_text(text));
}

Case failed_or_held(const RunReport& report, const ExpectationReport& expectation) {
  Case test{expectation.text, expectation.line, {}};
  if (expectation.holds) return test;
  std::string text = fmt::format("{}\n- expected: {}\n+ found:    {}\n",
                                 place(report.file, expectation.line, expectation.column),
                                 expectation.text, expectation.found);
  const std::string reason = failure_reason(expectation);
  if (!reason.empty()) text += fmt::format("  because:  {}\n", reason);
  test.problem = problem("failure", "expectation", "found " + expectation.found, text);
  return test;
}

std::vector<Case> cases_of(const SuiteItem& item) {
  std::vector<Case> cases;
  if (item.status() == SuiteStatus::NoExpectations) {
    cases.push_back({"has expectations", 0, "<skipped message=\"no expectations\"/>"});
  }
  if (item.status() == SuiteStatus::NotRun)
    cases.push_back({"is run", 0, "<skipped message=\"not run: ended early\"/>"});
  if (item.status() == SuiteStatus::Wrong) {
    std::string all;
    for (const Diagnostic& error : item.errors) all += to_string(error) + '\n';
    const Diagnostic& first = item.errors.front();
    cases.push_back({"can be run", first.line, problem("error", "mistake", first.message, all)});
  }
  if (!item.report) return cases;
  std::set<std::string> names;
  for (const ExpectationReport& expectation : item.report->expectations) {
    Case test = failed_or_held(*item.report, expectation);
    if (!names.insert(test.name).second) test.name += ", again at " + expectation.pointer;
    cases.push_back(std::move(test));
  }
  return cases;
}

// Jenkins takes what stands before the last dot of a class for its package.
std::string class_name(const std::string& file) {
  return file.ends_with(".json") ? file.substr(0, file.size() - 5) : file;
}

std::string xml_property(const char* name, const std::string& value) {
  return fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", name, xml_text(value));
}

void write_item(std::ostream& out, const SuiteItem& item) {
  const std::string file = xml_text(item.file);
  out << fmt::format("  <testsuite name=\"{0}\" {1} file=\"{0}\">\n", file,
                     attributes(counts_of(item)));
  if (item.report) {
    out << "    <properties>\n"
        << xml_property("title", item.report->title)
        << xml_property("seed", std::to_string(item.report->seed))
        << xml_property("digest", fmt::format("{:016x}", item.report->digest))
        << "    </properties>\n";
  }
  for (const Case& test : cases_of(item)) {
    out << fmt::format("    <testcase classname=\"{}\" name=\"{}\" file=\"{}\"",
                       xml_text(class_name(item.file)), xml_text(test.name), file);
    if (test.line > 0) out << fmt::format(" line=\"{}\"", test.line);
    out << " time=\"0\"";
    if (test.problem.empty()) {
      out << "/>\n";
    } else {
      out << ">\n      " << test.problem << "\n    </testcase>\n";
    }
  }
  out << "  </testsuite>\n";
}

}  // namespace

void write_junit(std::ostream& out, const Suite& suite) {
  Counts all;
  for (const SuiteItem& item : suite.items) {
    const Counts counts = counts_of(item);
    all.tests += counts.tests;
    all.failures += counts.failures;
    all.errors += counts.errors;
    all.skipped += counts.skipped;
  }
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      << "<testsuites name=\"stayalive\" " << attributes(all) << ">\n";
  for (const SuiteItem& item : suite.items) write_item(out, item);
  out << "</testsuites>\n";
}

}  // namespace stayalive
