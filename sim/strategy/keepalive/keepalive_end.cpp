// SPDX-License-Identifier: Apache-2.0
#include "strategy/keepalive/keepalive_end.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "strategy/error_text.h"
#include "strategy/wait_for_answer.h"

namespace stayalive {

void KeepaliveEnd::on_open(TimePoint now, Channel&) {
  open_ = true;
  memory_.unanswered = pings_without_data_ = 0;
  strikes_.reset();
  owed_ = spoke_ = false;
  silent_death_ = later(now, rules_.check_phase);
  hear(now);
  next_ping_ = kNever;
  move_ping(PingEvent::Opened, now);
}

void KeepaliveEnd::move_ping(PingEvent event, TimePoint now) {
  if (rules_.only_after_data && !owed_) {
    next_ping_ = kNever;
    return;
  }
  const auto at = rules_.ping.next_ping(role_, event, now, memory_, waits_);
  if (!at) return;
  if (rules_.look_every == Duration::zero()) {
    next_ping_ = *at;
  } else {
    // It stays one of the instants at which the end looks.
    const TimePoint look = next_ping_ == kNever ? later(now, rules_.look_phase) : next_ping_;
    next_ping_ = first_look(*at, look, rules_.look_every);
  }
}

void KeepaliveEnd::on_message(TimePoint now, const Message& message, bool, Channel& channel) {
  if (!open_) return;
  note_wait(now, channel);
  hear(now);
  if (message.kind == MessageKind::Goodbye) return die("The peer says: too many pings", channel);
  owed_ = false;
  move_ping(PingEvent::Received, now);
  memory_.unanswered = 0;
  if (message.kind == MessageKind::Request || message.kind == MessageKind::Ping) {
    judge_ping(now, channel);
  }
  if (open_ && message.kind == MessageKind::Request) {
    channel.send({.kind = MessageKind::Reply, .bytes = rules_.ping.answer_bytes});
  }
}

void KeepaliveEnd::judge_ping(TimePoint now, Channel& channel) {
  if (strikes_.tolerates(now, rules_.min_ping_interval)) return;
  channel.send({.kind = MessageKind::Goodbye, .bytes = rules_.ping.answer_bytes});
  open_ = false;
  const Ending ending{"closed the connection: too many pings", 0};
  rules_.after_death.forgets ? channel.forget_peer(ending) : channel.finish(ending);
}

void KeepaliveEnd::on_sent(TimePoint now, const Message& message) {
  if (message.kind == MessageKind::Application) {
    pings_without_data_ = 0;
    strikes_.wipe();
  }
  if (!open_) return;
  using Silence = Rules::Silence;
  const bool counts =
      rules_.silence == Silence::Both || (rules_.silence == Silence::FirstSent && !spoke_);
  spoke_ = true;
  if (counts) restart_silence(now);
  if (rules_.only_after_data) {
    if (message.kind != MessageKind::Application || owed_) return;
    owed_ = true;
    return move_ping(PingEvent::Opened, now);
  }
  if (!pinging_) move_ping(PingEvent::Sent, now);
}

// Where the peer pings, too, its pings are overdue that should have come meanwhile.
void KeepaliveEnd::note_wait(TimePoint now, Channel& channel) const {
  const bool by_count = rules_.ping.answered && rules_.retries > 0;
  if (!by_count && silent_death_ == kNever && limit_death_ == kNever) return;
  std::uint32_t unanswered = memory_.unanswered;
  TimePoint asked = memory_.pinged;
  const std::size_t peer = index(opposite(role_));
  const Duration interval = rules_.ping.interval[peer];
  if (rules_.ping.pings[peer] && now - heard_ >= interval) {
    const auto overdue =
        static_cast<std::uint32_t>(std::min<std::int64_t>((now - heard_) / interval, UINT32_MAX));
    if (overdue > unanswered) {
      unanswered = overdue;
      asked = later(heard_, overdue * interval);
    }
  }
  if (unanswered == 0) return;
  std::optional<CloseGiveUp> wait = wait_of(*this, "retries", unanswered, asked, now);
  if (!wait) return;
  if (later(now, wait->left) == limit_death_) wait->limit = "retry_for";
  if (later(now, wait->left) == silent_death_) wait->limit = "give_up_after";
  channel.came_in_time(*wait);
}

void KeepaliveEnd::hear(TimePoint now) {
  heard_ = now;
  limit_death_ = kNever;
  spoke_ = false;
  restart_silence(now);
}

void KeepaliveEnd::restart_silence(TimePoint now) {
  if (rules_.give_up_after == Duration::zero()) {
    silent_death_ = kNever;
    return;
  }
  const TimePoint due = later(now, rules_.give_up_after);
  const Duration every = rules_.check_every;
  if (every == Duration::zero()) {
    silent_death_ = due;
  } else if (due > silent_death_) {
    // It stays one of the instants at which the end looks.
    silent_death_ = first_look(due, silent_death_, every);
  }
}

TimePoint KeepaliveEnd::next_deadline() const {
  if (!open_) return kNever;
  return std::min({next_ping_, silent_death_, limit_death_});
}

void KeepaliveEnd::expire(TimePoint now, Channel& channel) {
  if (next_deadline() > now) return;
  if (silent_death_ <= now) {
    return die("nothing received for " + print_duration(rules_.give_up_after), channel);
  }
  if (limit_death_ <= now) {
    return die("no answer within " + print_duration(rules_.retry_for), channel);
  }
  if (rules_.ping.answered && rules_.retries > 0 && memory_.unanswered >= rules_.retries) {
    return die(std::to_string(memory_.unanswered) + " pings went unanswered", channel);
  }
  const std::uint32_t most = rules_.max_pings_without_data;
  if (most > 0 && pings_without_data_ >= most) return move_ping(PingEvent::Skipped, now);
  ping(now, channel);
}

void KeepaliveEnd::ping(TimePoint now, Channel& channel) {
  ++pings_without_data_;
  const bool answered = rules_.ping.answered;
  memory_.pinged = now;
  move_ping(PingEvent::Pinged, now);
  const bool limited = answered && rules_.retry_for > Duration::zero();
  if (limited && limit_death_ == kNever) limit_death_ = later(now, rules_.retry_for);
  if (answered) ++memory_.unanswered;
  pinging_ = true;
  channel.send(
      {.kind = answered ? MessageKind::Request : MessageKind::Ping, .bytes = rules_.ping.bytes});
  pinging_ = false;
}

void KeepaliveEnd::die(const std::string& reason, Channel& channel) {
  open_ = false;
  rules_.after_death.carry_out(reason, channel);
}

void KeepaliveEnd::on_closed(TimePoint, SocketError error, Channel& channel) {
  const bool was_open = std::exchange(open_, false);
  if (!rules_.after_death.reconnects) return;
  if (was_open) {
    channel.reconnect(rules_.after_death.pause, ending(error));
  } else {
    channel.retry(rules_.after_death.pause, error_text(error));
  }
}

void KeepaliveEnd::walk(StateWalk& walk) {
  walk.still(waits_.state(), open_, pinging_, owed_, spoke_);
  rules_.retries > 0 || rules_.ping.retry_growth != 100 ? walk.still(memory_.unanswered)
                                                        : walk.run_length(memory_.unanswered);
  rules_.max_pings_without_data > 0 ? walk.still(pings_without_data_)
                                    : walk.run_length(pings_without_data_);
  walk.instant(next_ping_);
  walk.past(memory_.pinged, rules_.ping.interval[index(role_)]);
  walk.instant(limit_death_);
  walk.instant(silent_death_);
  walk.past(heard_);
  strikes_.walk(walk, rules_.min_ping_interval);
}

}  // namespace stayalive
