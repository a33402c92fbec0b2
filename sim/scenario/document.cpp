// SPDX-License-Identifier: Apache-2.0
#include "scenario/document.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/check.h"
#include "scenario/sections/sections.h"
#include "scenario/text_file.h"

namespace stayalive {
namespace {

constexpr std::size_t kMostTrials = 200;
// Trials of a huge scenario take long, so that it gets fewer of them: so many bytes of text and so
// many connections are read in all.
constexpr std::size_t kMostBytesTried = std::size_t{16} << 20;
constexpr std::size_t kMostConnectionsTried = 100'000;
constexpr std::size_t kMostMistakes = 1000;

// Removes the section from the document and returns it.
std::optional<JsonValue> take_sweep(JsonValue& root) {
  std::optional<JsonValue> sweep;
  for (std::size_t i = root.keys.size(); i-- > 0;) {
    if (root.keys[i].text != "sweep") continue;
    const auto at = static_cast<std::ptrdiff_t>(i);
    sweep = std::move(root.items[i]);
    root.keys.erase(root.keys.begin() + at);
    root.items.erase(root.items.begin() + at);
  }
  return sweep;
}

// Says with which replacements the mistakes came about; not of those that were there before them.
void add_note(std::vector<Diagnostic>& mistakes, std::span<const Replacement> replacements,
              std::span<const Diagnostic> before = {}) {
  if (replacements.empty()) return;
  const std::string note = print_replacements(replacements);
  for (Diagnostic& mistake : mistakes) {
    const bool old = std::ranges::any_of(before, [&mistake](const Diagnostic& known) {
      return known.pointer == mistake.pointer && known.message == mistake.message;
    });
    if (!old) mistake.message += " (" + note + ")";
  }
}

}  // namespace

struct ScenarioDocument::Parts {
  Parts(std::string content, std::string file)
      : text(std::move(content)), source(text, std::move(file)) {}
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  std::string text;
  SourceText source;
  JsonValue root;  // without the sweep
  std::vector<Axis> axes;
  std::vector<Diagnostic> mistakes;  // repeated keys, and what is wrong in the sweep

