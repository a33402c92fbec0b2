// SPDX-License-Identifier: Apache-2.0
#include "study/web/web_question.h"

#include <fmt/format.h>

#include "base/text.h"
#include "scenario/profiles/servers.h"
#include "strategy/strategy.h"
#include "study/advise/scenario_draft.h"

namespace stayalive {
namespace {

constexpr const char* kAnyServer = "http";

// That of the product; the strategy's default where there is no product.
Duration usual_keep_alive(const std::string& server) {
  Options options = defaults(find_strategy(kAnyServer)->options);
  if (const ServerDocument* product = find_builtin_server(server)) product->apply_to(options);
  return options.span("keep_alive_timeout");
}

}  // namespace

std::optional<WebQuestion> read_server_word(const std::string& word) {
  const std::size_t equals = word.find('=');
  WebQuestion question;
  question.server = word.substr(0, equals);
  if (question.server != kAnyServer && find_builtin_server(question.server) == nullptr)
    return std::nullopt;
  question.keep_alive = usual_keep_alive(question.server);
  if (equals == std::string::npos) return question;
  const std::optional<Duration> given = parse_duration(word.substr(equals + 1));
  if (!given || *given < 1ms) return std::nullopt;
  question.keep_alive = *given;
  return question;
}

std::string web_scenario(const WebQuestion& question, const std::vector<Duration>& pauses) {
  std::string traffic;
  Duration at = 1s;
  for (std::size_t i = 0; i <= pauses.size(); ++i) {
    traffic += fmt::format("{}\n      {{\"at\": \"{}\", \"answer\": {{}}}}", i == 0 ? "" : ",",
                           print_duration(at));
    if (i < pauses.size()) at += pauses[i];
  }
  const std::string product =
      question.server == kAnyServer ? "" : fmt::format("\"server\": \"{}\", ", question.server);
  return fmt::format(
      "{{\n  \"duration\": \"{}\",\n  \"path\": {},\n"
      "  \"connections\": [{{\"name\": \"{}\",\n"
      "    \"strategy\": {{\"http\": {{{}\"keep_alive_timeout\": \"{}\",\n"
      "                          \"max_keep_alive_requests\": 0}}}},\n"
      "    \"traffic\": [{}]}}]\n}}\n",
      print_duration(at + 1min), path_json(question.path, kServerLine), kWebConnection, product,
      print_duration(question.keep_alive), traffic);
}

}  // namespace stayalive
