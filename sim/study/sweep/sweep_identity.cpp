// SPDX-License-Identifier: Apache-2.0
#include "study/sweep/sweep_identity.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <utility>

#include "base/check.h"
#include "base/digest.h"
#include "scenario/json/json_text.h"
#include "scenario/profiles/named_files.h"
#include "scenario/text_file.h"
#include "study/sweep/sweep_log_line.h"

namespace stayalive {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFormats = "stayalive-sweep-progress-";
constexpr std::string_view kFormat = "stayalive-sweep-progress-6";

void add_file(Digest& digest, const fs::path& file) {
  digest.add(file.generic_string());
  const Result<std::string> text = read_text_file(file.string());
  digest.add(text.ok() ? std::string_view(text.value()) : std::string_view());
}

void add_folder(Digest& digest, const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code code;
  for (fs::directory_iterator entry(folder, code), end; !code && entry != end;
       entry.increment(code)) {
    std::error_code unknown;
    if (entry->path().extension() == ".json" && entry->is_regular_file(unknown)) {
      files.push_back(entry->path());
    }
  }
  std::ranges::sort(files);
  for (const fs::path& file : files) add_file(digest, file);
}

// A text that ends in ".json" may name a profile file beside the scenario.
void add_named_files(Digest& digest, const JsonValue& value, const NamedFiles& files) {
  if (value.kind == JsonValue::Kind::Text && value.text.ends_with(".json")) {
    if (const Result<std::string> file = files.find(value.text); file.ok()) {
      add_file(digest, file.value());
    }
  }
  for (const JsonValue& item : value.items) add_named_files(digest, item, files);
}

std::uint64_t digest_profiles(const ScenarioDocument& document, const SweepRequest& request,
                              const Sweep& sweep) {
  Digest digest;
  for (const std::string& path : request.parse.profile_paths) {
    std::error_code code;
    if (fs::is_directory(path, code)) {
      add_folder(digest, path);
    } else {
      add_file(digest, path);
    }
  }
  const NamedFiles files(document.file(), request.parse);
  std::vector<Diagnostic> errors;
  const SourceText source(document.text(), document.file());
  if (const std::optional<JsonValue> root = parse_json(source, errors)) {
    add_named_files(digest, *root, files);
  }
  for (const Axis& axis : sweep.axes) {
    for (const JsonValue& value : axis.values) add_named_files(digest, value, files);
  }
  for (const Replacement& replacement : request.parse.replacements) {
    add_named_files(digest, replacement.value, files);
  }
  return digest.value();
}

std::string head_json(const SweepIdentity& identity) {
  return fmt::format(R"({{"format":{},"program":{},"scenario":"{:016x}","profiles":"{:016x}",)"
                     R"("axes":{},"set":{},"runs":{},"seed":{}}})",
                     json_text(kFormat), json_text(identity.program), identity.text,
                     identity.profiles, json_text(identity.axes), json_text(identity.replacements),
                     identity.runs, identity.seed ? std::to_string(*identity.seed) : "null");
}

bool is_same(const JsonValue* found, const JsonValue* wanted) {
  return found != nullptr && wanted != nullptr && found->kind == wanted->kind &&
         found->text == wanted->text;
}

// What differs, in words; empty when nothing does.
std::string difference(const JsonValue& found, const JsonValue& wanted) {
  constexpr std::pair<const char*, const char*> kMembers[] = {
      {"program", "the version of the program"},
      {"scenario", "the scenario's text"},
      {"profiles", "the profile files"},
      {"axes", "the axes"},
      {"set", "--set"},
      {"runs", "--seeds"},
      {"seed", "--seed"},
  };
  std::string text;
  for (const auto& [member, words] : kMembers) {
    if (is_same(found.find(member), wanted.find(member))) continue;
    text += text.empty() ? words : std::string(", ") + words;
  }
  return text;
}

std::string_view first_line_of(std::string_view text) { return text.substr(0, text.find('\n')); }

// The first line of a log of whatever version; nothing where it is damaged.
std::optional<JsonValue> parse_head(std::string_view text) {
  const std::string_view line = first_line_of(text);
  if (!is_checked(line, 0)) return std::nullopt;
  std::optional<JsonValue> head = parse_log_line(line);
  const JsonValue* format = head ? head->find("format") : nullptr;
  if (format == nullptr || !format->text.starts_with(kFormats)) return std::nullopt;
  return head;
}

std::optional<std::string> text_member(const JsonValue& head, const char* name) {
  const JsonValue* value = head.find(name);
  if (value == nullptr || value->kind != JsonValue::Kind::Text) return std::nullopt;
  return value->text;
}

std::optional<std::uint64_t> digest_member(const JsonValue& head, const char* name) {
  const std::optional<std::string> text = text_member(head, name);
  if (!text) return std::nullopt;
  std::uint64_t digest = 0;
  const char* const end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, digest, 16);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return digest;
}

