// SPDX-License-Identifier: Apache-2.0
#include "report/suite/suite_tree.h"

#include "report/early_end.h"
#include "report/run/run_tree.h"
#include "report/suite/changes.h"

namespace stayalive {
namespace {

Tree error_tree(const Diagnostic& error) {
  return Tree::record({{"file", error.file},
                       {"line", error.line == 0 ? Value() : Value(error.line)},
                       {"column", error.column == 0 ? Value() : Value(error.column)},
                       {"pointer", error.pointer},
                       {"message", error.message},
                       {"allowed", text_or_nothing(error.allowed)},
                       {"suggestion", text_or_nothing(error.suggestion)}});
}

Tree counts_tree(const Suite& suite) {
  return Tree::record({{"scenarios", suite.items.size()},
                       {"hold", suite.count(SuiteStatus::Holds)},
                       {"fail", suite.count(SuiteStatus::Fails)},
                       {"without_expectations", suite.count(SuiteStatus::NoExpectations)},
                       {"wrong", suite.count(SuiteStatus::Wrong)},
                       {"not_run", suite.count(SuiteStatus::NotRun)},
                       {"expectations", suite.expectations()},
                       {"failed_expectations", suite.failed_expectations()},
                       {"warnings", suite.warnings()}});
}

}  // namespace

Tree suite_tree(const Suite& suite, const std::optional<Changes>& changes) {
  Tree runs = Tree::list();
  Tree errors = Tree::list();
  for (const SuiteItem& item : suite.items) {
    if (item.report) runs.add(run_tree(*item.report));
    for (const Diagnostic& error : item.errors) errors.add(error_tree(error));
  }
  Tree tree =
      Tree::record({{"format", "stayalive-test"},
                    {"version", 1},
                    {"ended_early", early_end_tree(suite.early_end)},
                    {"holds", suite.fails() || !suite.early_end ? Value(suite.holds()) : Value()},
                    {"counts", counts_tree(suite)}});
  tree.set("runs", std::move(runs));
  tree.set("errors", std::move(errors));
  tree.set("skipped", Tree::list_of(suite.skipped));
  tree.set("changes", changes ? changes_tree(*changes) : Tree());
  return tree;
}

}  // namespace stayalive
