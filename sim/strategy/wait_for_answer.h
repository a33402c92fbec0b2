// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stack/close_give_up.h"
#include "strategy/strategy.h"

namespace stayalive {

// Where an end plays that is to find out when it would give up: nothing arrives, and what it sends
// goes nowhere.
class DeafChannel final : public Channel {
 public:
  DeafChannel(Strategy& end, TimePoint now) : end_(end), now_(now) {}
  void set_now(TimePoint now) { now_ = now; }
  bool over() const { return over_; }

  void send(const Message& message) override { end_.on_sent(now_, message); }
  void give_up(const Ending&) override { over_ = true; }
  void finish(const Ending&) override { over_ = true; }
  void reconnect(Duration, const Ending&) override { over_ = true; }
  void retry(Duration, const std::string&) override { over_ = true; }
  void adopt_source() override {}
  void forget_peer(const Ending&) override { over_ = true; }
  void set_ready(bool) override {}
  void forget_waiting() override {}
  void forget_answers() override {}
  void shut_down() override { over_ = true; }
  void log(const std::string&) override {}

 private:
  Strategy& end_;
  TimePoint now_;
  bool over_ = false;
};

// When this end gives up if nothing arrives any more and its application writes nothing.  kNever:
// not at all, or not within so many of its deadlines that it is no near end.
template <class End>
TimePoint gives_up_at(End end) {
  constexpr int kMostSteps = 10'000;
  DeafChannel channel(end, kStart);
  for (int step = 0; step < kMostSteps; ++step) {
    const TimePoint due = end.next_deadline();
    if (due == kNever) return kNever;
    channel.set_now(due);
    end.expire(due, channel);
    if (channel.over()) return due;
  }
  return kNever;
}

// Something arrived that ends a wait of this end, which has not taken note of it yet: what is to be
// told of that wait, if it counts.  asked_at: when it last asked, or its peer should have.
template <class End>
std::optional<CloseGiveUp> wait_of(const End& end, std::string_view limit, std::uint32_t unanswered,
                                   TimePoint asked_at, TimePoint now) {
  const TimePoint next = end.next_deadline();
  const auto counts = [&](TimePoint due) {
    return due != kNever && due >= now &&
           CloseGiveUp::counts(unanswered, now - asked_at, due - now);
  };
  // What it does next comes no later than its end: most answers are told by that alone.
  if (!counts(next)) return std::nullopt;
  const TimePoint due = gives_up_at(end);
  if (!counts(due)) return std::nullopt;
  return CloseGiveUp{limit, unanswered, due - now, Duration::zero(), now};
}

}  // namespace stayalive
