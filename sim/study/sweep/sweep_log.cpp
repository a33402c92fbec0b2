// SPDX-License-Identifier: Apache-2.0
#include "study/sweep/sweep_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/check.h"
#include "base/digest.h"
#include "scenario/json/json_text.h"
#include "scenario/profiles/named_files.h"
#include "scenario/text_file.h"
#include "study/trials/tally_json.h"

namespace stayalive {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFormat = "stayalive-sweep-progress-5";

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

Diagnostic mistake(const std::string& file, std::uint32_t line, std::string message,
                   std::string allowed) {
  Diagnostic diagnostic;
  diagnostic.file = file;
  diagnostic.line = line;
  diagnostic.message = std::move(message);
  diagnostic.allowed = std::move(allowed);
  return diagnostic;
}

constexpr std::string_view kLineBegin = "{\"point\":";
constexpr const char* kAllowedLog = "the file of the same sweep, or a name that is still free";

// A line ends in the checksum of the bytes before it.
constexpr std::string_view kBeforeCheck = ",\"check\":\"";
constexpr std::string_view kAfterCheck = "\"}";
constexpr std::size_t kCheckDigits = 16;
constexpr std::size_t kCheckBytes = kBeforeCheck.size() + kCheckDigits + kAfterCheck.size();

std::string checksum(std::string_view bytes, std::uint64_t fingerprint) {
  Digest digest;
  digest.add(fingerprint);
  digest.add(bytes);
  return fmt::format("{:016x}", digest.value());
}

// An object, as it is written, with its checksum as its last member.
std::string checked_line(std::string text, std::uint64_t fingerprint) {
  text.pop_back();
  const std::string check = checksum(text, fingerprint);
  return text + std::string(kBeforeCheck) + check + std::string(kAfterCheck);
}

bool is_checked(std::string_view line, std::uint64_t fingerprint) {
  if (line.size() <= kCheckBytes) return false;
  const std::string_view text = line.substr(0, line.size() - kCheckBytes);
  const std::string_view tail = line.substr(text.size());
  return tail.starts_with(kBeforeCheck) && tail.ends_with(kAfterCheck) &&
         tail.substr(kBeforeCheck.size(), kCheckDigits) == checksum(text, fingerprint);
}

// Marks the point of one line as done; false when the line is none of ours.
bool take_line(std::string_view line, Sweep& sweep, std::uint64_t fingerprint) {
  if (!is_checked(line, fingerprint)) return false;
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
  const JsonValue* expectations = json->find("expectations");
  if (expectations == nullptr || expectations->kind != JsonValue::Kind::Array) return false;
  std::vector<ExpectationTally> expected;
  for (const JsonValue& expectation : expectations->items) {
    std::optional<ExpectationTally> tally = read_expectation_tally(expectation);
    if (!tally) return false;
    expected.push_back(std::move(*tally));
  }
  point.connections = std::move(tallies);
  point.expectations = std::move(expected);
  point.done = true;
  return true;
}

// What is left of a damaged line.  Where the end of a line was changed two lines are one, of which
// each is taken; what cannot be taken becomes blank.
SweepLogDamage::Line repaired(std::string_view line, Sweep& sweep, std::uint64_t fingerprint) {
  SweepLogDamage::Line damaged;
  damaged.repaired = std::string(line.size(), ' ');
  const std::size_t second = line.find(kLineBegin, 1);
  if (second == std::string_view::npos) return damaged;
  const bool first = take_line(line.substr(0, second - 1), sweep, fingerprint);
  const bool rest = take_line(line.substr(second), sweep, fingerprint);
  if (first) damaged.repaired.replace(0, second - 1, line.substr(0, second - 1));
  if (rest) damaged.repaired.replace(second, line.size() - second, line.substr(second));
  damaged.repaired[second - 1] = '\n';
  damaged.lost = !first || !rest;
  return damaged;
}

// Why a file that does not begin as the log of this sweep is none; empty where its first line is
// merely damaged.
std::vector<Diagnostic> foreign_head(std::string_view text, const std::string& file,
                                     const std::string& own) {
  const std::string_view line = text.substr(0, text.find('\n'));
  if (!is_checked(line, 0)) return {};
  const std::optional<JsonValue> head = parse_line(line);
  const std::optional<JsonValue> wanted = parse_line(own);
  CHECK(wanted.has_value(), "what is written can be read");
  const JsonValue* format = head ? head->find("format") : nullptr;
  if (format == nullptr || format->text != kFormat) return {};
  const std::string differs = difference(*head, *wanted);
  if (differs.empty()) return {};
  return {
      mistake(file, 1, "this is the file of another sweep; what differs: " + differs, kAllowedLog)};
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

std::string sweep_log_line(const Sweep& sweep, std::size_t point, std::uint64_t fingerprint) {
  JsonList connections;
  for (const Tally& tally : sweep.points[point].connections)
    connections.add_json(tally_json(tally));
  JsonList expectations;
  for (const ExpectationTally& tally : sweep.points[point].expectations)
    expectations.add_json(tally_json(tally));
  return checked_line(fmt::format(R"({{"point":{},"connections":{},"expectations":{}}})", point,
                                  connections.text(), expectations.text()),
                      fingerprint) +
         "\n";
}

Result<SweepLogDamage> read_sweep_log(std::string_view text, const std::string& file,
                                      const SweepIdentity& identity, Sweep& sweep) {
  const std::string own = sweep_log_head(identity);
  SweepLogDamage damage;
  // A first line that is cut short has to be ours for the file to be written over.
  if (own.starts_with(text) && text.size() < own.size()) return damage;
  damage.head = !text.starts_with(own);
  if (damage.head) {
    if (std::vector<Diagnostic> foreign = foreign_head(text, file, own); !foreign.empty()) {
      return foreign;
    }
  }
  const std::uint64_t fingerprint = identity.fingerprint();
  std::size_t begin = std::min(own.size(), text.size());
  for (std::uint32_t number = 2;; ++number) {
    const std::size_t end = text.find('\n', begin);
    if (end == std::string_view::npos) break;
    const std::string_view line = text.substr(begin, end - begin);
    const bool blank = line.find_first_not_of(' ') == std::string_view::npos;
    if (!blank && !take_line(line, sweep, fingerprint)) {
      damage.lines.push_back(repaired(line, sweep, fingerprint));
      damage.lines.back().number = number;
      damage.lines.back().begin = begin;
    }
    begin = end + 1;
  }
  damage.whole = begin;
  // Without its first line it is known by its points.
  if (damage.head && sweep.done() == 0) {
    return std::vector{mistake(file, 1, "this is not the file of a sweep", kAllowedLog)};
  }
  return damage;
}

}  // namespace stayalive
