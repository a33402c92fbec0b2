// SPDX-License-Identifier: Apache-2.0
#include "report/advice/today.h"

#include <fmt/format.h>

#include "base/text.h"
#include "document/brief.h"
#include "report/advice/confidence.h"
#include "report/advice/failure.h"
#include "report/counted.h"
#include "study/trials/confidence.h"

namespace stayalive {
namespace {

std::string sentence(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text + ".";
}

// "Today (25s, as given) it held in 3 of 20 runs of 1d: ..."
std::vector<std::string> sentences_by_chance(const Today& today) {
  std::string text =
      fmt::format("Today ({}) it held in {} of {} of {}", today.keepalive, today.held,
                  counted(today.runs, "run"), print_duration(today.span));
  if (today.holds()) return {text + "."};
  const Interval likely = confidence(today.held, today.runs);
  return {fmt::format("{}: with a probability of {:.0f} to {:.0f} %.", text, 100 * likely.low,
                      100 * likely.high),
          fmt::format("The first death came after {}: {}.", brief(today.died_after),
                      failure_sentence({}, today.constraint))};
}

}  // namespace

std::vector<std::string> today_sentences(const Today& today) {
  if (today.runs > 1) return sentences_by_chance(today);
  if (today.holds()) {
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
                            {"holds", today.holds()},
                            {"runs", today.runs},
                            {"held", today.held}});
  if (today.holds()) return tree;
  tree.set("died_after", today.died_after);
  tree.set("because", failure_sentence({}, today.constraint));
  if (today.runs > 1) return tree;
  tree.set("next_message", next_messages_tree(today.next));
  tree.set("confidence", confidence_tree({today.rests_on, today.next, today.turned}));
  return tree;
}

}  // namespace stayalive
