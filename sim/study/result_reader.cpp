// SPDX-License-Identifier: Apache-2.0
#include "study/result_reader.h"

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.h"
#include "scenario/json_value.h"
#include "scenario/source_text.h"

namespace stayalive {
namespace {

using Json = nlohmann::json;

constexpr std::array<FaultKind, 9> kFaults{FaultKind::None, FaultKind::Flow,   FaultKind::Link,
                                           FaultKind::Host, FaultKind::Asleep, FaultKind::Address,
                                           FaultKind::Peer, FaultKind::Proxy,  FaultKind::Drop};
constexpr std::size_t kMostErrors = 20;
constexpr double kMostSeconds = 9e9;  // nearly the end of time

std::optional<FlowEvent> find_event(std::string_view name) {
  if (name == "remapped") return FlowEvent::Opened;
  if (name == "expired") return FlowEvent::Expired;
  if (name == "evicted") return FlowEvent::Evicted;
  if (name == "flushed") return FlowEvent::Flushed;
  if (name == "closed") return FlowEvent::Closed;
  return std::nullopt;
}

std::optional<FaultKind> find_fault(std::string_view word) {
  for (const FaultKind kind : kFaults) {
    if (word == name(kind)) return kind;
  }
  return std::nullopt;
}

// Checked access to one place of a result.  What is missing counts as null.
class Place {
 public:
  Place(const Json& value, std::string pointer, const std::string& file,
        std::vector<Diagnostic>& errors)
      : value_(&value), pointer_(std::move(pointer)), file_(&file), errors_(&errors) {}

  bool null() const { return value_->is_null(); }
  Place operator[](const char* key) const {
    static const Json kNull;
    const auto found = value_->is_object() ? value_->find(key) : value_->end();
    return {found == value_->end() ? kNull : *found, pointer_ + "/" + key, *file_, *errors_};
  }
  // Everything must be there that is asked for, unless null() was asked before.
  bool object() const { return value_->is_object() || wrong("an object"); }
  std::vector<Place> list() const {
    std::vector<Place> places;
    if (!value_->is_array()) {
      wrong("a list");
      return places;
    }
    for (std::size_t i = 0; i < value_->size(); ++i) {
      places.push_back({(*value_)[i], pointer_ + "/" + std::to_string(i), *file_, *errors_});
    }
    return places;
  }
  std::string text() const {
    if (value_->is_string()) return value_->get<std::string>();
    wrong("text");
    return {};
  }
  bool flag() const {
    if (value_->is_boolean()) return value_->get<bool>();
    return wrong("true or false");
  }
  Duration span() const {
    const double seconds = value_->is_number() ? value_->get<double>() : -1;
    if (seconds >= 0 && seconds <= kMostSeconds) return Duration(std::llround(seconds * 1e9));
    wrong("a number of seconds");
    return {};
  }
  std::optional<TimePoint> instant() const {
    if (null()) return std::nullopt;
    return kStart + span();
  }
  template <class Value>
  Value word(std::optional<Value> (*find)(std::string_view)) const {
    if (value_->is_string()) {
      if (const std::optional<Value> found = find(value_->get<std::string>())) return *found;
    }
    wrong("a word of docs/result.md");
    return {};
  }

 private:
  bool wrong(const char* allowed) const {
    if (errors_->size() >= kMostErrors) return false;
    const std::string found = null() ? "nothing is here" : "found " + quote(value_->dump());
    errors_->push_back({*file_, 0, 0, pointer_, found, allowed, {}});
    return false;
  }

  const Json* value_;
  std::string pointer_;
  const std::string* file_;
  std::vector<Diagnostic>* errors_;
};

Blame read_blame(const Place& in) {
  Blame blame;
  if (in.null() || !in.object()) return blame;
  blame.kind = in["kind"].word<FaultKind>(find_fault);
  blame.who = in["who"].text();
  blame.at = kStart + in["at"].span();
  if (blame.kind == FaultKind::Drop) blame.reason = in["reason"].text();
  if (blame.kind != FaultKind::Flow) return blame;
  blame.event = in["event"].word<FlowEvent>(find_event);
  blame.timer = in["timer"].text();
  blame.timeout = in["timeout"].span();
  return blame;
}

SideReport read_side(const Place& in) {
  SideReport side;
  if (!in.object()) return side;
  if (!in["outcome"].null()) side.outcome = in["outcome"].word<Outcome>(find_outcome);
  side.forgotten_at = in["forgotten_at"].instant();
  side.noticed_at = in["noticed_at"].instant();
  return side;
}

ConnectionReport read_connection(const Place& in) {
  ConnectionReport connection;
  if (!in.object()) return connection;
  connection.name = in["name"].text();
  connection.outcome = in["outcome"].word<Outcome>(find_outcome);
  connection.blame = read_blame(in["blame"]);
  connection.sides[index(Role::Client)] = read_side(in["client"]);
  connection.sides[index(Role::Server)] = read_side(in["server"]);
  return connection;
}

RunReport read_run(const Place& in) {
  RunReport report;
  if (!in.object()) return report;
  if (!in["scenario"].null()) report.file = in["scenario"].text();
  for (const Place& connection : in["connections"].list()) {
    report.connections.push_back(read_connection(connection));
  }
  for (const Place& expectation : in["expectations"].list()) {
    if (!expectation.object()) continue;
    report.expectations.emplace_back();
    report.expectations.back().text = expectation["expect"].text();
    report.expectations.back().holds = expectation["holds"].flag();
  }
  return report;
}

// Why the text is not JSON, with the place.
std::vector<Diagnostic> syntax_errors(std::string_view text, const std::string& file) {
  const SourceText source(text, file);
  std::vector<Diagnostic> errors;
  if (!parse_json(source, errors) && !errors.empty()) return errors;
  return {{file, 0, 0, {}, "this is not JSON", "a JSON result of run or test", {}}};
}

}  // namespace

Result<std::vector<RunReport>> parse_result(std::string_view text, const std::string& file) {
  const Json document = Json::parse(text, nullptr, false, true);
  if (document.is_discarded()) return syntax_errors(text, file);
  std::vector<Diagnostic> errors;
  std::vector<RunReport> reports;
  const Place root(document, "", file, errors);
  const Json format = document.is_object() ? document.value("format", Json()) : Json();
  const Json version = document.is_object() ? document.value("version", Json()) : Json();
  if (format != "stayalive-result" && format != "stayalive-test") {
    errors.push_back({file, 0, 0, {}, "this is no result", "a JSON result of run or test", {}});
  } else if (version != 1) {
    errors.push_back({file, 0, 0, "/version", "found " + quote(version.dump()), "1", {}});
  } else {
    for (const Place& run : root["runs"].list()) reports.push_back(read_run(run));
  }
  if (!errors.empty()) return errors;
  return reports;
}

}  // namespace stayalive
