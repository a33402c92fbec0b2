// SPDX-License-Identifier: Apache-2.0
#include "study/suite/result_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "scenario/json/object_reader.h"

namespace stayalive {
namespace {

constexpr std::array<FaultKind, 13> kFaults{
    FaultKind::None,    FaultKind::Flow,   FaultKind::Link, FaultKind::Host, FaultKind::Asleep,
    FaultKind::Address, FaultKind::Away,   FaultKind::Hung, FaultKind::Peer, FaultKind::Proxy,
    FaultKind::Drop,    FaultKind::Server, FaultKind::Way};
constexpr std::size_t kMostErrors = 20;
constexpr std::size_t kMostResultValues = 4'000'000;
constexpr std::size_t kMostEntries = 10'000'000;  // of a list
constexpr std::array<std::string_view, 7> kEventWords{"remapped",   "expired", "evicted",
                                                      "flushed",    "closed",  "address-gone",
                                                      "target-gone"};  // in the order of FlowEvent

void read_fault(Reader in, FaultKind& kind) {
  std::array<std::string_view, kFaults.size()> words;
  std::ranges::transform(kFaults, words.begin(), [](FaultKind each) { return name(each); });
  std::size_t position = 0;
  if (in.word(position, words)) kind = kFaults[position];
}

void read_instant(Reader in, TimePoint& at) {
  Duration since{};
  if (in.seconds(since)) at = kStart + since;
}

void read_instant(Reader in, std::optional<TimePoint>& at) {
  if (!in.present()) return;
  read_instant(std::move(in), at.emplace());
}

void read_blame(ObjectReader& in, Blame& blame) {
  read_fault(in.required("kind", "what is to blame"), blame.kind);
  in.required("who", "its name").text(blame.who);
  read_instant(in.required("at", "when it happened"), blame.at);
  const bool no_room = blame.kind == FaultKind::Server;
  if (blame.kind == FaultKind::Drop || no_room)
    in.required("reason", "why it was dropped").text(blame.reason);
  if (blame.kind != FaultKind::Flow) return;
  in.required("event", "what became of the flow").choice(blame.event, kEventWords);
  in.required("timer", "the timer that ran out").text(blame.timer);
  in.required("timeout", "its time").seconds(blame.timeout);
}

void read_side(ObjectReader& in, SideReport& side) {
  Outcome outcome = Outcome::Alive;
  if (in.nullable("outcome", "what became of it").choice(outcome, kOutcomeNames))
    side.outcome = outcome;
  read_instant(in.nullable("forgotten_at", "when it was forgotten"), side.forgotten_at);
  read_instant(in.nullable("noticed_at", "when it noticed"), side.noticed_at);
}

// What a part of the result says is read as far as it is known here.
template <class Part>
void read_part(Reader in, Part& part, void (*read)(ObjectReader&, Part&)) {
  in.object([&](ObjectReader& fields) { read(fields, part); }, Reader::OtherKeys::PassedOver);
}

template <class Part>
void read_parts(Reader in, std::vector<Part>& parts, void (*read)(ObjectReader&, Part&)) {
  in.array(0, kMostEntries, [&](Reader& item) { read_part(item, parts.emplace_back(), read); });
}

void read_connection(ObjectReader& in, ConnectionReport& connection) {
  in.required("name", "its name").text(connection.name);
  in.required("outcome", "what became of it").choice(connection.outcome, kOutcomeNames);
  read_part(in.nullable("blame", "who is to blame"), connection.blame, read_blame);
  for (const Role role : {Role::Client, Role::Server}) {
    read_part(in.required(name(role), "this end of it"), connection.sides[index(role)], read_side);
  }
}

void read_expectation(ObjectReader& in, ExpectationReport& expectation) {
  in.required("expect", "what was expected").text(expectation.text);
  in.required("holds", "whether it is so").flag(expectation.holds);
}

void read_run(ObjectReader& in, RunReport& report) {
  in.nullable("scenario", "its file").text(report.file);
  if (const Reader early = in.nullable("ended_early", "why it ended early"); early.present())
    return early.error("this run ended early", "runs that came to their end");
  read_parts(in.required("connections", "what became of each"), report.connections,
             read_connection);
  read_parts(in.required("expectations", "what was expected"), report.expectations,
             read_expectation);
}

void read_document(ObjectReader& in, std::vector<RunReport>& reports) {
  Reader version = in.required("version", "1");
  std::int64_t number = 1;
  if (version.whole(number, 1, INT64_MAX) && number != 1) {
    version.error("found " + version.as_written(), "1");
    return;
  }
  read_parts(in.required("runs", "the runs of the result"), reports, read_run);
}

bool is_result(const JsonValue& root) {
  const JsonValue* format = root.find("format");
  return format != nullptr &&
         (format->text == "stayalive-result" || format->text == "stayalive-test");
}

}  // namespace

Result<std::vector<RunReport>> parse_result(std::string_view text, const std::string& file) {
  const SourceText source(text, file);
  std::vector<Diagnostic> errors;
  const std::optional<JsonValue> root = parse_json(source, errors, kMostResultValues);
  Journal journal(source);
  journal.add(std::move(errors));
  std::vector<RunReport> reports;
  if (root) {
    const Reader in(journal, *root);
    if (is_result(*root)) {
      read_part(in, reports, read_document);
    } else {
      in.error("this is no result", "a JSON result of run or test");
    }
  }
  errors = journal.take();
  if (errors.size() > kMostErrors) errors.resize(kMostErrors);
  if (!errors.empty()) return errors;
  return reports;
}

}  // namespace stayalive
