// SPDX-License-Identifier: Apache-2.0
#include "report/advice/confidence.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "document/brief.h"
#include "picture/support_text.h"
#include "report/run/support_tree.h"
#include "run/support.h"

namespace stayalive {
namespace {

constexpr std::array<const char*, 4> kFates{"answered", "fails", "lost", "unsent"};
constexpr Duration kAtOnce = 1s;  // up to so long nobody speaks of hanging

std::string quoted_words(const std::string& said) {
  return said.empty() ? "" : fmt::format(" (\"{}\")", said);
}

// What a turned value makes of the next messages; only of the end for which it differs.
std::string turned_fate(const TurnedValue& turned, const Today& today) {
  const auto& [client, server] = turned.next;
  if (client == server) return fate_of(client, "either end");
  const bool client_differs = client != today.next[index(Role::Client)];
  const bool server_differs = server != today.next[index(Role::Server)];
  std::string text;
  if (client_differs) text = fate_of(client, "the client");
  if (server_differs) text += (text.empty() ? "" : ", and ") + fate_of(server, "the server");
  return text;
}

}  // namespace

std::string fate_of(const NextMessage& next, const std::string& whose) {
  switch (next.fate) {
    case NextMessage::Fate::Answered:
      return fmt::format(
          "{}'s next message is answered after {}, because a box takes the "
          "connection up again",
          whose, brief(next.after));
    case NextMessage::Fate::Fails:
      return next.after < kAtOnce ? fmt::format("{}'s next message fails after {}{}", whose,
                                                brief(next.after), quoted_words(next.said))
                                  : fmt::format("{}'s next message hangs for {} and then fails{}",
                                                whose, brief(next.after), quoted_words(next.said));
    case NextMessage::Fate::Lost:
      return fmt::format("{}'s next message has no answer, and no error within {}", whose,
                         print_duration(kLongestHang));
    case NextMessage::Fate::Unsent:
      return fmt::format("{} is told at once{}", whose, quoted_words(next.said));
  }
  return "";
}

Tree next_message_tree(const NextMessage& next) {
  const bool timed =
      next.fate == NextMessage::Fate::Answered || next.fate == NextMessage::Fate::Fails;
  return Tree::record({{"fate", kFates[static_cast<std::size_t>(next.fate)]},
                       {"after", timed ? Value(next.after) : Value()},
                       {"said", text_or_nothing(next.said)}});
}

std::vector<std::string> confidence_sentences(const Today& today) {
  if (today.rests_on.empty()) return {};
  std::vector<std::string> sentences{support_sentence(today.rests_on)};
  for (const TurnedValue& turned : today.turned) {
    const std::string value =
        fmt::format("\"{}\" is {}", turned.value.words, words(turned.value.status));
    sentences.push_back(
        turned.changes
            ? fmt::format("{}, nobody has read it: with \"{}\", {}.", value, turned.turned,
                          turned_fate(turned, today))
            : fmt::format("{}; with \"{}\" the answer is the same.", value, turned.turned));
  }
  return sentences;
}

Tree confidence_tree(const Today& today) {
  const Support* least_sure = weakest(today.rests_on);
  if (least_sure == nullptr) return nullptr;
  Tree list = Tree::list();
  for (const Support& support : today.rests_on) list.add(support_tree(support));
  Tree turned = Tree::list();
  for (const TurnedValue& value : today.turned) {
    turned.add(Tree::record({{"key", value.value.key},
                             {"instead", value.turned},
                             {"changes", value.changes},
                             {"client", next_message_tree(value.next[index(Role::Client)])},
                             {"server", next_message_tree(value.next[index(Role::Server)])}}));
  }
  return Tree::record({{"weakest", support_tree(*least_sure)},
                       {"rests_on", std::move(list)},
                       {"what_if", std::move(turned)}});
}

}  // namespace stayalive
