// SPDX-License-Identifier: Apache-2.0
#include "report/advice/today.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "document/brief.h"
#include "report/advice/failure.h"

namespace stayalive {
namespace {

constexpr std::array<const char*, 4> kFates{"answered", "fails", "lost", "unsent"};
constexpr Duration kAtOnce = 1s;  // up to so long nobody speaks of hanging

std::string quoted_words(const std::string& said) {
  return said.empty() ? "" : fmt::format(" (\"{}\")", said);
}

// whose: "the client", "either end".
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

std::string sentence(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text + ".";
}

}  // namespace

std::vector<std::string> today_sentences(const Today& today) {
  if (today.holds) {
    return {fmt::format("Today ({}) it holds (run for {}).", today.keepalive,
                        print_duration(today.span))};
  }
  std::vector<std::string> sentences{fmt::format("Today ({}) it dies after {}: {}.",
                                                 today.keepalive, brief(today.died_after),
                                                 failure_sentence({}, today.constraint))};
  const auto& [client, server] = today.next;
  if (client == server) {
    sentences.push_back(sentence(fate_of(client, "either end")));
  } else {
    sentences.push_back(sentence(fate_of(client, "the client")));
    sentences.push_back(sentence(fate_of(server, "the server")));
  }
  return sentences;
}

Tree today_tree(const Today& today) {
  Tree tree = Tree::record({{"keepalive", today.keepalive},
                            {"interval", today.interval},
                            {"duration", today.span},
                            {"holds", today.holds}});
  if (today.holds) return tree;
  tree.set("died_after", today.died_after);
  tree.set("because", failure_sentence({}, today.constraint));
  Tree messages = Tree::record({});
  for (const Role role : {Role::Client, Role::Server}) {
    const NextMessage& next = today.next[index(role)];
    const bool timed =
        next.fate == NextMessage::Fate::Answered || next.fate == NextMessage::Fate::Fails;
    messages.set(name(role), Tree::record({{"fate", kFates[static_cast<std::size_t>(next.fate)]},
                                           {"after", timed ? Value(next.after) : Value()},
                                           {"said", text_or_nothing(next.said)}}));
  }
  tree.set("next_message", std::move(messages));
  return tree;
}

}  // namespace stayalive
