// SPDX-License-Identifier: Apache-2.0
#include "study/advise/today.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "engine/trace.h"
#include "run/rehearsal/experiment.h"
#include "run/rehearsal/rhythm.h"
#include "run/run.h"
#include "scenario/products/products.h"
#include "study/advise/what_if.h"
#include "study/trials/chance.h"
#include "study/trials/trials.h"

namespace stayalive {
namespace {

// After the death the message is written; nobody has noticed it by then unless it was told.
constexpr Duration kMoment = 1s;

// Sees when the answer to a question arrives at the host that wrote it.
class AnswerWatch final : public TraceSink {
 public:
  AnswerWatch(std::string answerer, TimePoint asked_at)
      : answerer_(std::move(answerer)), asked_at_(asked_at) {}

  void record(const TraceRecord& record, const std::string& where) override {
    const Content& content = record.packet.content;
    if (record.kind == TraceKind::Written && record.at >= asked_at_ && where == answerer_) {
      if (!answer_) answer_ = content;
    } else if (record.kind == TraceKind::Arrived && answer_ && !arrived_at &&
               content.stream == answer_->stream && content.message >= answer_->message) {
      arrived_at = record.at;
    }
  }
  std::optional<TimePoint> arrived_at;

 private:
  const std::string answerer_;
  const TimePoint asked_at_;
  std::optional<Content> answer_;
};

// The connection writes nothing any more from this instant on.
void silence(ConnectionSpec& connection, TimePoint from) {
  std::erase_if(connection.traffic, [from](const TrafficSpec& item) { return item.at >= from; });
  for (TrafficSpec& item : connection.traffic) item.until = std::min(item.until, from);
}

NextMessage ask(const Scenario& quiet, std::size_t connection, Role role, TimePoint at,
                const std::stop_token& stop) {
  Scenario scenario = quiet;
  ConnectionSpec& spec = scenario.connections[connection];
  silence(spec, at);
  TrafficSpec question;
  question.from = role;
  question.at = at;
  question.answer = TrafficSpec::Answer{};
  spec.traffic.push_back(question);
  scenario.duration = later(at, kLongestHang) - kStart;
  const std::size_t answerer = role == Role::Client ? spec.server : spec.client;
  AnswerWatch watch(scenario.hosts[answerer].name, at);
  const ConnectionReport report =
      run(scenario, {.trace = &watch, .stop = stop}).connections[connection];
  const SideReport& side = report.sides[index(role)];
  const bool ended = side.noticed_at || side.outcome == Outcome::Closed;
  NextMessage next;
  if (watch.arrived_at) {
    next.fate = NextMessage::Fate::Answered;
    next.after = *watch.arrived_at - at;
  } else if (side.noticed_at && *side.noticed_at >= at) {
    next.fate = NextMessage::Fate::Fails;
    next.after = *side.noticed_at - at;
    next.said = side.message;
  } else if (ended) {
    next.fate = NextMessage::Fate::Unsent;
    next.said = side.message;
  }
  return next;
}

// The choice that plays the product as it is: what the user has named, else its default.
StrategyChoice choice_of_today(const StrategyChoice& strategy) {
  const Product::Option* interval = strategy.product->interval();
  const bool off = interval != nullptr && (interval->off_by_default || !interval->usual);
  if (strategy.chosen_interval || !off) return strategy;
  // Its strategy cannot be without an interval, so that another one plays the idle product.
  Result<StrategyChoice> silent = parse_strategy("silent");
  CHECK(silent.ok(), "there is a product that sends nothing");
  StrategyChoice none = std::move(silent).value();
  none.transport = strategy.transport;
  return none;
}

// An idle connection has been used once.  Where the strategy of the product would have begun by
// itself, what plays it without keepalives has to.
void begin_idle(const Product& product, Duration interval, ConnectionSpec& connection) {
  const bool begins = product.hello_only_when_off && interval == Duration::zero();
  if (!begins || !connection.traffic.empty()) return;
  TrafficSpec question;
  question.from = Role::Client;
  question.bytes = product.hello_bytes;
  question.answer = TrafficSpec::Answer{.after = {}, .bytes = product.welcome_bytes};
  connection.traffic.push_back(question);
}

std::string words_for(const StrategyChoice& asked, const StrategyChoice& played) {
  const Duration interval = played.usual();
  const std::string text =
      interval == Duration::zero() ? "no keepalives" : print_duration(interval);
  return text + (asked.chosen_interval ? ", as given" : ", the default");
}

// Runs what holds without chance with it.
void try_chance(const Scenario& scenario, std::size_t connection, const JobOptions& jobs,
                Today& today) {
  const std::uint64_t runs = has_chance_on_lines(scenario) ? kRunsOfToday : kProgramRunsOfToday;
  const Tally tally = run_trials(scenario, runs, jobs)[connection];
  today.runs = tally.runs;
  today.held = tally.held;
  if (today.holds()) return;
  today.died_after = kStart + tally.died.least - scenario.connections[connection].start;
  Scenario failed = scenario;
  failed.seed = tally.failed_seed.value_or(scenario.seed);
  today.constraint =
      find_constraint(failed, run(failed, {.stop = jobs.leave}).connections[connection]);
}

Diagnostic stopped() {
  Diagnostic diagnostic;
  diagnostic.message = "stopped before it was over";
  return diagnostic;
}

}  // namespace

std::array<NextMessage, 2> next_messages(const Scenario& quiet, std::size_t connection,
                                         TimePoint asked_at, const std::stop_token& stop) {
  return {ask(quiet, connection, Role::Client, asked_at, stop),
          ask(quiet, connection, Role::Server, asked_at, stop)};
}

std::optional<Death> find_death(const Scenario& quiet, std::size_t connection,
                                const std::stop_token& stop) {
  const ConnectionReport report = run(quiet, {.stop = stop}).connections[connection];
  Tally tally;
  tally.add(report, quiet.duration, quiet.seed);
  if (tally.held == tally.runs) return std::nullopt;
  const TimePoint died = kStart + tally.died.least;
  Death death;
  death.after = died - quiet.connections[connection].start;
  death.constraint = find_constraint(quiet, report);
  death.asked_at = later(died, kMoment);
  death.next = next_messages(quiet, connection, death.asked_at, stop);
  death.rests_on = after_expiry_of(quiet, connection, report);
  return death;
}

Result<Today> find_today(const Subject& subject, Duration span, const JobOptions& jobs) {
  const StrategyChoice played = choice_of_today(subject.strategy);
  Today today;
  today.keepalive = words_for(subject.strategy, played);
  today.interval = played.usual();
  today.span = span;
  Result<Scenario> parsed = subject.at(today.interval, played);
  if (!parsed.ok()) return parsed.errors();
  Scenario made = std::move(parsed).value();
  begin_idle(*subject.strategy.product, today.interval, made.connections[subject.connection]);
  Scenario quiet = without_chance(made);
  quiet.duration = span;
  const std::optional<Death> death = find_death(quiet, subject.connection, jobs.leave);
  if (jobs.limited.stop_requested()) return std::vector<Diagnostic>{stopped()};
  if (!death) {
    today.held = 1;
    Scenario eventless = without_events(made);
    eventless.duration = span;
    if (depends_on_chance(eventless)) try_chance(eventless, subject.connection, jobs, today);
    if (today.runs == 0 || jobs.leave.stop_requested()) return std::vector<Diagnostic>{stopped()};
    return today;
  }
  today.died_after = death->after;
  today.constraint = death->constraint;
  today.asked_at = death->asked_at;
  today.next = death->next;
  today.rests_on = death->rests_on;
  today.turned = turn_round(quiet, subject.connection, *death, jobs.leave);
  if (jobs.leave.stop_requested() || jobs.limited.stop_requested())
    return std::vector<Diagnostic>{stopped()};
  return today;
}

}  // namespace stayalive
