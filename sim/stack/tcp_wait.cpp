// SPDX-License-Identifier: Apache-2.0
// How near a TcpConnection is to giving up.  Books: a copy of it is played on as if nothing came.
#include <algorithm>

#include "stack/tcp_connection.h"
#include "stack/timer/keepalive_step.h"

namespace stayalive {

namespace {
// A limit that is further away than so many of its timers is no near one.
constexpr int kMostSteps = 1000;
}  // namespace

// Whether something that arrives now may end a wait worth noting.  Asked of each segment that finds
// one under way; the answer to a keepalive probe seldom is.
bool TcpConnection::waits_long(TimePoint now) const {
  if (orphan_ || state_ == TcpState::TimeWait) return false;
  if (timeouts_ > 0 || probes_ >= 2) return true;
  const TimePoint next = timers_.at(Timer::Keepalive);
  return next != kNever && since_probe(now) >= next - now;
}

// How long ago its last probe was, if the keepalive timer runs since then.
Duration TcpConnection::since_probe(TimePoint now) const {
  const TimePoint next = timers_.at(Timer::Keepalive);
  if (next == kNever) return Duration::zero();
  const std::uint32_t before = probes_ == 0 ? 0 : probes_ - 1;
  return after_keepalive_probe(*config_, before, base_rto()) - (next - now);
}

std::optional<CloseGiveUp> TcpConnection::wait_so_far(TimePoint now) const {
  if (!waits_long(now)) return std::nullopt;
  TcpConnection alone(*this);
  TcpOutbox unheard;
  TimePoint due = now;
  Timer last = Timer::Ending;
  for (int step = 0; alone.state_ != TcpState::Closed; ++step) {
    due = alone.next_deadline();
    if (due == kNever || step == kMostSteps) return std::nullopt;
    last = alone.timers_.first();
    unheard.clear();
    alone.expire(due, unheard);
  }
  const bool by_timeout = !unheard.events.empty() &&
                          unheard.events.back().error != SocketError::None && last != Timer::Ending;
  if (!by_timeout) return std::nullopt;
  const bool retransmits = timeouts_ > 0;
  if (due < now) return std::nullopt;
  const Duration left = due - now;
  const Duration since = since_probe(now);
  CloseGiveUp wait{limit_of(last), retransmits ? timeouts_ + 1 : probes_, left, Duration::zero()};
  if (!CloseGiveUp::counts(wait.unanswered, since, left)) return std::nullopt;
  wait.waited =
      now - (retransmits && first_retransmission_ != kNever ? first_retransmission_ : heard_at());
  return wait;
}

std::string_view TcpConnection::limit_of(Timer timer) const {
  const bool is_linux = config_->keepalive_style == KeepaliveStyle::Linux;
  const bool counts = config_->maximum_retransmissions > 0;
  const bool user_timeout = config_->user_timeout > Duration::zero();
  if (timer == Timer::Keepalive)
    return user_timeout && is_linux ? "user_timeout" : "keepalive_count";
  if (counts && timeouts_ > 0) return "maximum_retransmissions";
  return user_timeout ? "user_timeout" : "retries2";
}

// A segment arrived while something is unanswered.  Whatever it is, the wait is over when the
// count that it stands for is back at zero.
void TcpConnection::receive_while_waiting(const Packet& segment, TimePoint now, TcpOutbox& out) {
  const bool retransmits = timeouts_ > 0;
  const std::optional<CloseGiveUp> wait = wait_so_far(now);
  receive_synchronized(segment, now, out);
  const bool over = (retransmits ? timeouts_ : probes_) == 0;
  if (wait && over && state_ != TcpState::Closed) out.wait = wait;
}

}  // namespace stayalive
