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
std::string turned_fate(const TurnedValue& turned, const std::array<NextMessage, 2>& next) {
  const auto& [client, server] = turned.next;
  if (client == server) return fate_of(client, "either end");
  const bool client_differs = client != next[index(Role::Client)];
  const bool server_differs = server != next[index(Role::Server)];
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

Tree next_messages_tree(const std::array<NextMessage, 2>& next) {
  Tree messages = Tree::record({});
  for (const Role role : {Role::Client, Role::Server}) {
    const NextMessage& message = next[index(role)];
    const bool timed =
        message.fate == NextMessage::Fate::Answered || message.fate == NextMessage::Fate::Fails;
    messages.set(name(role), Tree::record({{"fate", kFates[static_cast<std::size_t>(message.fate)]},
                                           {"after", timed ? Value(message.after) : Value()},
                                           {"said", text_or_nothing(message.said)}}));
  }
  return messages;
}

std::vector<std::string> confidence_sentences(const Evidence& evidence) {
  if (evidence.rests_on.empty()) return {};
  std::vector<std::string> sentences{support_sentence(evidence.rests_on)};
  for (const TurnedValue& turned : evidence.turned) {
    const std::string value =
        fmt::format("\"{}\" is {}", turned.value.words, words(turned.value.status));
    sentences.push_back(
        turned.changes
            ? fmt::format("{}, nobody has read it: with \"{}\", {}.", value, turned.turned,
                          turned_fate(turned, evidence.next))
            : fmt::format("{}; with \"{}\" the answer is the same.", value, turned.turned));
  }
  return sentences;
}

Tree confidence_tree(const Evidence& evidence) {
  const Support* least_sure = weakest(evidence.rests_on);
  if (least_sure == nullptr) return nullptr;
  Tree list = Tree::list();
  for (const Support& support : evidence.rests_on) list.add(support_tree(support));
  Tree turned = Tree::list();
  for (const TurnedValue& value : evidence.turned) {
    turned.add(Tree::record({{"key", value.value.key},
                             {"instead", value.turned},
                             {"changes", value.changes},
                             {"next_message", next_messages_tree(value.next)}}));
  }
  return Tree::record({{"weakest", support_tree(*least_sure)},
                       {"rests_on", std::move(list)},
                       {"what_if", std::move(turned)}});
}

}  // namespace stayalive
