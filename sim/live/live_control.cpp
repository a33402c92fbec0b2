// SPDX-License-Identifier: Apache-2.0
#include "live/live_control.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "document/safe_text.h"

namespace stayalive {
namespace {

constexpr const char* kDone = "ok\n";
constexpr std::string_view kHelp =
    "flush [BOX]\nreboot BOX [SPAN]\nset BOX TIMER SPAN\ncut [LINE] [SPAN]\nmend [LINE]\nflows\n";
constexpr Duration kUsualReboot = 30s;

std::string refused(const std::string& why) { return "error: " + why + "\n"; }

std::vector<std::string_view> split(std::string_view line) {
  constexpr std::string_view kBlanks = " \t\r\n";
  std::vector<std::string_view> words;
  while (true) {
    line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
    if (line.empty()) return words;
    const std::size_t end = std::min(line.find_first_of(kBlanks), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

std::string no_span(std::string_view text) {
  return refused(fmt::format("\"{}\" is no span such as 30s", safe_line(text)));
}

}  // namespace

std::string LiveControl::answer(std::string_view line, TimePoint now) {
  if (line.size() > kMostLine)
    return refused(fmt::format("a line has at most {} characters", kMostLine));
  const Words words = split(line);
  if (words.empty()) return refused("say what is to be done; \"help\" lists it");
  const std::string_view verb = words.front();
  if (verb == "flush") return flush(words, now);
  if (verb == "reboot") return reboot(words, now);
  if (verb == "set") return set(words, now);
  if (verb == "cut" || verb == "mend") return cut(words, now);
  if (verb == "flows") return flows();
  if (verb == "help") return std::string(kHelp) + kDone;
  return refused(
      fmt::format("\"{}\" is nothing that can be asked; allowed: flush, reboot, set, "
                  "cut, mend, flows or help",
                  safe_line(verb)));
}

std::optional<std::size_t> LiveControl::find_box(std::string_view name) const {
  const LiveLine& line = session_.line();
  for (std::size_t i = 0; i < line.boxes(); ++i) {
    if (line.spec(i).name == name) return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> LiveControl::find_line(std::string_view name) const {
  const LiveLine& line = session_.line();
  for (std::size_t i = 0; i < line.wires(); ++i) {
    if (line.wire_name(i) == name) return i;
  }
  return std::nullopt;
}

std::string LiveControl::no_box(std::string_view name) const {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < session_.line().boxes(); ++i)
    names.push_back(session_.line().spec(i).name);
  return refused(fmt::format("there is no box \"{}\"{}", safe_line(name),
                             names.empty() ? "" : "; there is " + join_choices(names)));
}

std::string LiveControl::no_line(std::string_view name) const {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < session_.line().wires(); ++i)
    names.push_back(session_.line().wire_name(i));
  return refused(fmt::format("there is no line \"{}\"{}", safe_line(name),
                             names.empty() ? "" : "; there is " + join_choices(names)));
}

std::string LiveControl::flush(const Words& words, TimePoint now) {
  if (words.size() > 2) return refused("flush takes one box, or none for all of them");
  if (words.size() == 2 && !find_box(words[1])) return no_box(words[1]);
  for (std::size_t i = 0; i < session_.line().boxes(); ++i) {
    if (words.size() == 2 && session_.line().spec(i).name != words[1]) continue;
    session_.say(fmt::format("{} is flushed", session_.line().spec(i).name), now);
    session_.line().flush(i, now);
  }
  return kDone;
}

std::string LiveControl::reboot(const Words& words, TimePoint now) {
  if (words.size() < 2 || words.size() > 3) return refused("reboot takes a box and perhaps a span");
  const std::optional<std::size_t> box = find_box(words[1]);
  if (!box) return no_box(words[1]);
  const std::optional<Duration> span =
      words.size() == 3 ? parse_duration(words[2]) : std::optional(kUsualReboot);
  if (!span) return no_span(words[2]);
  session_.say(fmt::format("{} is rebooted", session_.line().spec(*box).name), now);
  session_.line().reboot(*box, *span, now);
  return kDone;
}

std::string LiveControl::set(const Words& words, TimePoint now) {
  if (words.size() != 4) return refused("set takes a box, a timer and a span");
  const std::optional<std::size_t> box = find_box(words[1]);
  if (!box) return no_box(words[1]);
  const MiddleboxSpec& spec = session_.line().spec(*box);
  const std::span<const Timeout> known = timeouts_of(spec.profile.tracker);
  const std::optional<Timeout> timer = find_timeout(words[2]);
  if (!timer || std::ranges::find(known, *timer) == known.end()) {
    std::vector<std::string_view> names;
    for (const Timeout its : known) names.push_back(name(its));
    return refused(fmt::format("{} has no timer \"{}\"; it has {}", spec.name, safe_line(words[2]),
                               join_choices(names)));
  }
  const std::optional<Duration> span = parse_duration(words[3]);
  if (!span || *span <= Duration::zero()) return no_span(words[3]);
  session_.say(
      fmt::format("{} of {} is {} from now on", words[2], spec.name, print_duration(*span)), now);
  session_.line().change_timer(*box, *timer, *span, now);
  return kDone;
}

// And mends.  A word that is no line may be the span.
std::string LiveControl::cut(const Words& words, TimePoint now) {
  const bool mends = words.front() == "mend";
  Words rest(words.begin() + 1, words.end());
  Duration span = mends ? Duration::zero() : kForever;
  std::optional<std::size_t> line;
  if (!rest.empty()) line = find_line(rest.front());
  if (line) rest.erase(rest.begin());
  if (!rest.empty() && !mends) {
    const std::optional<Duration> typed = parse_duration(rest.front());
    if (!typed) return line ? no_span(rest.front()) : no_line(rest.front());
    span = *typed;
    rest.erase(rest.begin());
  }
  if (!rest.empty()) return line ? refused("there is a word too many") : no_line(rest.front());
  if (!line && session_.line().wires() == 0)
    return refused("there is no line on this path; --delay 0s makes one");
  if (!line && session_.line().wires() > 1) return no_line("");
  session_.say(fmt::format("{} is {}", session_.line().wire_name(line.value_or(0)),
                           mends ? "mended" : "cut"),
               now);
  session_.line().cut(line.value_or(0), span, std::nullopt, now);
  return kDone;
}

std::string LiveControl::flows() const {
  std::string text;
  for (std::size_t i = 0; i < session_.line().boxes(); ++i) {
    text += fmt::format("{} {}\n", session_.line().spec(i).name, session_.line().box(i).size());
  }
  return text + kDone;
}

}  // namespace stayalive
