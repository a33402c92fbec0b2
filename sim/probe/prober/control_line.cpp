// SPDX-License-Identifier: Apache-2.0
#include "probe/prober/control_line.h"

#include <algorithm>

namespace stayalive {
namespace {

// Repeated after a second, and then ever more slowly up to this.
constexpr Duration kFirstRepeat = 1s;
constexpr Duration kLastRepeat = 8s;
constexpr Duration kProvesFor = 5min;  // half of what a cookie is good for at least
constexpr Duration kGivesUpAfter = 60s;

}  // namespace

ControlLine::ControlLine(std::uint32_t flow, std::uint64_t session, Endpoint reflector)
    : flow_(flow), session_(session), reflector_(reflector) {}

void ControlLine::begin(TimePoint now, ProbeOutbox& out) {
  heard_at_ = now;
  out.acts.push_back({ProbeAct::Kind::Open, flow_, reflector_, {}});
}

void ControlLine::opened(Endpoint local, TimePoint now, ProbeOutbox& out) {
  local_ = local;
  open_ = true;
  heard_at_ = now;
  hello(now, out);
}

void ControlLine::say(Waiting& waiting, TimePoint now, ProbeOutbox& out) {
  waiting.message.cookie = cookie();
  waiting.again = now + std::min(kFirstRepeat * (waiting.times + 1), kLastRepeat);
  if (waiting.times > 0) ++repeated_;
  ++waiting.times;
  ++sent_;
  out.acts.push_back({ProbeAct::Kind::Send, flow_, reflector_, encode_probe(waiting.message)});
}

void ControlLine::ask(const ProbeMessage& message, TimePoint now, ProbeOutbox& out) {
  if (waiting_.empty()) heard_at_ = std::max(heard_at_, now);
  const std::uint32_t number = next_number_++;
  Waiting& waiting = waiting_[number];
  waiting.message = message;
  waiting.message.number = number;
  waiting.message.session = session_;
  waiting.since = now;
  say(waiting, now, out);
}

void ControlLine::hello(TimePoint now, ProbeOutbox& out) {
  ProbeMessage message;
  message.kind = ProbeKind::Hello;
  message.flow = flow_;
  ask(message, now, out);
  proven_at_ = now;
}

void ControlLine::order(std::uint32_t flow, ProbeAction action, std::uint8_t socket, TimePoint now,
                        ProbeOutbox& out) {
  ProbeMessage message;
  message.kind = ProbeKind::Order;
  message.flow = flow;
  message.action = action;
  message.socket = socket;
  ask(message, now, out);
}

std::optional<ProbeMessage> ControlLine::receive(const ProbeMessage& message, TimePoint now,
                                                 ProbeOutbox& out) {
  const auto found = waiting_.find(message.number);
  if (found == waiting_.end() || message.session != session_) return std::nullopt;
  heard_at_ = now;
  Waiting& waiting = found->second;
  if (waiting.times == 1) round_trip_ = std::max(round_trip_, now - waiting.since);
  if (message.kind == ProbeKind::Welcome) {
    cookie_ = message.cookie;
    welcome_ = message;
    if (waiting.message.kind == ProbeKind::Hello) {
      waiting_.erase(found);
    } else {
      // The cookie was too old, or the address has changed: once more with the new one.
      say(waiting, now, out);
    }
    return std::nullopt;
  }
  if (message.kind == ProbeKind::Refused) refused_ = true;
  const bool done = message.kind == ProbeKind::Done;
  if (done || message.kind == ProbeKind::Refused) waiting_.erase(found);
  return done ? std::optional(message) : std::nullopt;
}

bool ControlLine::lost(TimePoint now) const {
  return !waiting_.empty() && now - heard_at_ >= kGivesUpAfter;
}

TimePoint ControlLine::next_deadline() const {
  if (!open_) return kNever;
  TimePoint next = later(proven_at_, kProvesFor);
  for (const auto& entry : waiting_) next = std::min(next, entry.second.again);
  return next;
}

void ControlLine::expire(TimePoint now, ProbeOutbox& out) {
  if (!open_) return;
  for (auto& entry : waiting_) {
    if (entry.second.again <= now) say(entry.second, now, out);
  }
  if (now - proven_at_ >= kProvesFor) hello(now, out);
}

}  // namespace stayalive
