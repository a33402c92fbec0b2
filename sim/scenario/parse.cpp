// SPDX-License-Identifier: Apache-2.0
#include "scenario/parse.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "scenario/document.h"
#include "scenario/json/object_reader.h"
#include "scenario/json/schema.h"
#include "scenario/sections/sections.h"

namespace stayalive {
namespace {

constexpr std::array<std::string_view, 3> kPrivateSources{"filtered", "routed", "one-way"};
// A hundred years of 365 days; with every sum that is made of it far from the end of time.
constexpr SpanLimits kRun{1ns, 876'000h};

void read_head(ObjectReader& fields, Draft& draft) {
  Scenario& scenario = draft.scenario;
  std::string ignored;
  fields.optional("$schema", "where editors find the schema; ignored").text(ignored);
  fields.with_default("title", "one line that says what the scenario is about")
      .line(scenario.title, 200);
  fields.with_default("lesson", "what it teaches").text(scenario.lesson);
  fields.with_default("seed", "from which every random number follows")
      .count(scenario.seed, 0, INT64_MAX);
  Reader duration = fields.with_default("duration", "how long the run is");
  draft.duration_known = !duration.present() || duration.span(scenario.duration, kRun);
  if (duration.describing()) duration.span(scenario.duration, kRun);
  fields.with_default("late_after", "a message that takes longer than this is late")
      .span(scenario.late_after);
  Reader sources = fields.with_default(
      "private_sources",
      "whether the outside drops packets from private addresses (filtered), as the Internet does, "
      "or carries them and the answers (routed), or carries them to hosts that have no route back "
      "(one-way)");
  sources.choice(scenario.private_sources, kPrivateSources);
}

void read_document(Reader root, Draft& draft) {
  root.object([&](ObjectReader& fields) {
    read_head(fields, draft);
    read_hosts(
        fields.optional("hosts",
                        "the end systems by name; \"client\" and \"server\" are always there, "
                        "as linux unless it says otherwise"),
        draft);
    read_path(fields.optional("path",
                              "links, middleboxes and proxies from the internal to the "
                              "external end; empty when missing"),
              draft);
    read_servers(
        fields.optional("servers",
                        "programs that serve several connections from one listening socket, by "
                        "name; any other connection has a listener of its own"),
        draft);
    read_connections(fields.required("connections", "what the hosts say to each other"), draft);
    read_events(fields.optional("events", "what happens to the network and its hosts"), draft);
    read_expectations(fields.optional("expect", "what must have become of the connections"), draft);
    std::vector<Axis> ignored;
    read_sweep(fields.optional("sweep",
                               "values that take turns in a study, by their paths; a single run "
                               "does not use them"),
               ignored);
  });
}

}  // namespace

Scenario read_scenario_value(const JsonValue& root, Journal& journal, const ParseOptions& options) {
  Draft draft{{},
              {},
              ProfileFinder(journal.file(), options),
              Products(options.profile_paths, NamedFiles(journal.file(), options)),
              &journal,
              true,
              true,
              {},
              0,
              0};
  draft.scenario.file = journal.file();
  draft.scenario.limits = options.limits;
  draft.profiles.check_paths(journal);
  read_document(Reader(journal, root), draft);
  if (draft.products.was_asked()) journal.add(draft.products.mistakes());
  return std::move(draft.scenario);
}

Result<Scenario> parse_scenario(std::string_view text, const std::string& file,
                                const ParseOptions& options) {
  const Result<ScenarioDocument> document = ScenarioDocument::parse(std::string(text), file);
  if (!document.ok()) return document.errors();
  return document.value().checked(options);
}

Result<Scenario> read_scenario(const std::string& file, const ParseOptions& options) {
  const Result<ScenarioDocument> document = ScenarioDocument::read(file);
  if (!document.ok()) return document.errors();
  return document.value().checked(options);
}

std::string scenario_schema() {
  Schema schema;
  nlohmann::ordered_json root = {
      {"title", "A scenario of stayalive"},
      {"description",
       "Clients, servers and the boxes between them, and what is expected of their connections."}};
  Draft draft{{}, {}, ProfileFinder({}, {}), Products(), nullptr, true, true, {}, 0, 0};
  read_document(Reader(schema, root), draft);
  return schema.print(root);
}

}  // namespace stayalive
