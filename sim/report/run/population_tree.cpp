// SPDX-License-Identifier: Apache-2.0
#include "report/run/population_tree.h"

#include <array>

#include "report/run/blame_tree.h"

namespace stayalive {
namespace {

Tree members_messages_tree(const MessageCounters& messages) {
  return Tree::record({{"sent", messages.sent},
                       {"delivered", messages.delivered},
                       {"late", messages.late},
                       {"lost", messages.lost},
                       {"unsent", messages.unsent},
                       {"asked", messages.asked},
                       {"answered", messages.answered},
                       {"errors", messages.refused()}});
}

Tree outcomes_tree(const PopulationReport::Outcomes& counts) {
  Tree outcomes = Tree::record();
  for (std::size_t i = 0; i < kOutcomeNames.size(); ++i) {
    if (counts[i] > 0) outcomes.set(std::string(kOutcomeNames[i]), counts[i]);
  }
  return outcomes;
}

// Of spans or instants.
template <class When>
Tree spread_tree(const std::optional<std::array<When, 5>>& times) {
  if (!times) return nullptr;
  constexpr std::array<const char*, 5> kNames{"first", "p10", "median", "p90", "last"};
  Tree spread = Tree::record();
  for (std::size_t i = 0; i < kNames.size(); ++i) spread.set(kNames[i], (*times)[i]);
  return spread;
}

Tree members_end_tree(const PopulationReport::End& end) {
  Tree errors = Tree::record();
  for (std::size_t i = 1; i < kSocketErrors; ++i) {
    if (end.errors[i] > 0) errors.set(name(static_cast<SocketError>(i)), end.errors[i]);
  }
  return Tree::record({{"outcomes", outcomes_tree(end.outcomes)},
                       {"noticed", end.noticed},
                       {"noticed_after", spread_tree(end.delays)},
                       {"errors", errors}});
}

Tree cause_tree(const PopulationReport::Cause& cause) {
  const bool barred = cause.blame.kind == FaultKind::Drop || cause.blame.kind == FaultKind::Server;
  const bool flow = cause.blame.kind == FaultKind::Flow;
  return Tree::record({{"who", cause.blame.who},
                       {"reason", barred ? Value(cause.blame.reason) : Value()},
                       {"event", flow ? Value(flow_event_name(cause.blame.event)) : Value()},
                       {"timer", flow ? Value(cause.blame.timer) : Value()},
                       {"timeout", flow ? Value(cause.blame.timeout) : Value()},
                       {"members", cause.members},
                       {"deaths", cause.deaths}});
}

}  // namespace

Tree population_tree(const PopulationReport& population) {
  Tree causes = Tree::list();
  for (const PopulationReport::Cause& cause : population.causes) causes.add(cause_tree(cause));
  const auto& [client, server] = population.messages;
  Tree tree =
      Tree::record({{"count", population.count},
                    {"began", population.started},
                    {"left", population.left},
                    {"outcomes", outcomes_tree(population.outcomes)},
                    {"fell", population.fell},
                    {"ever_forgotten", population.ever_forgotten},
                    {"deaths", population.deaths},
                    {"first_forgotten", spread_tree(population.first_deaths)},
                    {"blackhole_mean", population.blackhole_mean},
                    {"blackhole_most", population.blackhole_most},
                    {"causes", causes},
                    {"messages", Tree::record({{"client", members_messages_tree(client)},
                                               {"server", members_messages_tree(server)}})}});
  if (population.ends) {
    tree.set("ends", Tree::record({{"client", members_end_tree((*population.ends)[0])},
                                   {"server", members_end_tree((*population.ends)[1])}}));
  }
  return tree;
}

}  // namespace stayalive
