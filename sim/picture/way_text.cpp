// SPDX-License-Identifier: Apache-2.0
#include "picture/way_text.h"

#include <fmt/format.h>

#include "base/text.h"
#include "document/brief.h"
#include "picture/instant.h"

namespace stayalive {
namespace {

std::string change_sentence(const WayChangeReport& change) {
  std::string text = fmt::format("At {} {} took {} in the place of {}", print_instant(change.at),
                                 change.group, change.to, change.from);
  if (change.end == Side::External) text = "At its outer end, a" + text.substr(1);
  if (change.false_alarm()) {
    text += fmt::format(": its watcher took {} for down, which was whole", change.from);
  } else if (change.since) {
    const char* state = change.back ? "came back" : "went down";
    text += fmt::format(", {} after {} {}", brief(*change.took()), change.culprit, state);
  }
  return text + ".";
}

std::string share_sentence(const std::vector<WayShare>& ways, const std::string& group) {
  std::string text;
  std::size_t used = 0;
  for (const WayShare& way : ways) {
    const std::uint64_t out = way.packets[index(Side::External)];
    const std::uint64_t in = way.packets[index(Side::Internal)];
    if (way.group != group || out + in == 0) continue;
    text +=
        fmt::format("{}{} outwards and {} back by {}", used++ == 0 ? "" : ", ", out, in, way.way);
  }
  return used == 0 ? "" : fmt::format("Its packets at {}: {}.", group, text);
}

}  // namespace

std::vector<std::string> way_sentences(const ConnectionReport& connection) {
  std::vector<std::string> sentences;
  for (const WayChangeReport& change : connection.way_changes)
    sentences.push_back(change_sentence(change));
  std::string last;
  for (const WayShare& way : connection.ways) {
    if (way.group == last) continue;
    last = way.group;
    if (std::string text = share_sentence(connection.ways, last); !text.empty())
      sentences.push_back(std::move(text));
  }
  return sentences;
}

}  // namespace stayalive
