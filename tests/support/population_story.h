// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "support/scenario_story.h"

namespace stayalive {

inline std::uint64_t count_of(const PopulationReport& population, Outcome outcome) {
  return population.outcomes[static_cast<std::size_t>(outcome)];
}

inline const PopulationReport& population_of(const ScenarioStory& story, const std::string& name) {
  const ConnectionReport& connection = story.connection(name);
  EXPECT_TRUE(connection.population);
  static const PopulationReport kNone;
  return connection.population ? *connection.population : kNone;
}

// One of these words by chance.
inline std::string pick(Random& random, std::initializer_list<const char*> words) {
  return *(words.begin() + random.below(words.size()));
}

// The same three members, once as a population and once each for itself.
struct PopulationPair {
  std::string many;
  std::string single;
};

// client: the settings of the clients' hosts; hosts: those of other hosts.
inline PopulationPair pair_of(const std::string& head, const std::string& body,
                              const std::string& client = "", const std::string& hosts = "") {
  const std::string more = hosts.empty() ? "" : ", " + hosts;
  const std::string inside =
      client.empty() ? R"({"side": "internal"})" : R"({"side": "internal", )" + client + "}";
  PopulationPair pair;
  pair.many = "{" + head + R"(, "hosts": {"client": )" + inside + more +
              R"(}, "connections": [{"name": "all", "count": 3, )" + body + "}]}";
  pair.single = "{" + head + R"(, "hosts": {"client": )" + inside + R"(, "b": )" + inside +
                R"(, "c": )" + inside + more + R"(}, "connections": [{"name": "one", )" + body +
                R"(}, {"name": "two", "client": "b", )" + body +
                R"(}, {"name": "three", "client": "c", )" + body + "}]}";
  return pair;
}

// When at least one side was forgotten, from and until, in order of time.
inline std::vector<std::pair<TimePoint, TimePoint>> forgotten_spans(
    const ConnectionReport& connection) {
  std::vector<std::pair<TimePoint, TimePoint>> all;
  for (const SideReport& side : connection.sides) {
    for (std::size_t i = 0; i < side.timeline.size(); ++i) {
      if (side.timeline[i].outcome != Outcome::Forgotten) continue;
      const bool last = i + 1 == side.timeline.size();
      all.emplace_back(side.timeline[i].at, last ? kNever : side.timeline[i + 1].at);
    }
  }
  std::sort(all.begin(), all.end());
  std::vector<std::pair<TimePoint, TimePoint>> merged;
  for (const auto& span : all) {
    if (merged.empty() || span.first > merged.back().second) {
      merged.push_back(span);
    } else {
      merged.back().second = std::max(merged.back().second, span.second);
    }
  }
  return merged;
}

// What single connections have come to, added up as a population does.
struct PopulationSum {
  explicit PopulationSum(const RunReport& run) {
    for (const ConnectionReport& connection : run.connections) {
      const SideReport& client = connection.sides[0];
      if (client.outcome) ++outcomes[static_cast<std::size_t>(connection.outcome)];
      for (const auto& [from, until] : forgotten_spans(connection)) {
        ++deaths;
        first = std::min(first.value_or(kNever), from);
      }
      for (const Role role : {Role::Client, Role::Server}) add(connection.sides[index(role)], role);
    }
  }
  void add(const SideReport& side, Role role) {
    SideCounters& sum = counters[index(role)];
    sum.packets_sent += side.counters.packets_sent;
    sum.bytes_sent += side.counters.bytes_sent;
    sum.packets_received += side.counters.packets_received;
    sum.keepalives += side.counters.keepalives;
    sum.keepalive_answers += side.counters.keepalive_answers;
    messages[index(role)].sent += side.messages.sent;
    messages[index(role)].delivered += side.messages.delivered;
    messages[index(role)].unsent += side.messages.unsent;
    PopulationReport::End& end = ends[index(role)];
    if (side.outcome) ++end.outcomes[static_cast<std::size_t>(*side.outcome)];
    if (side.noticed_at && side.outcome != Outcome::Refused) ++end.noticed;
    if (side.error != SocketError::None) ++end.errors[static_cast<std::size_t>(side.error)];
  }

  std::array<std::uint64_t, kOutcomeNames.size()> outcomes{};
  std::uint64_t deaths = 0;
  std::optional<TimePoint> first;
  std::array<SideCounters, 2> counters;
  std::array<MessageCounters, 2> messages;
  std::array<PopulationReport::End, 2> ends;
};

inline void expect_equal(const PopulationPair& pair, const std::string& what) {
  SCOPED_TRACE(what + "\n" + pair.many);
  const ScenarioStory many(pair.many);
  const ScenarioStory single(pair.single);
  const PopulationReport& population = population_of(many, "all");
  const bool tcp = many.connection("all").transport == "tcp";
  const PopulationSum sum(single.report());
  EXPECT_EQ(population.outcomes, sum.outcomes);
  EXPECT_EQ(population.deaths, sum.deaths);
  if (sum.first && population.first_deaths) {
    EXPECT_EQ((*population.first_deaths)[0], *sum.first);
  }
  EXPECT_EQ(population.first_deaths.has_value(), sum.first.has_value());
  for (const Role role : {Role::Client, Role::Server}) {
    SCOPED_TRACE(name(role));
    const SideCounters& found = many.connection("all").sides[index(role)].counters;
    const SideCounters& counters = sum.counters[index(role)];
    EXPECT_EQ(found.packets_sent, counters.packets_sent);
    EXPECT_EQ(found.bytes_sent, counters.bytes_sent);
    EXPECT_EQ(found.packets_received, counters.packets_received);
    EXPECT_EQ(found.keepalives, counters.keepalives);
    EXPECT_EQ(found.keepalive_answers, counters.keepalive_answers);
    EXPECT_EQ(population.messages[index(role)].sent, sum.messages[index(role)].sent);
    EXPECT_EQ(population.messages[index(role)].delivered, sum.messages[index(role)].delivered);
    if (!tcp) continue;
    EXPECT_EQ(population.messages[index(role)].unsent, sum.messages[index(role)].unsent);
    ASSERT_TRUE(population.ends);
    const PopulationReport::End& end = (*population.ends)[index(role)];
    EXPECT_EQ(end.outcomes, sum.ends[index(role)].outcomes);
    EXPECT_EQ(end.noticed, sum.ends[index(role)].noticed);
    for (std::size_t i = 1; i < kSocketErrors; ++i)
      EXPECT_EQ(end.errors[i], sum.ends[index(role)].errors[i])
          << name(static_cast<SocketError>(i));
  }
}

}  // namespace stayalive
