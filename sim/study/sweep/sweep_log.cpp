// SPDX-License-Identifier: Apache-2.0
#include "study/sweep/sweep_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/check.h"
#include "base/digest.h"
#include "scenario/text_file.h"
#include "study/trials/tally_json.h"

namespace stayalive {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::string_view kFormat = "stayalive-sweep-progress";

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
    if (entry->path().extension() == ".json") files.push_back(entry->path());
  }
  std::ranges::sort(files);
  for (const fs::path& file : files) add_file(digest, file);
}

// A text that ends in ".json" may name a profile file beside the scenario.
void add_named_files(Digest& digest, const JsonValue& value, const fs::path& folder) {
  if (value.kind == JsonValue::Kind::Text && value.text.ends_with(".json")) {
    add_file(digest, folder / value.text);
  }
  for (const JsonValue& item : value.items) add_named_files(digest, item, folder);
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
  const fs::path folder = fs::path(document.file()).parent_path();
  std::vector<Diagnostic> errors;
  const SourceText source(document.text(), document.file());
  if (const std::optional<JsonValue> root = parse_json(source, errors)) {
    add_named_files(digest, *root, folder);
  }
  for (const Axis& axis : sweep.axes) {
    for (const JsonValue& value : axis.values) add_named_files(digest, value, folder);
  }
  return digest.value();
}

// A value as JSON has it, without its place in the text.
Json plain(const JsonValue& value) {
  if (value.kind == JsonValue::Kind::Array) {
    Json list = Json::array();
    for (const JsonValue& item : value.items) list.push_back(plain(item));
    return list;
  }
  if (value.kind == JsonValue::Kind::Object) {
    Json object = Json::object();
    for (std::size_t i = 0; i < value.keys.size(); ++i) {
      object[value.keys[i].text] = plain(value.items[i]);
    }
    return object;
  }
  if (value.kind == JsonValue::Kind::Text) return value.text;
  return Json::array({label(value)});
}

Json head_json(const SweepIdentity& identity) {
  return Json{{"format", kFormat},
              {"program", identity.program},
              {"scenario", fmt::format("{:016x}", identity.text)},
              {"profiles", fmt::format("{:016x}", identity.profiles)},
              {"axes", identity.axes},
              {"runs", identity.runs},
              {"seed", identity.seed ? Json(*identity.seed) : Json(nullptr)}};
}

// A line of the log; empty when it is no object.
std::optional<JsonValue> parse_line(std::string_view line) {
  std::vector<Diagnostic> errors;
  std::optional<JsonValue> value = parse_json(SourceText(line, {}), errors);
  if (!value || !errors.empty() || value->kind != JsonValue::Kind::Object) return std::nullopt;
  return value;
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

Diagnostic mistake(const std::string& file, std::uint32_t line, std::string message,
                   std::string allowed) {
  Diagnostic diagnostic;
  diagnostic.file = file;
  diagnostic.line = line;
  diagnostic.message = std::move(message);
  diagnostic.allowed = std::move(allowed);
  return diagnostic;
}

constexpr const char* kAllowedLog = "the file of the same sweep, or a name that is still free";

// Marks the point of one line as done; false when the line is none of ours.
bool take_line(std::string_view line, Sweep& sweep) {
  const std::optional<JsonValue> json = parse_line(line);
  if (!json) return false;
  const JsonValue* number = json->find("point");
  const JsonValue* connections = json->find("connections");
  if (number == nullptr || !number->integer || connections == nullptr) return false;
  const auto position = static_cast<std::uint64_t>(*number->integer);
  if (position >= sweep.points.size()) return false;
  if (connections->kind != JsonValue::Kind::Array) return false;
  SweepPoint& point = sweep.points[position];
  std::vector<Tally> tallies;
  for (const JsonValue& connection : connections->items) {
    std::optional<Tally> tally = read_tally(connection);
    if (!tally) return false;
    tallies.push_back(std::move(*tally));
  }
  point.connections = std::move(tallies);
  point.done = true;
  return true;
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
  Json axes = Json::array();
  for (const Axis& axis : sweep.axes) {
    Json values = Json::array();
    for (const JsonValue& value : axis.values) values.push_back(plain(value));
    axes.push_back({axis.path, values});
  }
  identity.axes = axes.dump();
  identity.runs = request.runs;
  identity.seed = request.seed;
  return identity;
}

std::string sweep_log_head(const SweepIdentity& identity) {
  return head_json(identity).dump() + "\n";
}

std::string sweep_log_line(const Sweep& sweep, std::size_t point) {
  Json connections = Json::array();
  for (const Tally& tally : sweep.points[point].connections) {
    connections.push_back(tally_json(tally));
  }
  return Json{{"point", point}, {"connections", connections}}.dump() + "\n";
}

Result<std::size_t> read_sweep_log(std::string_view text, const std::string& file,
                                   const SweepIdentity& identity, Sweep& sweep) {
  std::size_t begin = 0;
  for (std::uint32_t line = 1;; ++line) {
    const std::size_t end = text.find('\n', begin);
    if (end == std::string_view::npos) {
      // A first line that is cut short has to be ours for the file to be written over.
      const bool ours = line > 1 || sweep_log_head(identity).starts_with(text);
      if (ours) return begin;
      return std::vector{mistake(file, 1, "this is not the file of a sweep", kAllowedLog)};
    }
    const std::string_view content = text.substr(begin, end - begin);
    if (line == 1) {
      const std::optional<JsonValue> head = parse_line(content);
      const JsonValue* format = head ? head->find("format") : nullptr;
      if (format == nullptr || format->text != kFormat) {
        return std::vector{mistake(file, 1, "this is not the file of a sweep", kAllowedLog)};
      }
      const std::string own = sweep_log_head(identity);
      const std::optional<JsonValue> wanted = parse_line(own);
      CHECK(wanted.has_value(), "what is written can be read");
      if (const std::string differs = difference(*head, *wanted); !differs.empty()) {
        return std::vector{mistake(
            file, 1, "this is the file of another sweep; what differs: " + differs, kAllowedLog)};
      }
    } else if (!take_line(content, sweep)) {
      return std::vector{
          mistake(file, line, "this line is no finished point of the sweep", kAllowedLog)};
    }
    begin = end + 1;
  }
}

}  // namespace stayalive
