// SPDX-License-Identifier: Apache-2.0
#include "report/suite_json.h"

#include <nlohmann/json.hpp>

#include "report/run_json.h"
#include "report/suite_text.h"

namespace stayalive {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

template <class Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json error_json(const Diagnostic& error) {
  return Json{{"file", error.file},
              {"line", error.line == 0 ? Json(nullptr) : Json(error.line)},
              {"column", error.column == 0 ? Json(nullptr) : Json(error.column)},
              {"pointer", error.pointer},
              {"message", error.message},
              {"allowed", text_or_null(error.allowed)},
              {"suggestion", text_or_null(error.suggestion)}};
}

Json counts_json(const Suite& suite) {
  return Json{{"scenarios", suite.items.size()},
              {"hold", suite.count(SuiteStatus::Holds)},
              {"fail", suite.count(SuiteStatus::Fails)},
              {"without_expectations", suite.count(SuiteStatus::NoExpectations)},
              {"wrong", suite.count(SuiteStatus::Wrong)},
              {"expectations", suite.expectations()},
              {"failed_expectations", suite.failed_expectations()}};
}

Json brief_json(const std::optional<ConnectionReport>& connection) {
  return connection ? Json(in_one_line(*connection)) : Json(nullptr);
}

Json changes_json(const Changes& changes) {
  Json scenarios = Json::array();
  for (const ScenarioChange& change : changes.scenarios) {
    Json connections = Json::array();
    for (const ConnectionChange& connection : change.connections) {
      connections.push_back({{"name", connection.name},
                             {"was", brief_json(connection.was)},
                             {"now", brief_json(connection.now)}});
    }
    scenarios.push_back({{"scenario", change.file},
                         {"held", or_null(change.held)},
                         {"holds", or_null(change.holds)},
                         {"connections", connections}});
  }
  return Json{
      {"baseline", changes.baseline}, {"compared", changes.compared}, {"scenarios", scenarios}};
}

}  // namespace

void write_suite_json(std::ostream& out, const Suite& suite,
                      const std::optional<Changes>& changes) {
  Json runs = Json::array();
  Json errors = Json::array();
  for (const SuiteItem& item : suite.items) {
    if (item.report) runs.push_back(run_json(*item.report));
    for (const Diagnostic& error : item.errors) errors.push_back(error_json(error));
  }
  Json document{{"format", "stayalive-test"}, {"version", 1},
                {"holds", suite.holds()},     {"counts", counts_json(suite)},
                {"runs", std::move(runs)},    {"errors", std::move(errors)},
                {"skipped", suite.skipped}};
  document["changes"] = changes ? changes_json(*changes) : Json(nullptr);
  out << print_json(document);
}

}  // namespace stayalive