  // Those of the options and then these, without those that are passed over.
  std::vector<Replacement> all_of(std::span<const Replacement> replacements,
                                  const ParseOptions& options) const;
  // Empty when there are mistakes.
  std::optional<Scenario> make(std::span<const Replacement> replacements,
                               const ParseOptions& options, std::vector<Diagnostic>& errors) const;
  // connections: of the scenario without replacements.
  std::vector<Diagnostic> try_axes(const ParseOptions& options, std::size_t connections) const;
  void try_value(const Axis& axis, const JsonValue& value, const ParseOptions& options,
                 std::set<std::pair<std::string, std::string>>& known,
                 std::vector<Diagnostic>& all) const;
};

std::vector<Replacement> ScenarioDocument::Parts::all_of(std::span<const Replacement> replacements,
                                                         const ParseOptions& options) const {
  std::vector<Replacement> all;
  for (const Replacement& replacement : options.replacements) {
    if (options.pass_over_missing_places && lacks_place(root, replacement)) continue;
    all.push_back(replacement);
  }
  all.insert(all.end(), replacements.begin(), replacements.end());
  return all;
}

std::optional<Scenario> ScenarioDocument::Parts::make(std::span<const Replacement> own,
                                                      const ParseOptions& options,
                                                      std::vector<Diagnostic>& errors) const {
  const std::vector<Replacement> replacements = all_of(own, options);
  std::vector<SourceText::Position> elsewhere;
  for (const Replacement& replacement : replacements) {
    elsewhere.push_back(replacement.origin.empty() ? source.position(replacement.value.offset)
                                                   : SourceText::Position{0, 0});
  }
  Journal journal(source, std::move(elsewhere));
  journal.add(mistakes);
  std::optional<Scenario> scenario;
  if (replacements.empty()) {
    scenario = read_scenario_value(root, journal, options);
  } else if (mistakes.empty()) {
    JsonValue changed = root;
    for (std::size_t i = 0; i < replacements.size(); ++i) {
      put(changed, replacements[i], text.size() + 1 + i, journal);
    }
    if (journal.size() == 0) scenario = read_scenario_value(changed, journal, options);
  }
  errors = journal.take();
  if (!errors.empty()) scenario.reset();
  if (!scenario) return scenario;
  for (const Replacement& replacement : replacements) {
    if (replacement.origin == kSetOrigin) scenario->set.push_back(print_replacement(replacement));
  }
  return scenario;
}

// Tries a value alone.  What is wrong with each value in the same way is reported once.
void ScenarioDocument::Parts::try_value(const Axis& axis, const JsonValue& value,
                                        const ParseOptions& options,
                                        std::set<std::pair<std::string, std::string>>& known,
                                        std::vector<Diagnostic>& all) const {
  const Replacement replacement{axis.path, value, {}};
  std::vector<Diagnostic> errors;
  make({&replacement, 1}, options, errors);
  std::erase_if(errors, [&](const Diagnostic& error) {
    return !known.emplace(error.pointer, error.message).second;
  });
  add_note(errors, {&replacement, 1});
  all.insert(all.end(), errors.begin(), errors.end());
}

std::vector<Diagnostic> ScenarioDocument::Parts::try_axes(const ParseOptions& options,
                                                          std::size_t connections) const {
  std::vector<Diagnostic> all;
  const std::size_t affordable =
      std::min({kMostTrials, kMostBytesTried / std::max<std::size_t>(text.size(), 1),
                kMostConnectionsTried / std::max<std::size_t>(connections, 1)});
  const std::size_t share =
      std::max<std::size_t>(affordable / std::max<std::size_t>(axes.size(), 1), 2);
  for (const Axis& axis : axes) {
    std::set<std::pair<std::string, std::string>> known;
    const std::size_t last = axis.values.size() - 1;
    const std::size_t steps = std::min(share - 1, last);
    for (std::size_t i = 0; i <= steps; ++i) {
      const std::size_t at = steps == 0 ? 0 : i * last / steps;
      try_value(axis, axis.values[at], options, known, all);
      if (all.size() >= kMostMistakes) return all;
    }
  }
  return all;
}

ScenarioDocument::ScenarioDocument(std::unique_ptr<const Parts> parts) : parts_(std::move(parts)) {}
ScenarioDocument::~ScenarioDocument() = default;
ScenarioDocument::ScenarioDocument(ScenarioDocument&&) noexcept = default;
ScenarioDocument& ScenarioDocument::operator=(ScenarioDocument&&) noexcept = default;

Result<ScenarioDocument> ScenarioDocument::parse(std::string text, std::string file) {
  auto parts = std::make_unique<Parts>(std::move(text), std::move(file));
  std::optional<JsonValue> root = parse_json(parts->source, parts->mistakes);
  if (!root) return std::move(parts->mistakes);
  parts->root = std::move(*root);
  if (const std::optional<JsonValue> sweep = take_sweep(parts->root)) {
    Journal journal(parts->source);
    journal.add(std::move(parts->mistakes));
    read_sweep(Reader(journal, *sweep, "/sweep"), parts->axes);
    parts->mistakes = journal.take();
  }
  return ScenarioDocument(std::move(parts));
}

Result<ScenarioDocument> ScenarioDocument::read(const std::string& file) {
  Result<std::string> text = read_text_file(file);
  if (!text.ok()) return text.errors();
  return parse(std::move(text).value(), file);
}

const std::vector<Axis>& ScenarioDocument::axes() const { return parts_->axes; }
bool ScenarioDocument::lacks(const Replacement& replacement) const {
  return lacks_place(parts_->root, replacement);
}
const std::string& ScenarioDocument::file() const { return parts_->source.file(); }
const std::string& ScenarioDocument::text() const { return parts_->text; }

Result<Scenario> ScenarioDocument::scenario(std::span<const Replacement> replacements,
                                            const ParseOptions& options) const {
  std::vector<Diagnostic> errors;
  std::optional<Scenario> scenario = parts_->make(replacements, options, errors);
  if (scenario) return std::move(*scenario);
  if (!parts_->mistakes.empty()) return errors;
  std::vector<Diagnostic> before;
  if (replacements.empty() && !options.replacements.empty()) {
    ParseOptions without = options;
    without.replacements.clear();
    parts_->make({}, without, before);
  }
  add_note(errors, parts_->all_of(replacements, options), before);
  return errors;
}

Result<Scenario> ScenarioDocument::checked(const ParseOptions& options) const {
  Result<Scenario> result = scenario({}, options);
  if (!result.ok()) return result;
  std::vector<Diagnostic> errors = parts_->try_axes(options, result.value().connections.size());
  if (!errors.empty()) return errors;
  return result;
}

}  // namespace stayalive
