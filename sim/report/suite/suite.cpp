// SPDX-License-Identifier: Apache-2.0
#include "report/suite/suite.h"

#include <fmt/format.h>

#include "document/place.h"
#include "picture/failure_reason.h"
#include "report/counted.h"
#include "report/run/warning.h"
#include "report/suite/changes.h"
#include "report/suite/suite_tree.h"

namespace stayalive {
namespace {

constexpr std::size_t kDetail = 6;

void add_failures(std::vector<Block>& blocks, const RunReport& report) {
  for (const ExpectationReport& expectation : report.expectations) {
    if (expectation.holds) continue;
    const std::string where = place(report.file, expectation.line, expectation.column);
    blocks.push_back(Item{{{where, Tone::Faint}}, kDetail, kDetail + 2});
    blocks.push_back(Item{{{"- expected: " + expectation.text, Tone::Good}}, kDetail, kDetail + 4});
    blocks.push_back(Item{{{"+ found:    " + expectation.found, Tone::Bad}}, kDetail, kDetail + 4});
    const std::string reason = failure_reason(expectation);
    if (!reason.empty()) blocks.push_back(Item{{"  because:  " + reason}, kDetail, kDetail + 4});
  }
}

void add_scenario(std::vector<Block>& blocks, const SuiteItem& item) {
  const auto line = [&blocks](const char* word, Tone tone, const std::string& text,
                              const std::string& faint = "") {
    blocks.push_back(Item{{{word, tone}, text, {faint, Tone::Faint}}, 0, kDetail});
  };
  switch (item.status()) {
    case SuiteStatus::Holds:
      line("ok", Tone::Good, "    " + item.file,
           fmt::format(" ({})", item.report->expectations.size()));
      break;
    case SuiteStatus::Fails:
      line("FAIL", Tone::Bad,
           fmt::format("  {} ({} of {})", item.file, item.failed(),
                       item.report->expectations.size()));
      add_failures(blocks, *item.report);
      break;
    case SuiteStatus::NoExpectations:
      line("-", Tone::Warn, "     " + item.file + ": no expectations");
      break;
    case SuiteStatus::NotRun:
      line("-", Tone::Warn, "     " + item.file + ": not run");
      break;
    case SuiteStatus::Wrong:
      line("ERROR", Tone::Bad,
           fmt::format(" {}: {}", item.file, counted(item.errors.size(), "mistake")));
      break;
  }
  if (!item.report) return;
  for (const Warning& warning : item.report->warnings)
    add_warning(blocks, item.report->file, warning, kDetail);
}

std::string summary(const Suite& suite) {
  const std::size_t hold = suite.count(SuiteStatus::Holds);
  const std::size_t fail = suite.count(SuiteStatus::Fails);
  const std::size_t without = suite.count(SuiteStatus::NoExpectations);
  const std::size_t wrong = suite.count(SuiteStatus::Wrong);
  std::string text =
      fmt::format("{}: {} hold{}, {} fail{}", counted(suite.items.size(), "scenario"), hold,
                  hold == 1 ? "s" : "", fail, fail == 1 ? "s" : "");
  if (without > 0) {
    text += fmt::format(", {} without expectations", without);
  }
  if (wrong > 0) text += fmt::format(", {} cannot be run", wrong);
  if (suite.early_end) {
    text += fmt::format(", {} not run ({})", suite.count(SuiteStatus::NotRun),
                        suite.early_end->words());
  }
  text += fmt::format("; {}, {} failed", counted(suite.expectations(), "expectation"),
                      suite.failed_expectations());
  if (suite.warnings() > 0) text += "; " + counted(suite.warnings(), "warning");
  if (!suite.skipped.empty()) {
    text += "; " + counted(suite.skipped.size(), "other JSON file") + " skipped";
  }
  return text;
}

// Line and column are missing where they are not known.
Value number_from_one(std::uint32_t number) { return number == 0 ? Value() : Value(number); }

void add_rows(Table& table, const SuiteItem& item) {
  for (const Diagnostic& error : item.errors) {
    table.add({error.file, number_from_one(error.line), number_from_one(error.column), "error", "",
               error.message, ""});
  }
  if (item.status() == SuiteStatus::NotRun)
    table.add({item.file, Value(), Value(), "not-run", "", "", ""});
  if (!item.report) return;
  if (item.report->expectations.empty()) {
    table.add({item.file, Value(), Value(), "no-expectations", "", "", ""});
  }
  for (const ExpectationReport& expectation : item.report->expectations) {
    table.add({item.file, number_from_one(expectation.line), number_from_one(expectation.column),
               expectation.holds ? "holds" : "fails", expectation.text, expectation.found,
               failure_reason(expectation)});
  }
  for (const Warning& warning : item.report->warnings) {
    table.add({item.file, number_from_one(warning.place.line),
               number_from_one(warning.place.column), "warning", "", warning.text, ""});
  }
}

}  // namespace

Document describe_suite(const Suite& suite, const std::optional<Changes>& changes) {
  const auto blocks = [&suite, &changes] {
    std::vector<Block> all;
    for (const SuiteItem& item : suite.items) add_scenario(all, item);
    all.push_back(Gap{});
    all.push_back(Line{{summary(suite)}});
    if (changes) add_changes(all, *changes);
    Table table({Column::for_programs("scenario"), Column::for_programs("line", Unit::Count),
                 Column::for_programs("column", Unit::Count), Column::for_programs("status"),
                 Column::for_programs("expected"), Column::for_programs("found"),
                 Column::for_programs("because")});
    for (const SuiteItem& item : suite.items) add_rows(table, item);
    if (changes) add_change_rows(table, *changes);
    all.push_back(std::move(table));
    return all;
  };
  return {[&suite, &changes] { return suite_tree(suite, changes); }, blocks};
}

}  // namespace stayalive
