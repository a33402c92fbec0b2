// SPDX-License-Identifier: Apache-2.0
#include "study/advise/scenario_draft.h"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/text.h"
#include "scenario/json/json_value.h"

namespace stayalive {
namespace {

std::string quoted(const std::string& text) {
  using Json = nlohmann::json;
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string member(const char* key, const std::string& value) {
  return value.empty() ? "" : fmt::format(", \"{}\": {}", key, quoted(value));
}

std::string box_json(const PathSketch::Box& box) {
  std::string timers;
  for (const PathSketch::Timer& timer : box.timers) {
    timers +=
        fmt::format("{}{}: {}", timers.empty() ? "" : ", ", quoted(timer.name), quoted(timer.span));
  }
  if (box.proxy) {
    if (!timers.empty()) timers = ", " + timers;
    return fmt::format(R"({{"proxy": {{"name": {}, "profile": {}{}}}}})", quoted(box.name),
                       quoted(box.profile), timers);
  }
  if (!timers.empty()) timers = ", \"timeouts\": {" + timers + "}";
  return fmt::format(R"({{"middlebox": {{"name": {}, "profile": {}{}}}}})", quoted(box.name),
                     quoted(box.profile), timers);
}

}  // namespace

Duration expected_margin(const std::optional<ClosestCall>& shown, Duration interval) {
  if (!shown || interval == Duration::zero()) return Duration::zero();
  const Duration left = shown->left;
  for (const int lost : {2, 1}) {
    if (left >= lost * interval) return lost * interval;
  }
  const Duration tenth = shown->timeout / 10 / 1s * Duration{1s};
  return left >= tenth ? tenth : Duration::zero();
}

std::string ScenarioDraft::expectations() const {
  const std::string of_it = fmt::format("    {{\"connection\": \"{}\", ", kDraftConnection);
  std::string text = of_it + "\"is\": \"held\"";
  if (least_left > Duration::zero()) {
    text += fmt::format(",\n     \"closest_call\": {{\"at_least\": \"{}\"}}",
                        print_duration(least_left));
  }
  if (lost_keepalives > 0)
    text += fmt::format(",\n     \"survives\": {{\"lost_keepalives\": {}}}", lost_keepalives);
  text += "}";
  if (noticed_within == Duration::zero()) return text;
  return text + ",\n" + of_it +
         fmt::format("\"side\": \"client\",\n     \"crash_noticed\": {{\"at_most\": \"{}\"}}}}",
                     print_duration(noticed_within));
}

std::string path_json(const PathSketch& path, Duration server_line) {
  std::string text = "[\n    {\"link\": {\"name\": \"line\"" + member("delay", path.delay) +
                     member("jitter", path.jitter) + member("loss", path.loss) +
                     member("rate", path.rate) + "}}";
  for (const PathSketch::Box& box : path.boxes) text += ",\n    " + box_json(box);
  if (server_line > Duration::zero()) {
    text += fmt::format(",\n    {{\"link\": {{\"name\": \"server-line\", \"delay\": \"{}\"}}}}",
                        print_duration(server_line));
  }
  return text + "\n  ]";
}

std::vector<Diagnostic> told_of_command_line(std::vector<Diagnostic> errors,
                                             const PathSketch& path) {
  constexpr std::string_view kPath = "/path/";
  for (Diagnostic& error : errors) {
    if (!error.file.empty()) continue;  // a mistake in a file that a word names
    // The first link stands before the boxes.
    std::size_t position = 0;
    if (error.pointer.starts_with(kPath)) {
      const char* begin = error.pointer.data() + kPath.size();
      std::from_chars(begin, error.pointer.data() + error.pointer.size(), position);
    }
    if (position > 0 && position <= path.boxes.size()) {
      const std::string& profile = path.boxes[position - 1].profile;
      if (error.message.find(quote(profile)) == error.message.npos)
        error.message = fmt::format("--through {}: {}", profile, error.message);
    }
    error.line = error.column = 0;
    error.pointer.clear();
  }
  return errors;
}

std::string ScenarioDraft::json() const {
  std::string text = "{\n";
  if (!title.empty()) text += fmt::format("  \"title\": {},\n", quoted(title));
  if (!lesson.empty()) text += fmt::format("  \"lesson\": {},\n", quoted(lesson));
  text += fmt::format("  \"duration\": \"{}\",\n  \"path\": {},\n  \"connections\": [\n",
                      print_duration(duration), path_json(path, Duration::zero()));
  text += fmt::format("    {{\"name\": \"{}\", \"transport\": \"{}\",\n     \"strategy\": {}",
                      kDraftConnection, name(strategy.transport), strategy.json(interval));
  const Product& product = *strategy.product;
  if (product.port != 0 && product.port != product.strategy->port(strategy.transport))
    text += fmt::format(", \"port\": {}", product.port);
  const bool begins_itself = product.hello_only_when_off && interval > Duration::zero();
  if (strategy.transport == Transport::Udp && product.hello_bytes > 0 && !begins_itself) {
    text += fmt::format(
        ",\n     \"traffic\": [{{\"at\": \"0s\", \"from\": \"client\", \"bytes\": {}, "
        "\"answer\": {{\"after\": \"0s\", \"bytes\": {}}}}}]",
        product.hello_bytes, product.welcome_bytes);
  }
  text += "}\n  ]";
  if (expects) text += ",\n  \"expect\": [\n" + expectations() + "\n  ]";
  return text + "\n}\n";
}

}  // namespace stayalive
