// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/random.h"
#include "support/strategy_story.h"

// What every strategy of the registry promises, with options drawn from its own table: a new one is
// covered without a line here.
namespace stayalive {
namespace {

struct DrawnStrategy {
  const StrategyKind* kind;
  Role role;
  Transport transport;
  Options options;
  std::string told;  // in words, for messages

  std::unique_ptr<Strategy> make() const {
    StrategyContext setting;
    setting.role = role;
    setting.transport = transport;
    setting.connection = "contract";
    return kind->make(options, setting);
  }
};

// Whole seconds, where the limits leave any; 0s only where it means something of its own.
std::string drawn_span(const OptionSpec& spec, Random& random) {
  const std::int64_t least = spec.least > 0 ? 1 : 0;
  Duration span = (least + static_cast<std::int64_t>(random.below(8))) * Duration{1s};
  if (spec.most < Duration{1s}.count()) span = random.up_to(Duration{spec.most});
  return print_duration(std::clamp(span, Duration{spec.least}, Duration{spec.most}));
}

std::string drawn_value(const OptionSpec& spec, Random& random) {
  switch (spec.type) {
    case OptionType::Span:
      return drawn_span(spec, random);
    case OptionType::Count: {
      const std::int64_t more = static_cast<std::int64_t>(random.below(4));
      return std::to_string(std::min(spec.least + more, spec.most));
    }
    case OptionType::Flag:
      return random.below(2) == 0 ? "true" : "false";
    case OptionType::Choice:
      return std::string(spec.choices[random.below(spec.choices.size())]);
  }
  return {};
}

// About half of the options at their defaults, the others at random; again until they fit together.
DrawnStrategy draw(const StrategyKind& kind, Role role, Transport transport, Random& random) {
  for (int attempt = 0; attempt < 1000; ++attempt) {
    DrawnStrategy drawn{&kind, role, transport, defaults(kind.options), std::string(kind.name)};
    drawn.told += std::string(" ") + name(role) + " " + name(transport);
    for (const OptionSpec& spec : kind.options) {
      if (random.below(2) == 0 && !spec.default_text.empty()) continue;
      const std::string value = drawn_value(spec, random);
      EXPECT_TRUE(set_from_text(drawn.options, spec, value)) << spec.key << " = " << value;
      drawn.told += " " + std::string(spec.key) + "=" + value;
    }
    if (kind.check == nullptr || kind.check(drawn.options, transport).empty()) return drawn;
  }
  ADD_FAILURE() << "no options of " << kind.name << " fit together";
  return {&kind, role, transport, defaults(kind.options), std::string(kind.name)};
}

std::vector<DrawnStrategy> drawn_strategies() {
  constexpr int kDraws = 12;
  std::vector<DrawnStrategy> all;
  for (const StrategyKind* kind : strategies()) {
    Random random(1, kind->name, "contract");
    for (const Transport transport : {Transport::Tcp, Transport::Udp}) {
      if (!kind->works_over(transport)) continue;
      for (int i = 0; i < kDraws; ++i) {
        for (const Role role : {Role::Client, Role::Server})
          all.push_back(draw(*kind, role, transport, random));
      }
    }
  }
  return all;
}

void happen(StrategyStory& story, const DrawnStrategy& drawn, Random& random) {
  if (random.below(3) == 0) {
    story.writes();
    return;
  }
  const auto kind = static_cast<MessageKind>(random.below(5));
  const auto subtype = static_cast<int>(random.below(12));
  const bool may_move = drawn.transport == Transport::Udp && drawn.role == Role::Server;
  story.hears(kind, subtype, may_move && random.below(8) == 0);
}

// Lives until `then`; with nudges it is woken at instants at which nothing is due, too.
void pass(StrategyStory& story, Duration now, Duration then, Random* nudges) {
  while (nudges != nullptr && now < then) {
    now = std::min(then, now + nudges->up_to(1s) + 1ns);
    story.at(now);
    const TimePoint before = story.strategy().next_deadline();
    if (before <= kStart + now) continue;
    story.strategy().expire(kStart + now, story.channel());
    EXPECT_EQ(story.strategy().next_deadline(), before);
  }
  story.at(then);
}

// StrategyStory looks after each expire() whether the next deadline lies later.
Lines live(StrategyStory& story, const DrawnStrategy& drawn, bool nudged, std::uint64_t seed) {
  Random random(seed, "contract", "events");
  Random nudges(seed, "contract", "nudges");
  Duration now{};
  story.at(now).opens();
  for (int step = 0; step < 200 && story.channel().state() == FakeChannel::State::Open; ++step) {
    const Duration then = now + random.up_to(4s);
    pass(story, now, then, nudged ? &nudges : nullptr);
    now = then;
    if (story.channel().state() == FakeChannel::State::Open) happen(story, drawn, random);
  }
  return story.did();
}

TEST(EveryStrategy, DoesNothingWhenWokenEarlyAndTheSameInTwoStepsAsInOne) {
  for (const DrawnStrategy& drawn : drawn_strategies()) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      SCOPED_TRACE(drawn.told + ", seed " + std::to_string(seed));
      StrategyStory calm(drawn.make());
      StrategyStory nudged(drawn.make());
      EXPECT_EQ(live(calm, drawn, false, seed), live(nudged, drawn, true, seed));
      EXPECT_EQ(calm.strategy().next_deadline(), nudged.strategy().next_deadline());
    }
  }
}

