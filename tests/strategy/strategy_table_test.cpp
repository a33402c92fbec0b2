// SPDX-License-Identifier: Apache-2.0
// Everything that the registry says of each strategy in figures: ports, and the limits and defaults
// of its options.  A change shows as a difference that its commit explains.
#include <gtest/gtest.h>

#include <string>

#include "strategy/strategy.h"
#include "support/golden.h"

namespace stayalive {
namespace {

std::string table_of(const StrategyKind& kind) {
  std::string text(kind.name);
  text += ": tcp " + std::to_string(kind.tcp_port) + ", udp " + std::to_string(kind.udp_port);
  text += kind.usual == Transport::Tcp ? ", usually tcp" : ", usually udp";
  text += kind.requests_only ? ", requests only" : "";
  text += std::string(", compact:") + (kind.compact.tcp ? " tcp" : "") +
          (kind.compact.udp ? " udp" : "");
  text += "\n";
  for (const OptionSpec& option : kind.options) {
    text += "  " + std::string(option.key) + ": " + std::to_string(option.least) + " to " +
            std::to_string(option.most) + ", usually " + std::string(option.default_text);
    for (const std::string_view choice : option.choices) text += " | " + std::string(choice);
    text += "\n";
  }
  if (kind.reconnect == nullptr) return text;
  const ReconnectSpec spec = kind.reconnect(defaults(kind.options));
  return text + "  reconnects: when " + std::to_string(static_cast<int>(spec.when)) +
         ", first with message " + std::to_string(spec.first_with_message) + ", meanwhile " +
         std::to_string(static_cast<int>(spec.meanwhile)) + ", repeats " +
         std::to_string(static_cast<int>(spec.repeat)) + " on used only " +
         std::to_string(spec.repeat_on_used_only) + " at most " +
         std::to_string(spec.repeat_limit) + "\n";
}

TEST(StrategyTable, IsWhatWasWrittenDown) {
  std::string text;
  for (const StrategyKind* kind : strategies()) text += table_of(*kind);
  expect_golden("tests/golden/strategy-table.txt", text);
}

TEST(StrategyTable, AMessageIsAnAnswerOnceItNamesWhatItAnswers) {
  EXPECT_FALSE(Message{}.is_answer());
  Message answer;
  answer.answers = 0;
  EXPECT_TRUE(answer.is_answer());
}

}  // namespace
}  // namespace stayalive
