// SPDX-License-Identifier: Apache-2.0
#include "run/verdict.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace stayalive {
namespace {

// Judges one side from the history of its connection, going through its instants once.
class Judge {
 public:
  // end: of the run, or when the client left it.
  Judge(const Scenario& scenario, const ConnectionHistory& history, Role role, TimePoint end,
        SideReport& report)
      : scenario_(scenario), history_(history), role_(role), end_(end), report_(report) {}
  void judge();
  // What closed the way first, even where this side survived it.
  const Fault* first_gap() const { return first_gap_; }
  std::vector<Lapse> lapses() const;

 private:
  bool counts(const Fault& fault) const;
  std::set<TimePoint> instants() const;
  void advance(TimePoint at);
  const Fault* first_fault(bool forgetting) const;
  bool remapped_at(TimePoint at) const;
  std::optional<Outcome> outcome_of(const Standing& standing, TimePoint at) const;
  void enter(TimePoint at, Outcome outcome);
  void blame(TimePoint at, Outcome outcome);
  void blame_lapse(TimePoint at);
  const Fault* cause_in_the_past(TimePoint at) const;
  void note_standing(const Standing& standing);

  const Scenario& scenario_;
  const ConnectionHistory& history_;
  Role role_;
  TimePoint end_;
  SideReport& report_;
  std::size_t next_fault_ = 0;
  std::vector<const Fault*> active_;  // in order of their beginning
  std::size_t next_standing_ = 0;
  const Standing* standing_ = nullptr;  // at the present instant
  const Fault* first_gap_ = nullptr;
  std::vector<const Fault*> forgotten_by_;  // each time
};

// Something that passes while a FIN or a first packet from a new port is on its way is not a fault.
bool Judge::counts(const Fault& fault) const {
  if (!fault.concerns[index(role_)]) return false;
  if (!fault.transient) return true;
  TimePoint end = std::min(fault.until, end_);
  for (const Standing& standing : history_.standing[index(role_)]) {
    if (standing.at >= fault.from && standing.kind != Standing::Kind::Open)
      end = std::min(end, standing.at);
  }
  return end - fault.from >= scenario_.late_after;
}

// Moves on to an instant: what begins, what has healed, where this side stands.
void Judge::advance(TimePoint at) {
  const std::vector<Fault>& faults = history_.faults;
  for (; next_fault_ < faults.size() && faults[next_fault_].from <= at; ++next_fault_) {
    if (counts(faults[next_fault_])) active_.push_back(&faults[next_fault_]);
  }
  std::erase_if(active_, [at](const Fault* fault) { return fault->until <= at; });
  const std::vector<Standing>& standings = history_.standing[index(role_)];
  while (next_standing_ < standings.size() && standings[next_standing_].at <= at) {
    standing_ = &standings[next_standing_++];
    note_standing(*standing_);
  }
}

const Fault* Judge::first_fault(bool forgetting) const {
  for (const Fault* fault : active_) {
    if (fault->forgets || !forgetting) return fault;
  }
  return nullptr;
}

bool Judge::remapped_at(TimePoint at) const {
  const auto after = std::upper_bound(history_.remapped.begin(), history_.remapped.end(), at);
  return (after - history_.remapped.begin()) % 2 == 1;
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
  if (first_fault(true) != nullptr) return Outcome::Forgotten;
  return remapped_at(at) ? Outcome::Remapped : Outcome::Alive;
}

bool works(Outcome outcome) { return outcome == Outcome::Alive || outcome == Outcome::Remapped; }

void Judge::enter(TimePoint at, Outcome outcome) {
  if (!report_.timeline.empty() && report_.timeline.back().outcome == outcome) return;
  // What it dies of is known when it stops to work; being noticed later adds nothing.
  const bool dies = report_.timeline.empty() || works(report_.timeline.back().outcome);
  if (dies && !works(outcome)) blame(at, outcome);
  if (outcome == Outcome::Remapped) blame_lapse(at);
  const bool now = standing_ != nullptr && standing_->at == at && standing_->event != nullptr;
  report_.timeline.push_back({at, outcome, now ? standing_->event->ending.message : ""});
  report_.outcome = outcome;
  if (outcome == Outcome::Forgotten) {
    ++report_.times_forgotten;
    forgotten_by_.push_back(first_fault(true));
    if (!report_.forgotten_at) report_.forgotten_at = at;
  }
  const bool learned =
      outcome == Outcome::Detected || outcome == Outcome::Reset || outcome == Outcome::Refused;
  if (learned && !report_.noticed_at) report_.noticed_at = at;
}

// Where nothing is wrong any more: whoever ended it on purpose, or what had kept this side from
// hearing anything in the time of which it grew tired.
const Fault* Judge::cause_in_the_past(TimePoint at) const {
  const SideEvent* event = standing_ == nullptr ? nullptr : standing_->event;
  if (event == nullptr || standing_->at != at) return nullptr;
  for (const Fault& fault : history_.faults) {
    if (fault.from > at || !fault.concerns[index(role_)]) continue;
    if (fault.decided && at < fault.until && event->outcome == Outcome::Closed) return &fault;
    if (event->outcome == Outcome::Detected && event->heard_at < fault.until && counts(fault))
      return &fault;
  }
  return nullptr;
}

void Judge::blame(TimePoint at, Outcome outcome) {
  // What broke first and has not healed since is the cause of all that followed, the other end's
  // death included.  A closed way is to blame only where nobody lost any state.
  const Fault* fault = first_fault(true);
  if (fault == nullptr) fault = first_fault(false);
  if (fault == nullptr) fault = cause_in_the_past(at);
  if (fault == nullptr) return;
  // Of several deaths the first tells most, and of those it did not notice at once the first is the
  // one that is reported with its time.
  const bool first_forgotten = outcome == Outcome::Forgotten && !report_.forgotten_at;
  if (report_.blame.kind == FaultKind::None || first_forgotten) report_.blame = fault->blame;
}

// Another endpoint at the very instant at which a flow ran out: nothing was missing, and yet the
// box had forgotten.
void Judge::blame_lapse(TimePoint at) {
  if (report_.blame.kind != FaultKind::None) return;
  for (const Fault& lapse : history_.lapses) {
    if (lapse.from == at) report_.blame = lapse.blame;
  }
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

std::set<TimePoint> Judge::instants() const {
  std::set<TimePoint> all(history_.remapped.begin(), history_.remapped.end());
  for (const Standing& standing : history_.standing[index(role_)]) all.insert(standing.at);
  for (const Fault& fault : history_.faults) {
    all.insert(fault.from);
    if (fault.until != kNever) all.insert(fault.until);
  }
  all.insert(end_);
  return all;
}

void Judge::judge() {
  const std::set<TimePoint> all = instants();
  for (auto at = all.begin(); at != all.end() && *at <= end_; ++at) {
    advance(*at);
    if (standing_ == nullptr) continue;
    if (const std::optional<Outcome> outcome = outcome_of(*standing_, *at)) enter(*at, *outcome);
    const auto next = std::next(at);
    const bool open = standing_->kind == Standing::Kind::Open;
    const Fault* fault = first_fault(false);
    if (open && next != all.end() && fault != nullptr) {
      if (first_gap_ == nullptr) first_gap_ = fault;
      report_.blackhole += std::min(*next, end_) - *at;
    }
  }
}

std::vector<Lapse> Judge::lapses() const {
  std::vector<Lapse> lapses;
  const std::vector<Transition>& timeline = report_.timeline;
  for (std::size_t i = 0; i < timeline.size(); ++i) {
    if (timeline[i].outcome != Outcome::Forgotten) continue;
    const TimePoint until = i + 1 < timeline.size() ? timeline[i + 1].at : end_;
    lapses.push_back({timeline[i].at, until, forgotten_by_[lapses.size()]->blame});
  }
  return lapses;
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

// When one side's only fault is that the other had left, the other's own reason is the reason.
void share_reasons(ConnectionReport& report) {
  for (const Role role : {Role::Client, Role::Server}) {
    SideReport& side = report.sides[index(role)];
    const Blame& theirs = report.sides[index(opposite(role))].blame;
    const bool second_hand =
        side.blame.kind == FaultKind::Peer || side.blame.kind == FaultKind::None;
    const bool died = side.outcome && !works(*side.outcome);
    if (second_hand && died && theirs.kind != FaultKind::None && theirs.kind != FaultKind::Peer)
      side.blame = theirs;
  }
}

}  // namespace

ConnectionReport judge(const Scenario& scenario, const World& world, std::size_t connection,
                       std::array<std::vector<Lapse>, 2>* lapses) {
  const ConnectionSpec& spec = scenario.connections[connection];
  const ConnectionRecord& record =
      world.ledger().record(ConnectionId{static_cast<std::uint32_t>(connection)});
  const TimePoint run_end = later(kStart, scenario.duration);
  const TimePoint end = record.left ? spec.leaves : run_end;
  const ConnectionHistory history = trace_history(scenario, world, connection);
  ConnectionReport report;
  report.name = spec.name;
  report.strategy = spec.strategy;
  report.transport = name(spec.transport);
  std::array<const Fault*, 2> gaps{};
  for (const Role role : {Role::Client, Role::Server}) {
    SideReport& side = report.sides[index(role)];
    side.host = scenario.hosts[role == Role::Client ? spec.client : spec.server].name;
    side.counters = record.counters[index(role)];
    side.messages = count_messages(scenario, record, role);
    Judge judge(scenario, history, role, end, side);
    judge.judge();
    if (lapses != nullptr) (*lapses)[index(role)] = judge.lapses();
    gaps[index(role)] = judge.first_gap();
  }
  // A connection that lived through everything still has a story when the way was closed.
  const bool unscathed =
      std::all_of(report.sides.begin(), report.sides.end(), [](const SideReport& side) {
        return side.blame.kind == FaultKind::None && (!side.outcome || works(*side.outcome));
      });
  for (const Role role : {Role::Client, Role::Server}) {
    const Fault* gap = gaps[index(role)];
    if (unscathed && gap != nullptr) report.sides[index(role)].blame = gap->blame;
  }
  share_reasons(report);
  report.outcome = together(report.sides);
  for (const SideReport& side : report.sides) {
    if (side.blame.kind == FaultKind::None) continue;
    if (report.blame.kind == FaultKind::None || side.blame.at < report.blame.at)
      report.blame = side.blame;
  }
  return report;
}

}  // namespace stayalive