std::optional<std::uint64_t> count_member(const JsonValue& head, const char* name) {
  const JsonValue* value = head.find(name);
  if (value == nullptr || !value->integer || *value->integer < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*value->integer);
}

// ["path",[values],...]
std::optional<std::vector<Axis>> read_grid_axes(const std::string& text) {
  std::vector<Diagnostic> errors;
  const std::optional<JsonValue> list = parse_json(SourceText(text, {}), errors);
  if (!list || !errors.empty() || list->kind != JsonValue::Kind::Array) return std::nullopt;
  if (list->items.empty() || list->items.size() % 2 != 0) return std::nullopt;
  std::vector<Axis> axes;
  for (std::size_t i = 0; i < list->items.size(); i += 2) {
    const JsonValue& path = list->items[i];
    const JsonValue& values = list->items[i + 1];
    if (path.kind != JsonValue::Kind::Text || values.kind != JsonValue::Kind::Array ||
        values.items.empty()) {
      return std::nullopt;
    }
    axes.push_back({path.text, values.items});
  }
  return axes;
}

}  // namespace

std::uint64_t SweepIdentity::fingerprint() const {
  Digest digest;
  digest.add(sweep_log_head(*this));
  return digest.value();
}

SweepIdentity identify(const ScenarioDocument& document, const SweepRequest& request,
                       const Sweep& sweep, std::string program) {
  SweepIdentity identity;
  identity.program = std::move(program);
  Digest text;
  text.add(document.text());
  identity.text = text.value();
  identity.profiles = digest_profiles(document, request, sweep);
  JsonList axes;
  for (const Axis& axis : sweep.axes) {
    JsonList values;
    for (const JsonValue& value : axis.values) values.add_json(json_text(value));
    axes.add(axis.path).add_json(values.text());
  }
  identity.axes = axes.text();
  JsonList replacements;
  for (const Replacement& replacement : request.parse.replacements)
    replacements.add(replacement.path).add_json(json_text(replacement.value));
  identity.replacements = replacements.text();
  identity.runs = request.runs;
  identity.seed = request.seed;
  return identity;
}

std::string sweep_log_head(const SweepIdentity& identity) {
  return checked_line(head_json(identity), 0) + "\n";
}

std::optional<SweepIdentity> read_sweep_log_head(std::string_view text) {
  const std::optional<JsonValue> head = parse_head(text);
  if (!head || head->find("format")->text != kFormat) return std::nullopt;
  const std::optional<std::string> program = text_member(*head, "program");
  const std::optional<std::uint64_t> scenario = digest_member(*head, "scenario");
  const std::optional<std::uint64_t> profiles = digest_member(*head, "profiles");
  const std::optional<std::string> axes = text_member(*head, "axes");
  const std::optional<std::string> replacements = text_member(*head, "set");
  const std::optional<std::uint64_t> runs = count_member(*head, "runs");
  if (!program || !scenario || !profiles || !axes || !replacements || !runs) return std::nullopt;
  SweepIdentity identity{
      *program, *scenario, *profiles, *axes, *replacements, *runs, count_member(*head, "seed")};
  // What this program would not have written like that was not written by it.
  if (sweep_log_head(identity) != std::string(first_line_of(text)) + "\n") return std::nullopt;
  return identity;
}

std::vector<Diagnostic> refuse_sweep_log(std::string_view text, const std::string& file,
                                         const SweepIdentity& identity) {
  const std::optional<JsonValue> head = parse_head(text);
  if (!head) return {};
  const std::optional<JsonValue> wanted = parse_log_line(first_line_of(sweep_log_head(identity)));
  CHECK(wanted.has_value(), "what is written can be read");
  std::string differs = difference(*head, *wanted);
  if (head->find("format")->text != kFormat) differs = "the version of the program";
  if (differs.empty()) return {};
  return {log_mistake(file, 1, "this is the file of another sweep; what differs: " + differs)};
}

std::optional<Sweep> undone_sweep(const SweepIdentity& identity) {
  std::optional<std::vector<Axis>> axes = read_grid_axes(identity.axes);
  if (!axes) return std::nullopt;
  std::size_t count = 1;
  for (const Axis& axis : *axes) {
    if (axis.values.size() > kMostPoints / count) return std::nullopt;
    count *= axis.values.size();
  }
  Sweep sweep;
  sweep.axes = std::move(*axes);
  sweep.points.resize(count);
  return sweep;
}

}  // namespace stayalive
