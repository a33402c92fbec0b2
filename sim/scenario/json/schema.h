// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace stayalive {

// A JSON Schema (draft 2020-12) while a Reader describes what it would read: the definitions that
// several places share.
class Schema {
 public:
  Schema();
  ~Schema();
  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;

  bool has(const std::string& name) const { return shared_.contains(name); }
  // The definition of that name, which stays where it is.
  nlohmann::ordered_json& shared(const std::string& name);
  // The whole schema as text: `root` with the definitions, indented, with a newline at the end.
  std::string print(const nlohmann::ordered_json& root) const;

 private:
  std::map<std::string, std::unique_ptr<nlohmann::ordered_json>> shared_;
};

}  // namespace stayalive
