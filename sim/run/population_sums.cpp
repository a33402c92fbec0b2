// SPDX-License-Identifier: Apache-2.0
#include "run/population_sums.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "run/blame.h"
#include "run/population_figures.h"

namespace stayalive {

PopulationSums::PopulationSums(const Scenario& scenario, std::size_t connection)
    : scenario_(scenario),
      connection_(connection),
      forgotten_(scenario.connections[connection].population.count),
      fell_(forgotten_.size()) {
  all_.count = forgotten_.size();
}

PopulationSums::Cause& PopulationSums::cause(const FaultCause& cause) {
  const auto known = std::ranges::find(causes_, cause, &Cause::cause);
  if (known != causes_.end()) return *known;
  return causes_.emplace_back(Cause{cause});
}

void PopulationSums::was_forgotten(std::uint32_t member, const ForgottenSpan& span) {
  // Whom a box has not let begin yet was never known to anybody who could forget it.
  if (span.cause->kind == FaultKind::Drop) return;
  const bool first = !forgotten_[member];
  forgotten_[member] = true;
  if (first) {
    ++all_.ever_forgotten;
    first_deaths_.push_back(span.from);
  }
  ++all_.deaths;
  const Duration length = span.until - span.from;
  all_.blackhole_most = std::max(all_.blackhole_most, length);
  blackhole_ms_ += length / 1ms;
  if (span.cause->kind == FaultKind::Peer) {
    SecondHand& second_hand = second_hand_[member];
    ++second_hand.deaths;
    second_hand.first = second_hand.first || first;
    return;
  }
  Cause& its = cause(*span.cause);
  ++its.deaths;
  if (first) ++its.members;
}

void PopulationSums::concluded(std::uint32_t member, const ConnectionResult& result) {
  if (!result.started) return;  // its time had not come
  ++all_.started;
  const bool barred = result.forgotten_by.kind() == FaultKind::Drop;
  // Whoever is left behind by the other end has been brought down by what made that give up.
  if (const auto found = second_hand_.find(member); found != second_hand_.end()) {
    FaultCause left_behind;
    left_behind.kind = FaultKind::Peer;
    left_behind.where = static_cast<std::uint32_t>(index(Role::Server));
    Cause& its = cause(result.blame.cause != nullptr ? *result.blame.cause : left_behind);
    its.deaths += found->second.deaths;
    if (found->second.first) ++its.members;
    second_hand_.erase(found);
  }
  for (const Role role : {Role::Client, Role::Server})
    add_end(role, result.sides[index(role)], result.left, barred);
  Outcome outcome = result.outcome;
  if (barred && outcome == Outcome::Forgotten) outcome = Outcome::Refused;
  if (result.left) {
    ++all_.left;
  } else {
    ++all_.outcomes[static_cast<std::size_t>(outcome)];
  }
  const bool refused = outcome == Outcome::Refused;
  const bool fell = result.sides[0].fell || result.sides[1].fell;
  if (!forgotten_[member] && !refused && !fell) return;
  did_not_hold(member);
  if (forgotten_[member]) return;
  if (refused && barred) {
    ++cause(*result.forgotten_by.cause).members;
  } else if (result.blame.cause != nullptr) {
    ++cause(*result.blame.cause).members;
  }
}

void PopulationSums::did_not_hold(std::uint32_t member) {
  if (fell_[member]) return;
  fell_[member] = true;
  ++all_.fell;
}

void PopulationSums::add_end(Role role, const SideResult& side, bool left, bool barred) {
  PopulationReport::End& end = ends_[index(role)];
  if (side.noticed_at && side.opened) {
    ++end.noticed;
    if (side.forgotten_at && *side.forgotten_at <= *side.noticed_at)
      delays_[index(role)].push_back(*side.noticed_at - *side.forgotten_at);
  }
  if (left || !side.outcome) return;
  const bool refused = barred && *side.outcome == Outcome::Forgotten;
  ++end.outcomes[static_cast<std::size_t>(refused ? Outcome::Refused : *side.outcome)];
  if (is_through(*side.outcome)) ++end.errors[static_cast<std::size_t>(side.error)];
}

ConnectionReport PopulationSums::report(const std::array<SideCounters, 2>& counters,
                                        const std::array<MessageCounters, 2>& messages) const {
  const ConnectionSpec& spec = scenario_.connections[connection_];
  ConnectionReport report;
  report.name = spec.name;
  report.strategy = spec.played_as();
  report.transport = name(spec.transport);
  PopulationReport& all = report.population.emplace(all_);
  all.messages = messages;
  all.first_deaths = spread_of(first_deaths_);
  all.ends = ends_;
  for (std::size_t role = 0; role < delays_.size(); ++role)
    (*all.ends)[role].delays = spread_of(delays_[role]);
  if (all.started > 0) {
    all.blackhole_mean =
        std::chrono::milliseconds(blackhole_ms_ / static_cast<std::int64_t>(all.started));
  }
  // When it happened belongs to one member alone.
  for (const Cause& its : causes_)
    all.causes.push_back({blame_of({&its.cause, {}}, scenario_), its.members, its.deaths});
  sort_causes(all.causes);
  report.outcome = worst_outcome(all.outcomes).value_or(Outcome::Closed);
  if (!all.causes.empty()) report.blame = all.causes.front().blame;
  for (const Role role : {Role::Client, Role::Server}) {
    SideReport& side = report.sides[index(role)];
    side.host = scenario_.hosts[role == Role::Client ? spec.client : spec.server].name;
    side.outcome = worst_outcome((*all.ends)[index(role)].outcomes);
    if (all.first_deaths) side.forgotten_at = all.first_deaths->front();
    side.blackhole = all.blackhole_most;
    side.counters = counters[index(role)];
    side.messages = messages[index(role)];
    side.blame = report.blame;
  }
  return report;
}

}  // namespace stayalive
