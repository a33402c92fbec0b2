// SPDX-License-Identifier: Apache-2.0
#include "probe/trial/trial.h"

#include <algorithm>

namespace stayalive {
namespace {

// How long a step waits for what should come: a round trip and this.  TCP repeats what was lost.
constexpr Duration kUdpPatience = 1200ms;
constexpr Duration kTcpPatience = 4s;
constexpr Duration kConnectPatience = 10s;
// A late segment may be repeated a few times before somebody answers.
constexpr Duration kSpeakPatience = 12s;
constexpr Duration kOrderPatience = 30s;
constexpr Duration kAskAgain = 500ms;
// An end may take so long to acknowledge what it has got.
constexpr Duration kDelayedAck = 250ms;
constexpr std::uint32_t kUdpChecks = 3;
constexpr std::uint32_t kConfirmations = 6;
constexpr std::uint32_t kMeetings = 3;

}  // namespace

Trial::Trial(Measure measure, Duration silence, std::uint32_t flow, const TrialSetting& setting)
    : measure_(measure),
      silence_(silence),
      flow_(flow),
      setting_(setting),
      script_(script_of(measure, silence)) {}

std::optional<TimePoint> Trial::silent_until() const {
  const bool silent =
      !result_ && script_[step_].kind == Kind::Silence && script_[step_].span >= silence_ / 2;
  return silent ? std::optional(until_) : std::nullopt;
}

ProbeBytes Trial::mark(std::uint32_t flow, bool answered) const {
  ProbeMessage message;
  message.kind = ProbeKind::Mark;
  message.answer = answered;
  message.session = setting_.session;
  message.cookie = setting_.cookie;
  message.flow = flow;
  message.number = marks_;
  return encode_probe(message);
}

void Trial::send(std::uint32_t flow, Endpoint to, bool answered, TrialOutbox& out) {
  out.acts.push_back({ProbeAct::Kind::Send, flow, to, mark(flow, answered)});
}

// Whatever has just come in is the flow's last packet, but for an acknowledgment of it.
void Trial::heard(TimePoint now) { spoken_to_ = tcp() ? now + kDelayedAck : now; }

void Trial::begin(TimePoint now, TrialOutbox& out) {
  step_ = 0;
  begin_step(now, out);
}

void Trial::advance(TimePoint now, TrialOutbox& out) {
  ++step_;
  begin_step(now, out);
}

void Trial::begin_step(TimePoint now, TrialOutbox& out) {
  const TrialStep& step = script_[step_];
  attempts_ = 0;
  waits_for_done_ = false;
  until_ = kNever;
  switch (step.kind) {
    case Kind::Open:
      until_ = now + kConnectPatience;
      out.acts.push_back({tcp() ? ProbeAct::Kind::Connect : ProbeAct::Kind::Open,
                          flow_,
                          setting_.reflector[0],
                          {}});
      if (twin()) out.acts.push_back({ProbeAct::Kind::Open, flow_ + 1, setting_.reflector[0], {}});
      break;
    case Kind::Mark:
      begin_mark(step, now, out);
      break;
    case Kind::Finish:
      out.acts.push_back({ProbeAct::Kind::Finish, flow_, {}, {}});
      spoken_from_ = now;
      spoken_to_ = now + setting_.round_trip + kDelayedAck;
      advance(now, out);
      break;
    case Kind::Confirm:
      ask(ProbeAction::Query, 0, now, out);
      break;
    case Kind::Silence:
      until_ = spoken_to_ + step.span;
      break;
    case Kind::Push:
    case Kind::Check:
      ask(ProbeAction::Send, step.socket, now, out);
      break;
    case Kind::Speak:
      until_ = now + kSpeakPatience;
      send(flow_, setting_.reflector[0], true, out);
      break;
    case Kind::Compare:
      until_ = now + setting_.round_trip + kUdpPatience;
      send(flow_, setting_.reflector[step.socket], true, out);
      break;
    case Kind::Meet:
      until_ = now + kAskAgain;
      meet(out);
      break;
  }
}

void Trial::begin_mark(const TrialStep& step, TimePoint now, TrialOutbox& out) {
  ++marks_;
  spoken_from_ = now;
  spoken_to_ = now + setting_.round_trip;
  send(flow_, setting_.reflector[0], step.answered, out);
  if (twin()) send(flow_ + 1, setting_.reflector[0], step.answered, out);
  if (!step.answered) {
    advance(now, out);
    return;
  }
  until_ = now + setting_.round_trip + (tcp() ? kTcpPatience : kUdpPatience);
}

void Trial::ask(ProbeAction action, std::uint8_t socket, TimePoint now, TrialOutbox& out) {
  // What comes in proves life since the first time it was asked for.
  if (++attempts_ == 1) asked_at_ = now;
  waits_for_done_ = true;
  until_ = now + kOrderPatience;
  out.orders.push_back({flow_, action, socket});
}

// Each sends to where the other was seen, so that both have asked for what comes.
void Trial::meet(TrialOutbox& out) {
  ++attempts_;
  send(flow_, seen_[1], false, out);
  send(flow_ + 1, seen_[0], false, out);
}

void Trial::opened(std::uint32_t flow, Endpoint local, TimePoint now, TrialOutbox& out) {
  if (result_ || script_[step_].kind != Kind::Open) return;
  local_[flow == flow_ ? 0 : 1] = local;
  if (++opened_ == (twin() ? 2u : 1u)) advance(now, out);
}

void Trial::failed(ProbeFailure failure, TimePoint now, TrialOutbox& out) {
  if (result_) return;
  const Kind kind = script_[step_].kind;
  if (failure == ProbeFailure::Reset && tcp()) {
    if (kind == Kind::Silence) {
      // A RST that the box sends comes half a round trip after the flow ended.
      low_ = std::max(now - spoken_to_ - setting_.round_trip, Duration::zero());
      high_ = now - spoken_from_;
      end(TrialEnd::Ended, out);
      return;
    }
    if (kind == Kind::Speak) return end(TrialEnd::Reset, out);
    if (kind == Kind::Check) return checked(false, now, out);
  }
  end(TrialEnd::Spoilt, out);
}

void Trial::receive(std::uint32_t flow, const ProbeMessage& message, TimePoint now,
                    TrialOutbox& out) {
  if (result_) return;
  const TrialStep& step = script_[step_];
  if (message.kind == ProbeKind::Welcome || message.kind == ProbeKind::Refused) {
    return end(TrialEnd::Spoilt, out);
  }
  if (step.kind == Kind::Meet && message.kind == ProbeKind::Mark) return end(TrialEnd::Alive, out);
  if (message.kind == ProbeKind::Sent && message.flow == flow_) {
    if (step.kind == Kind::Check) return checked(true, now, out);
    if (step.kind == Kind::Push) {
      spoken_from_ = asked_at_;
      heard(now);
      advance(now, out);
    }
    return;
  }
  if (message.kind != ProbeKind::Marked) return;
  if (step.kind == Kind::Speak) return end(TrialEnd::Answered, out);
  if (step.kind == Kind::Compare) {
    const bool same = message.seen == seen_[0];
    return end(same ? TrialEnd::Same : TrialEnd::Other, out);
  }
  if (step.kind != Kind::Mark || message.number != marks_) return;
  seen_[flow == flow_ ? 0 : 1] = message.seen;
  heard(now);
  if (!twin() || (seen_[0].port != 0 && seen_[1].port != 0)) advance(now, out);
}

void Trial::done(const ProbeMessage& answer, TimePoint now, TrialOutbox& out) {
  if (result_ || !waits_for_done_) return;
  const TrialStep& step = script_[step_];
  waits_for_done_ = false;
  if (attempts_ == 1 && !last_query_) answered_at_ = now;
  if (answer.seen.port != 0 && answer.known) seen_[0] = answer.seen;
  if (step.kind == Kind::Confirm) return confirm(answer, now, out);
  if (last_query_) {
    return end(answer.reset ? TrialEnd::Reset : TrialEnd::Dead, out);
  }
  until_ = now + setting_.round_trip + (tcp() ? kTcpPatience : kUdpPatience);
}

void Trial::confirm(const ProbeMessage& answer, TimePoint now, TrialOutbox& out) {
  const bool wants_fin = measure_ == Measure::TcpHalfClosed;
  if (answer.known && answer.marks >= marks_ && (!wants_fin || answer.finished)) {
    return advance(now, out);
  }
  if (attempts_ >= kConfirmations) return end(TrialEnd::Spoilt, out);
  until_ = now + kAskAgain;
}

// Whether what the reflector was asked to send has come in.
void Trial::checked(bool came, TimePoint now, TrialOutbox& out) {
  if (came) {
    low_ = std::max(asked_at_ - spoken_to_, Duration::zero());
    return end(TrialEnd::Alive, out);
  }
  high_ = (waits_for_done_ ? now : answered_at_) - spoken_from_;
  if (!tcp()) return end(TrialEnd::Dead, out);
  last_query_ = true;
  ask(ProbeAction::Query, 0, now, out);
}

void Trial::expire(TimePoint now, TrialOutbox& out) {
  while (next_deadline() <= now) run_out(now, out);
}

// What the step has waited for has not come, or its silence is over.
void Trial::run_out(TimePoint now, TrialOutbox& out) {
  const TrialStep& step = script_[step_];
  if (step.kind == Kind::Silence) return advance(now, out);
  if (waits_for_done_) return end(TrialEnd::Spoilt, out);
  switch (step.kind) {
    case Kind::Confirm:
      return ask(ProbeAction::Query, 0, now, out);
    case Kind::Check:
      if (tcp() || attempts_ >= kUdpChecks) return checked(false, now, out);
      return ask(ProbeAction::Send, step.socket, now, out);
    case Kind::Speak:
      return end(TrialEnd::Dead, out);
    case Kind::Meet:
      if (attempts_ >= kMeetings) return end(TrialEnd::Dead, out);
      until_ = now + kAskAgain;
      return meet(out);
    default:
      return end(TrialEnd::Spoilt, out);
  }
}

void Trial::give_up(TrialOutbox& out) {
  if (!result_) end(TrialEnd::Spoilt, out);
}

void Trial::end(TrialEnd how, TrialOutbox& out) {
  result_ = TrialResult{measure_, silence_, how, low_, high_, local_[0], seen_[0]};
  out.acts.push_back({ProbeAct::Kind::Close, flow_, {}, {}});
  if (twin()) out.acts.push_back({ProbeAct::Kind::Close, flow_ + 1, {}, {}});
  out.orders.push_back({flow_, ProbeAction::Forget, 0});
  if (twin()) out.orders.push_back({flow_ + 1, ProbeAction::Forget, 0});
}

}  // namespace stayalive
