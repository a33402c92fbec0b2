// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "app/outcome.h"
#include "scenario/json/object_reader.h"
#include "scenario/sections/sections.h"

namespace stayalive {
namespace {

// What `is` may say: held, or an outcome.
constexpr auto kVerdictWords = [] {
  std::array<std::string_view, kOutcomeNames.size() + 1> words{"held"};
  std::copy(kOutcomeNames.begin(), kOutcomeNames.end(), words.begin() + 1);
  return words;
}();

void read_verdict(Reader in, ExpectSpec& expect) {
  std::size_t position = 0;
  if (!in.word(position, kVerdictWords)) return;
  expect.held = position == 0;
  if (position > 0) expect.outcome = static_cast<Outcome>(position - 1);
}

// Whoever holds does so from beginning to end, at both ends, and nobody is to blame for it.
void check_held(const ObjectReader& fields) {
  for (const std::string_view key : {"side", "at", "within"}) {
    if (fields.has(key)) {
      fields.error_at(key, "a connection holds from beginning to end, and at both ends",
                      "\"is\": \"alive\" with this key, or \"is\": \"held\" without it");
    }
  }
}

// Of many only what they have come to at the end is known, not of each side and instant.
void check_population(const Draft& draft, const ExpectSpec& expect, const ObjectReader& fields) {
  const bool many = draft.scenario.connections[expect.connection].population.count > 0;
  if (!many && expect.share) {
    fields.error_at("share", "the connection stands for itself alone", "share with a population");
  }
  for (const std::string_view key : {"side", "at", "within"}) {
    if (many && fields.has(key))
      fields.error_at(key, "the connection stands for many, which are judged together at the end",
                      "this key with a single connection");
  }
}

void read_expectation(Reader& in, ObjectReader& fields, const Draft& draft, ExpectSpec& expect) {
  expect.pointer = in.pointer();
  const SourceText::Position place = in.position();
  expect.line = place.line;
  expect.column = place.column;
  Reader connection = fields.required("connection", "the name of a connection");
  const auto entry = draft.names.read_reference(connection, {Names::Kind::Connection});
  if (entry) expect.connection = entry->position;
  read_verdict(fields.required("is", "what has become of it"), expect);
  Role role = Role::Client;
  if (fields.optional("side", "which end; when missing both must be alive, or either dead")
          .choice(role, kRoleWords)) {
    expect.side = role;
  }
  TimePoint at;
  Reader instant = fields.optional("at", "when it is so; at the end of the run when missing");
  if (read_instant_of_run(instant, draft, at)) expect.at = at;
  Duration within{};
  Reader tolerance = fields.optional(
      "within", "it became so no further from `at` than this; any time before when missing");
  if (tolerance.span(within)) expect.within = within;
  if (tolerance.present() && !instant.present()) {
    tolerance.error("there is no instant that this could be near to", "within together with at");
  }
  Reader blame = fields.optional("blame", "the middlebox or proxy whose doing it was");
  if (draft.names.read_reference(blame, {Names::Kind::Box, Names::Kind::Proxy})) {
    expect.blame = blame.as_written();
  }
  Reader share = fields.optional(
      "share",
      "of a connection that stands for many: at least this share of those that have begun "
      "and not left; all of them when missing");
  Ratio least;
  if (share.ratio(least)) expect.share = least;
  if (entry) check_population(draft, expect, fields);
  if (expect.held) check_held(fields);
  if (blame.present() && (expect.held || expect.outcome == Outcome::Alive)) {
    blame.error(std::string("nobody is to blame for a connection that ") +
                    (expect.held ? "held" : "is alive"),
                "blame with another outcome");
  }
}

}  // namespace

void read_expectations(Reader in, Draft& draft) {
  in.array(0, kMostItems, [&](Reader& item) {
    ExpectSpec expect;
    item.object([&](ObjectReader& fields) { read_expectation(item, fields, draft, expect); });
    draft.scenario.expectations.push_back(std::move(expect));
  });
}

}  // namespace stayalive
