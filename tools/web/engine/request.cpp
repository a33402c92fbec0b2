// SPDX-License-Identifier: Apache-2.0
#include "request.h"

#include <map>
#include <nlohmann/json.hpp>

namespace stayalive {
namespace {

using Json = nlohmann::json;

Diagnostic wrong_request(std::string message, std::string allowed = {}) {
  Diagnostic mistake;
  mistake.message = std::move(message);
  mistake.allowed = std::move(allowed);
  return mistake;
}

bool take_number(const Json& value, std::uint64_t& number) {
  if (!value.is_number_unsigned()) return false;
  number = value.get<std::uint64_t>();
  return true;
}

bool take_member(PageRequest& request, const std::string& key, const Json& value) {
  const std::map<std::string, std::string*> texts = {{"ask", &request.ask},
                                                     {"scenario", &request.scenario},
                                                     {"connection", &request.connection},
                                                     {"name", &request.name},
                                                     {"survive", &request.survive},
                                                     {"notice_within", &request.notice_within}};
  if (const auto found = texts.find(key); found != texts.end()) {
    if (!value.is_string()) return false;
    *found->second = value.get<std::string>();
    return true;
  }
  if (key == "seed") return take_number(value, request.seed.emplace());
  if (key == "runs") return take_number(value, request.runs);
  if (key != "axes" || !value.is_array()) return false;
  for (const Json& axis : value) {
    if (!axis.is_string()) return false;
    request.axes.push_back(axis.get<std::string>());
  }
  return true;
}

}  // namespace

ParseOptions PageRequest::parse() const {
  ParseOptions options;
  options.limits.events = 200'000'000;
  options.limits.memory = std::uint64_t{1} << 30;
  return options;
}

Result<PageRequest> read_request(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) {
    return std::vector<Diagnostic>{wrong_request("the request is no JSON object")};
  }
  PageRequest request;
  std::vector<Diagnostic> mistakes;
  for (const auto& [key, value] : json.items()) {
    if (!take_member(request, key, value)) {
      mistakes.push_back(wrong_request("the member \"" + key + "\" of the request does not fit"));
    }
  }
  constexpr std::uint64_t kMostRuns = 1000;
  if (request.runs < 1 || request.runs > kMostRuns) {
    mistakes.push_back(wrong_request("so many runs of a point are not possible here", "1 to 1000"));
  }
  if (request.seed && *request.seed > static_cast<std::uint64_t>(INT64_MAX)) {
    mistakes.push_back(wrong_request("the seed is too large", "0 to 9223372036854775807"));
  }
  if (!mistakes.empty()) return mistakes;
  return request;
}

}  // namespace stayalive
