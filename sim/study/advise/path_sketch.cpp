// SPDX-License-Identifier: Apache-2.0
#include "study/advise/path_sketch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "base/meant.h"
#include "base/text.h"
#include "scenario/profiles/profile_finder.h"

namespace stayalive {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts{""};
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

Diagnostic mistake(const std::string& message, const std::string& allowed) {
  Diagnostic diagnostic;
  diagnostic.message = message;
  diagnostic.allowed = allowed;
  return diagnostic;
}

// "TIMER=SPAN" without a timer or a span.
Diagnostic no_timer(const std::string& word) {
  Diagnostic diagnostic = mistake(fmt::format("--through: \"{}\" is no timer", word),
                                  "TIMER=SPAN, such as tcp.established=60s");
  const std::size_t equals = word.find('=');
  if (equals == word.npos) return diagnostic;
  const std::string span = meant_span(word.substr(equals + 1));
  if (!span.empty()) diagnostic.suggestion = word.substr(0, equals + 1) + span;
  return diagnostic;
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == text.npos) return "";
  return text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

// A name for the box: the profile's, or its file's without folder and ending, numbered when it
// stands on the path more than once.
std::string box_name(const std::string& profile, std::set<std::string>& taken) {
  std::string name = profile.substr(profile.find_last_of('/') + 1);
  if (name.ends_with(".json")) name.resize(name.size() - 5);
  for (char& c : name) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
    if (!plain) c = '-';
  }
  if (name.empty() || std::isalnum(static_cast<unsigned char>(name[0])) == 0) name = "box" + name;
  name.resize(std::min<std::size_t>(name.size(), 60));
  std::string unique = name;
  for (int n = 2; !taken.insert(unique).second; ++n) unique = fmt::format("{}-{}", name, n);
  return unique;
}

}  // namespace

std::string PathSketch::words() const {
  std::vector<std::string> parts;
  for (const Box& box : boxes) {
    std::string part = box.profile;
    for (const Timer& timer : box.timers) part += fmt::format(" ({} {})", timer.name, timer.span);
    parts.push_back(part);
  }
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += i + 1 == parts.size() ? " and " : ", ";
    text += parts[i];
  }
  if (parts.empty()) text = "no box at all";
  text += fmt::format("; a line of {}", delay.empty() ? "0s" : delay);
  if (!jitter.empty()) text += fmt::format(" and jitter {}", jitter);
  if (!loss.empty()) text += fmt::format(" that loses {}", loss);
  return text;
}

Result<std::vector<PathSketch::Box>> parse_boxes(const std::string& through) {
  std::vector<PathSketch::Box> boxes;
  std::vector<Diagnostic> errors;
  // Names that the scenario gives to others.
  std::set<std::string> taken{"client", "server", "line", "connection"};
  for (const std::string& part : split(through, ',')) {
    const std::vector<std::string> words = split(trimmed(part), ':');
    PathSketch::Box box;
    box.profile = words[0];
    if (box.profile.empty()) {
      errors.push_back(mistake(fmt::format("--through \"{}\" has an empty place", through),
                               "names of profiles with commas between them; `stayalive profiles` "
                               "lists them"));
      continue;
    }
    box.name = box_name(box.profile, taken);
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::size_t equals = words[i].find('=');
      if (equals == std::string::npos || !parse_duration(words[i].substr(equals + 1))) {
        errors.push_back(no_timer(words[i]));
        continue;
      }
      box.timers.push_back({words[i].substr(0, equals), words[i].substr(equals + 1)});
    }
    boxes.push_back(std::move(box));
  }
  if (!errors.empty()) return errors;
  return boxes;
}

void mark_proxies(std::vector<PathSketch::Box>& boxes, const ParseOptions& options) {
  ProfileFinder finder("", options);
  for (PathSketch::Box& box : boxes) box.proxy = finder.is_proxy(box.profile);
}

}  // namespace stayalive
