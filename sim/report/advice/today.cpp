// SPDX-License-Identifier: Apache-2.0
#include "report/advice/today.h"

#include <fmt/format.h>

#include "base/text.h"
#include "document/brief.h"
#include "report/advice/confidence.h"
#include "report/advice/failure.h"

namespace stayalive {
namespace {

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
  for (std::string& sure : confidence_sentences({today.rests_on, today.next, today.turned}))
    sentences.push_back(std::move(sure));
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
  tree.set("next_message", next_messages_tree(today.next));
  tree.set("confidence", confidence_tree({today.rests_on, today.next, today.turned}));
  return tree;
}

}  // namespace stayalive
