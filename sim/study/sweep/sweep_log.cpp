// SPDX-License-Identifier: Apache-2.0
#include "study/sweep/sweep_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/digest.h"
#include "scenario/json/json_text.h"
#include "study/sweep/sweep_log_line.h"
#include "study/trials/tally_json.h"

namespace stayalive {
namespace {

constexpr std::string_view kLineBegin = "{\"point\":";
constexpr std::string_view kOriginBegin = "{\"origin\":";
constexpr const char* kDiffers = "this point has another result in ";
constexpr const char* kAllowedLog = "the file of the same sweep, or a name that is still free";

// What became of a line: its point is done now, it is none of ours, or an earlier line has the
// point with another result.
enum class TakenLine : std::uint8_t { Taken, NotOurs, Differs };

std::optional<Shard> shard_of_origin(const JsonValue& value) {
  const JsonValue* shard = value.find("shard");
  return shard == nullptr ? std::nullopt : parse_shard(shard->text);
}

std::optional<SweepOrigin> read_origin(const JsonValue& line) {
  const JsonValue* value = line.find("origin");
  if (value == nullptr || value->kind != JsonValue::Kind::Object) return std::nullopt;
  const JsonValue* file = value->find("file");
  const JsonValue* title = value->find("title");
  const std::optional<Shard> shard = shard_of_origin(*value);
  if (file == nullptr || title == nullptr || !shard) return std::nullopt;
  return SweepOrigin{file->text, title->text, *shard};
}

// Logs that were joined to one have each its own first line.
bool is_head(std::string_view line, std::uint64_t fingerprint) {
  if (!is_checked(line, 0)) return false;
  Digest digest;
  digest.add(std::string(line) + "\n");
  return digest.value() == fingerprint;
}

// The point of a line as it was when it was written, and its place in the grid.
std::optional<std::pair<std::size_t, SweepPoint>> read_point(const JsonValue& json) {
  const JsonValue* number = json.find("point");
  const JsonValue* runs = json.find("runs");
  const JsonValue* connections = json.find("connections");
  const JsonValue* expectations = json.find("expectations");
  if (number == nullptr || !number->integer || *number->integer < 0) return std::nullopt;
  if (runs == nullptr || !runs->integer || *runs->integer < 1) return std::nullopt;
  for (const JsonValue* list : {connections, expectations}) {
    if (list == nullptr || list->kind != JsonValue::Kind::Array) return std::nullopt;
  }
  SweepPoint point;
  point.runs = static_cast<std::uint64_t>(*runs->integer);
  for (const JsonValue& connection : connections->items) {
    std::optional<Tally> tally = read_tally(connection);
    if (!tally) return std::nullopt;
    point.connections.push_back(std::move(*tally));
  }
  for (const JsonValue& expectation : expectations->items) {
    std::optional<ExpectationTally> tally = read_expectation_tally(expectation);
    if (!tally) return std::nullopt;
    point.expectations.push_back(std::move(*tally));
  }
  point.done = true;
  return std::pair(static_cast<std::size_t>(*number->integer), std::move(point));
}

TakenLine take_line(std::string_view line, Sweep& sweep, std::uint64_t fingerprint) {
  if (!is_checked(line, fingerprint)) {
    return is_head(line, fingerprint) ? TakenLine::Taken : TakenLine::NotOurs;
  }
  const std::optional<JsonValue> json = parse_log_line(line);
  if (!json) return TakenLine::NotOurs;
  if (read_origin(*json)) return TakenLine::Taken;
  std::optional<std::pair<std::size_t, SweepPoint>> read = read_point(*json);
  if (!read || read->first >= sweep.points.size()) return TakenLine::NotOurs;
  SweepPoint& point = sweep.points[read->first];
  if (point.done && sweep_log_line(sweep, read->first, fingerprint) != std::string(line) + "\n") {
    return TakenLine::Differs;
  }
  read->second.elsewhere = point.elsewhere;
  point = std::move(read->second);
  return TakenLine::Taken;
}

// What is left of a damaged line.  Where the end of a line was changed two lines are one, of which
// each is taken; what cannot be taken becomes blank.
SweepLogDamage::Line repaired(std::string_view line, Sweep& sweep, std::uint64_t fingerprint) {
  SweepLogDamage::Line damaged;
  damaged.repaired = std::string(line.size(), ' ');
  const std::size_t second = line.find(kLineBegin, 1);
  if (second == std::string_view::npos) return damaged;
  const std::string_view before = line.substr(0, second - 1);
  const bool first = take_line(before, sweep, fingerprint) == TakenLine::Taken;
  const std::string_view after = line.substr(second);
  const bool rest = take_line(after, sweep, fingerprint) == TakenLine::Taken;
  if (first) damaged.repaired.replace(0, before.size(), before);
  if (rest) damaged.repaired.replace(second, after.size(), after);
  damaged.repaired[second - 1] = '\n';
  damaged.lost = !first || !rest;
  return damaged;
}

}  // namespace

std::string sweep_log_origin(const SweepOrigin& origin, std::uint64_t fingerprint) {
  return checked_line(
             fmt::format(R"({{"origin":{{"file":{},"title":{},"shard":"{}"}}}})",
                         json_text(origin.file), json_text(origin.title), to_string(origin.shard)),
             fingerprint) +
         "\n";
}

std::vector<SweepOrigin> read_sweep_log_origins(std::string_view text, std::uint64_t fingerprint) {
  std::vector<SweepOrigin> origins;
  for (std::size_t begin = 0, end; (end = text.find('\n', begin)) != std::string_view::npos;
       begin = end + 1) {
    const std::string_view line = text.substr(begin, end - begin);
    if (!line.starts_with(kOriginBegin) || !is_checked(line, fingerprint)) continue;
    const std::optional<JsonValue> json = parse_log_line(line);
    if (!json) continue;
    if (std::optional<SweepOrigin> origin = read_origin(*json)) origins.push_back(*origin);
  }
  return origins;
}

std::string sweep_log_line(const Sweep& sweep, std::size_t point, std::uint64_t fingerprint) {
  JsonList connections;
  for (const Tally& tally : sweep.points[point].connections)
    connections.add_json(tally_json(tally));
  JsonList expectations;
  for (const ExpectationTally& tally : sweep.points[point].expectations)
    expectations.add_json(tally_json(tally));
  return checked_line(
             fmt::format(R"({{"point":{},"runs":{},"connections":{},"expectations":{}}})", point,
                         sweep.points[point].runs, connections.text(), expectations.text()),
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
    std::vector<Diagnostic> foreign = refuse_sweep_log(text, file, identity);
    if (!foreign.empty()) {
      foreign.front().allowed = kAllowedLog;
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
    const TakenLine taken = blank ? TakenLine::Taken : take_line(line, sweep, fingerprint);
    if (taken == TakenLine::Differs) {
      return std::vector{log_mistake(file, number, std::string(kDiffers) + "an earlier line")};
    }
    if (taken == TakenLine::NotOurs) {
      damage.lines.push_back(repaired(line, sweep, fingerprint));
      damage.lines.back().number = number;
      damage.lines.back().begin = begin;
    }
    begin = end + 1;
  }
  damage.whole = begin;
  // Without its first line it is known by its points.
  if (damage.head && sweep.done() == 0) {
    return std::vector{log_mistake(file, 1, "this is not the file of a sweep", kAllowedLog)};
  }
  return damage;
}

}  // namespace stayalive
