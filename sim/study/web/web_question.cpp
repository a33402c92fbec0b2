// SPDX-License-Identifier: Apache-2.0
#include "study/web/web_question.h"

#include <fmt/format.h>

#include <utility>

#include "base/meant.h"
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

std::vector<std::string_view> server_names() {
  std::vector<std::string_view> names{kAnyServer};
  for (const ServerDocument* server : builtin_servers()) names.emplace_back(server->name);
  return names;
}

std::vector<Diagnostic> unknown_server(const std::string& name, std::string meant) {
  Diagnostic mistake;
  mistake.message = fmt::format("there is no server {}", quote(name));
  mistake.suggestion = std::move(meant);
  return {mistake};
}

std::vector<Diagnostic> no_timeout(const std::string& server, const std::string& found) {
  Diagnostic mistake;
  mistake.message = fmt::format("server {}: {} is no keep-alive timeout", server, quote(found));
  mistake.allowed = "a span of 1ms or more, such as 75s";
  mistake.suggestion = meant_span(found);
  return {mistake};
}

}  // namespace

Result<std::optional<WebQuestion>> read_server_word(const std::string& word, Products& products) {
  const std::size_t equals = word.find('=');
  const bool timed = equals != std::string::npos;
  WebQuestion question;
  question.server = word.substr(0, equals);
  // What keeps connections alive by pings is asked about as that, though it may serve, too: gRPC.
  if (products.find(question.server) != nullptr) return std::optional<WebQuestion>{};
  if (question.server != kAnyServer && find_builtin_server(question.server) == nullptr) {
    std::string meant = timed ? closest_word(question.server, server_names()) : "";
    if (!meant.empty()) return unknown_server(question.server, std::move(meant));
    return std::optional<WebQuestion>{};
  }
  question.keep_alive = usual_keep_alive(question.server);
  if (!timed) return std::optional(question);
  const std::string span = word.substr(equals + 1);
  const std::optional<Duration> given = parse_duration(span);
  if (!given || *given < 1ms) return no_timeout(question.server, span);
  question.keep_alive = *given;
  return std::optional(question);
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