TEST(EveryStrategy, RepeatsItselfFromTheSameSeed) {
  for (const DrawnStrategy& drawn : drawn_strategies()) {
    StrategyStory once(drawn.make());
    StrategyStory again(drawn.make());
    EXPECT_EQ(live(once, drawn, false, 7), live(again, drawn, false, 7)) << drawn.told;
  }
}

TEST(EveryStrategy, IsSilentWhileItHasNoSocket) {
  for (const DrawnStrategy& drawn : drawn_strategies()) {
    SCOPED_TRACE(drawn.told);
    StrategyStory unopened(drawn.make());
    EXPECT_TRUE(unopened.never_wakes());
    unopened.strategy().expire(kStart + 1h, unopened.channel());
    EXPECT_EQ(unopened.did(), Lines{});
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      StrategyStory ended(drawn.make());
      live(ended, drawn, false, seed);
      if (ended.channel().state() == FakeChannel::State::Open) continue;
      EXPECT_TRUE(ended.never_wakes());
      ended.strategy().expire(ended.channel().now() + 1h, ended.channel());
      EXPECT_EQ(ended.did(), Lines{});
    }
  }
}

using Notes = std::vector<std::pair<Motion, std::uint64_t>>;

// The state at this instant as walk() lists it, without what nothing depends on; empty when it says
// that the strategy never repeats itself.
std::optional<Notes> notes_of(Strategy& strategy) {
  std::vector<StateField> fields;
  StateWalk walk(fields);
  strategy.walk(walk);
  Notes notes;
  for (const StateField& field : fields) {
    if (field.motion == Motion::Aperiodic) return std::nullopt;
    if (field.motion != Motion::Counter) notes.emplace_back(field.motion, field.bits);
  }
  return notes;
}

// A short life on a coarse grid of instants, so that many lives come to the same state.
std::optional<Notes> live_briefly(StrategyStory& story, const DrawnStrategy& drawn,
                                  std::uint64_t seed) {
  Random random(seed, "contract", "brief lives");
  story.at(0s).opens();
  Duration now{};
  for (int event = 0; event < 3; ++event) {
    now += static_cast<std::int64_t>(random.below(4)) * Duration{1s};
    story.at(now);
    if (story.channel().state() != FakeChannel::State::Open) return std::nullopt;
    happen(story, drawn, random);
  }
  story.at(12s).did();
  if (story.channel().state() != FakeChannel::State::Open) return std::nullopt;
  return notes_of(story.strategy());
}

Lines future_of(StrategyStory& story) {
  for (const auto& [at, kind] : {std::pair{17s, MessageKind::Application},
                                 {21s, MessageKind::Request},
                                 {22s, MessageKind::Ping},
                                 {23s, MessageKind::Reply},
                                 {44s, MessageKind::Reply}}) {
    story.at(at);
    if (story.channel().state() != FakeChannel::State::Open) break;
    story.hears(kind);
  }
  if (story.channel().state() == FakeChannel::State::Open) story.at(90s);
  return story.did();
}

TEST(EveryStrategy, ListsAllStateInItsWalk) {
  std::map<std::string_view, int> twins;
  for (const DrawnStrategy& drawn : drawn_strategies()) {
    std::map<Notes, Lines> futures;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      StrategyStory story(drawn.make());
      const std::optional<Notes> notes = live_briefly(story, drawn, seed);
      if (!notes) continue;
      const Lines future = future_of(story);
      const auto [twin, is_new] = futures.emplace(*notes, future);
      twins[drawn.kind->name] += is_new ? 0 : 1;
      EXPECT_EQ(twin->second, future) << drawn.told << ", seed " << seed;
    }
  }
  // OpenVPN draws a number for each sleep, and so never is in the same state twice.
  for (const StrategyKind* kind : strategies()) {
    StrategyStory story(kind->make(defaults(kind->options), {Role::Client, kind->usual, {}, {}}));
    story.at(0s).opens();
    if (notes_of(story.strategy())) {
      EXPECT_GT(twins[kind->name], 100) << kind->name;
    }
  }
}

}  // namespace
}  // namespace stayalive
