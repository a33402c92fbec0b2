// SPDX-License-Identifier: Apache-2.0
#include "scenario/json/schema.h"

#include <nlohmann/json.hpp>

namespace stayalive {

Schema::Schema() = default;
Schema::~Schema() = default;

nlohmann::ordered_json& Schema::shared(const std::string& name) {
  std::unique_ptr<nlohmann::ordered_json>& place = shared_[name];
  if (!place) place = std::make_unique<nlohmann::ordered_json>(nlohmann::ordered_json::object());
  return *place;
}

std::string Schema::print(const nlohmann::ordered_json& root) const {
  nlohmann::ordered_json all = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}};
  all.update(root);
  for (const auto& [name, definition] : shared_) all["$defs"][name] = *definition;
  return all.dump(2) + "\n";
}

}  // namespace stayalive
