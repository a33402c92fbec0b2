// SPDX-License-Identifier: Apache-2.0
#include "scenario/file_kind.h"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

namespace stayalive {
namespace {

constexpr std::array<std::string_view, 5> kScenarioKeys{"path", "hosts", "connections", "expect",
                                                        "events"};
constexpr std::array<std::string_view, 6> kOtherKeys{"format", "$schema", "values",
                                                     "name",   "checked", "kind"};

bool tells_kind(std::string_view key) {
  return std::ranges::count(kScenarioKeys, key) + std::ranges::count(kOtherKeys, key) > 0;
}

// Collects those keys of the outermost object that tell what it is, and their values where these
// are text.  However large or deep the text is, nothing else is kept.
class OutermostKeys {
 public:
  using Json = nlohmann::json;

  bool null() { return true; }
  bool boolean(bool /*value*/) { return true; }
  bool number_integer(Json::number_integer_t /*value*/) { return true; }
  bool number_unsigned(Json::number_unsigned_t /*value*/) { return true; }
  bool number_float(Json::number_float_t /*value*/, const Json::string_t& /*text*/) { return true; }
  bool string(Json::string_t& value) {
    if (depth_ == 1 && !key_.empty()) values_[key_] = value;
    return true;
  }
  bool binary(Json::binary_t& /*value*/) { return true; }
  bool start_object(std::size_t /*elements*/) {
    is_object_ = is_object_ || depth_ == 0;
    ++depth_;
    return true;
  }
  bool key(Json::string_t& key) {
    if (depth_ != 1) return true;
    key_ = tells_kind(key) ? key : "";
    if (!key_.empty()) values_.try_emplace(key_);
    return true;
  }
  bool end_object() { return leave(); }
  bool start_array(std::size_t /*elements*/) {
    ++depth_;
    return true;
  }
  bool end_array() { return leave(); }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const Json::exception& /*error*/) {
    return false;
  }

  bool is_object() const { return is_object_; }
  bool has(std::string_view key) const { return values_.contains(key); }
  // The text of a key; empty when it is not text.
  std::string_view text(std::string_view key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? std::string_view() : std::string_view(found->second);
  }

 private:
  bool leave() {
    --depth_;
    return true;
  }

  std::map<std::string, std::string, std::less<>> values_;
  std::string key_;
  std::size_t depth_ = 0;
  bool is_object_ = false;
};

}  // namespace

std::string_view name(FileKind kind) {
  constexpr std::array<std::string_view, 12> kNames{"a scenario",
                                                    "a profile",
                                                    "the profile of a proxy",
                                                    "the profile of a server",
                                                    "the profile of a pool",
                                                    "the profile of a watcher",
                                                    "the file of a product",
                                                    "the file of a medium",
                                                    "a JSON Schema",
                                                    "a result",
                                                    "no scenario",
                                                    "broken JSON"};
  return kNames[static_cast<std::size_t>(kind)];
}

FileKind kind_of(std::string_view text) {
  OutermostKeys keys;
  if (!nlohmann::json::sax_parse(text, &keys, nlohmann::json::input_format_t::json, true, true)) {
    return FileKind::Broken;
  }
  if (!keys.is_object()) return FileKind::Other;
  const std::string_view format = keys.text("format");
  if (format == "stayalive-result" || format == "stayalive-test") return FileKind::Result;
  if (format.starts_with("stayalive-")) return FileKind::Other;
  if (keys.text("$schema").find("json-schema.org/") != std::string_view::npos) {
    return FileKind::Schema;
  }
  if (std::any_of(kScenarioKeys.begin(), kScenarioKeys.end(),
                  [&keys](std::string_view key) { return keys.has(key); })) {
    return FileKind::Scenario;
  }
  if (!keys.has("values") || !(keys.has("name") || keys.has("checked"))) return FileKind::Other;
  const std::string_view kind = keys.text("kind");
  if (kind == "server") return FileKind::Server;
  if (kind == "product") return FileKind::Product;
  if (kind == "watcher") return FileKind::Watcher;
  if (kind == "medium") return FileKind::Medium;
  return kind == "proxy" ? FileKind::Proxy : kind == "pool" ? FileKind::Pool : FileKind::Profile;
}

Diagnostic wrong_kind(const std::string& file, FileKind kind, std::string allowed) {
  return {file, 0, 0, {}, "this is " + std::string(name(kind)), std::move(allowed), {}};
}

}  // namespace stayalive
