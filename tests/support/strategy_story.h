// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string_view>
#include <utility>

#include "support/fake_channel.h"

namespace stayalive {

using OptionTexts = std::initializer_list<std::pair<std::string_view, std::string_view>>;

// The options of a strategy: its defaults with these laid over them, written as in a scenario.
inline Options options_of(const StrategyKind& kind, OptionTexts texts) {
  Options options = defaults(kind.options);
  for (const auto& [key, text] : texts) {
    bool known = false;
    for (const OptionSpec& spec : kind.options) {
      if (spec.key != key) continue;
      known = true;
      EXPECT_TRUE(set_from_text(options, spec, text)) << key << " = " << text;
    }
    EXPECT_TRUE(known) << "there is no option " << key;
  }
  return options;
}

inline std::unique_ptr<Strategy> make_strategy(std::string_view name, Role role,
                                               Transport transport, OptionTexts texts,
                                               std::uint64_t seed = 1) {
  const StrategyKind* kind = find_strategy(name);
  EXPECT_NE(kind, nullptr) << name;
  StrategyContext setting;
  setting.role = role;
  setting.transport = transport;
  setting.peer = role == Role::Client ? "server.example" : "client.example";
  setting.connection = "story";
  setting.seed = seed;
  return kind->make(options_of(*kind, texts), setting);
}

// One strategy with nobody at the other end but the teller.  Each line says when and what; on the
// way there the strategy gets its own wake-ups, each exactly at its deadline.
class StrategyStory {
 public:
  explicit StrategyStory(std::unique_ptr<Strategy> strategy) : strategy_(std::move(strategy)) {
    channel_.attach(*strategy_);
  }

  // Everything up to and including this instant has happened.
  StrategyStory& at(Duration since_start) {
    const TimePoint until = kStart + since_start;
    EXPECT_GE(until, channel_.now()) << "a story is told forwards";
    while (channel_.state() == FakeChannel::State::Open && strategy_->next_deadline() <= until) {
      const TimePoint due = std::max(strategy_->next_deadline(), channel_.now());
      channel_.set_now(due);
      strategy_->expire(due, channel_);
      if (channel_.state() != FakeChannel::State::Open) break;
      EXPECT_GT(strategy_->next_deadline(), due) << "after expire() nothing is left to be done";
      if (strategy_->next_deadline() <= due) break;
    }
    channel_.set_now(until);
    return *this;
  }
  StrategyStory& just_before(Duration since_start) { return at(since_start - 1ns); }

  StrategyStory& opens() {
    channel_.open();
    strategy_->on_open(channel_.now(), channel_);
    return *this;
  }
  StrategyStory& hears(MessageKind kind, int subtype = 0, bool moved = false) {
    strategy_->on_message(channel_.now(), message(kind, subtype), moved, channel_);
    return *this;
  }
  // The application writes.
  StrategyStory& writes() {
    strategy_->on_sent(channel_.now(), message(MessageKind::Application, 0));
    return *this;
  }
  StrategyStory& loses_connection(SocketError error) {
    strategy_->on_closed(channel_.now(), error, channel_);
    return *this;
  }

  Lines did() { return channel_.take_lines(); }
  Duration next() const { return strategy_->next_deadline().time_since_epoch(); }
  bool never_wakes() const { return strategy_->next_deadline() == kNever; }
  Strategy& strategy() { return *strategy_; }
  FakeChannel& channel() { return channel_; }

 private:
  static Message message(MessageKind kind, int subtype) {
    return {.kind = kind, .subtype = static_cast<std::uint8_t>(subtype), .bytes = 52};
  }

  std::unique_ptr<Strategy> strategy_;
  FakeChannel channel_;
};

}  // namespace stayalive
