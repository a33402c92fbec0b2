// SPDX-License-Identifier: Apache-2.0
#include "run/verdict.h"

#include <algorithm>
#include <set>
#include <utility>

namespace stayalive {
namespace {

// Judges one side from the history of its connection.
class Judge {
 public:
  Judge(const Scenario& scenario, const ConnectionHistory& history, Role role, SideReport& report)
      : scenario_(scenario), history_(history), role_(role), report_(report) {}
  void judge();

 private:
  bool counts(const Fault& fault) const;
  bool holds(const Fault& fault, TimePoint at) const;
  const Fault* first_fault(TimePoint at, bool forgetting) const;
  bool remapped_at(TimePoint at) const;
  const Standing* standing_at(TimePoint at) const;
  std::optional<Outcome> outcome_of(const Standing& standing, TimePoint at) const;
  void enter(TimePoint at, Outcome outcome);
  void blame(TimePoint at);
  void note_standing(const Standing& standing);

  const Scenario& scenario_;
  const ConnectionHistory& history_;
  Role role_;
  SideReport& report_;
};

// Something that passes while a FIN or a first packet from a new port is on its way is not a fault.
bool Judge::counts(const Fault& fault) const {
  if (!fault.concerns[index(role_)]) return false;
  if (!fault.transient) return true;
  TimePoint end = std::min(fault.until, later(kStart, scenario_.duration));
  for (const Standing& standing : history_.standing[index(role_)]) {
    if (standing.at >= fault.from && standing.kind != Standing::Kind::Open)
      end = std::min(end, standing.at);
  }
  return end - fault.from >= scenario_.late_after;
}

bool Judge::holds(const Fault& fault, TimePoint at) const {
  return fault.from <= at && at < fault.until && counts(fault);
}

const Fault* Judge::first_fault(TimePoint at, bool forgetting) const {
  for (const Fault& fault : history_.faults) {
    if (holds(fault, at) && (fault.forgets || !forgetting)) return &fault;
  }
  return nullptr;
}

bool Judge::remapped_at(TimePoint at) const {
  const auto after = std::upper_bound(history_.remapped.begin(), history_.remapped.end(), at);
  return (after - history_.remapped.begin()) % 2 == 1;
}

const Standing* Judge::standing_at(TimePoint at) const {
  const Standing* found = nullptr;
  for (const Standing& standing : history_.standing[index(role_)]) {
    if (standing.at > at) break;
    found = &standing;
  }
  return found;
}

std::optional<Outcome> Judge::outcome_of(const Standing& standing, TimePoint at) const {
  switch (standing.kind) {
    case Standing::Kind::Absent:
      return std::nullopt;
    case Standing::Kind::Opening:
      // Before the first success nothing can be said; afterwards it is still looking for its peer.
      return report_.opened_at ? std::optional(Outcome::Detected) : std::nullopt;
    case Standing::Kind::Pausing:
      return Outcome::Detected;
    case Standing::Kind::Ended:
      return standing.event->outcome;
    case Standing::Kind::Open:
      break;
  }
  if (first_fault(at, true) != nullptr) return Outcome::Forgotten;
  return remapped_at(at) ? Outcome::Remapped : Outcome::Alive;
}

void Judge::enter(TimePoint at, Outcome outcome) {
  if (!report_.timeline.empty() && report_.timeline.back().outcome == outcome) return;
  report_.timeline.push_back({at, outcome});
  report_.outcome = outcome;
  if (outcome == Outcome::Forgotten) {
    ++report_.times_forgotten;
    if (!report_.forgotten_at) report_.forgotten_at = at;
  }
  const bool learned =
      outcome == Outcome::Detected || outcome == Outcome::Reset || outcome == Outcome::Refused;
  if (learned && !report_.noticed_at) report_.noticed_at = at;
  if (outcome != Outcome::Alive && outcome != Outcome::Remapped) blame(at);
}

void Judge::blame(TimePoint at) {
  if (report_.blame.kind != FaultKind::None) return;
  // What broke first and has not healed since is the cause of all that followed, the other end's
  // death included.  A closed way is to blame only where nobody lost any state.
  const Fault* fault = first_fault(at, true);
  if (fault == nullptr) fault = first_fault(at, false);
  if (fault != nullptr) report_.blame = fault->blame;
}

void Judge::note_standing(const Standing& standing) {
  if (standing.kind == Standing::Kind::Open && !report_.opened_at) report_.opened_at = standing.at;
  if (standing.kind == Standing::Kind::Pausing) ++report_.reconnects;
  const bool over =
      standing.kind == Standing::Kind::Pausing || standing.kind == Standing::Kind::Ended;
  if (!over) return;
  report_.message = standing.event->ending.message;
  report_.exit_code = standing.event->ending.exit_code;
  report_.error = standing.event->error;
}

void Judge::judge() {
  const TimePoint end = later(kStart, scenario_.duration);
  std::set<TimePoint> instants(history_.remapped.begin(), history_.remapped.end());
  for (const Standing& standing : history_.standing[index(role_)]) instants.insert(standing.at);
  for (const Fault& fault : history_.faults) {
    instants.insert(fault.from);
    if (fault.until != kNever) instants.insert(fault.until);
  }
  instants.insert(end);
  std::size_t noted = 0;
  const std::vector<Standing>& standings = history_.standing[index(role_)];
  for (auto at = instants.begin(); at != instants.end() && *at <= end; ++at) {
    while (noted < standings.size() && standings[noted].at <= *at)
      note_standing(standings[noted++]);
    const Standing* standing = standing_at(*at);
    if (standing == nullptr) continue;
    if (const std::optional<Outcome> outcome = outcome_of(*standing, *at)) enter(*at, *outcome);
    const auto next = std::next(at);
    if (standing->kind == Standing::Kind::Open && next != instants.end() &&
        first_fault(*at, false) != nullptr) {
      report_.blackhole += std::min(*next, end) - *at;
    }
  }
}

MessageCounters count_messages(const Scenario& scenario, const ConnectionRecord& record,
                               Role role) {
  MessageCounters counters;
  const TimePoint end = later(kStart, scenario.duration);
  for (const MessageRecord& message : record.messages) {
    if (message.from != role) continue;
    if (!message.written) {
      ++counters.unsent;
      continue;
    }
    ++counters.sent;
    if (message.delivered_at == kNever) {
      if (later(message.sent_at, scenario.late_after) <= end) ++counters.lost;
      continue;
    }
    ++counters.delivered;
    if (message.delivered_at - message.sent_at > scenario.late_after) ++counters.late;
  }
  return counters;
}

}  // namespace

ConnectionReport judge(const Scenario& scenario, const World& world, std::size_t connection) {
  const ConnectionSpec& spec = scenario.connections[connection];
  const ConnectionRecord& record =
      world.ledger().record(ConnectionId{static_cast<std::uint32_t>(connection)});
  const ConnectionHistory history = trace_history(scenario, world, connection);
  ConnectionReport report;
  report.name = spec.name;
  report.strategy = spec.strategy;
  report.transport = name(spec.transport);
  for (const Role role : {Role::Client, Role::Server}) {
    SideReport& side = report.sides[index(role)];
    side.host = scenario.hosts[role == Role::Client ? spec.client : spec.server].name;
    side.counters = record.counters[index(role)];
    side.messages = count_messages(scenario, record, role);
    Judge(scenario, history, role, side).judge();
  }
  // When one side's only fault is that the other had left, the other's own reason is the reason.
  for (const Role role : {Role::Client, Role::Server}) {
    Blame& mine = report.sides[index(role)].blame;
    const Blame& theirs = report.sides[index(opposite(role))].blame;
    const bool second_hand = mine.kind == FaultKind::Peer || mine.kind == FaultKind::None;
    const SideReport& side = report.sides[index(role)];
    const bool died =
        side.outcome && *side.outcome != Outcome::Alive && *side.outcome != Outcome::Remapped;
    if (second_hand && died && theirs.kind != FaultKind::None && theirs.kind != FaultKind::Peer)
      mine = theirs;
  }
  report.outcome = together(report.sides);
  for (const SideReport& side : report.sides) {
    if (side.blame.kind == FaultKind::None) continue;
    if (report.blame.kind == FaultKind::None || side.blame.at < report.blame.at)
      report.blame = side.blame;
  }
  return report;
}

}  // namespace stayalive
