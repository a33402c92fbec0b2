// SPDX-License-Identifier: Apache-2.0
#include "failover/watcher.h"

#include <algorithm>

namespace stayalive {

using Method = WatcherRules::Method;

Watcher::Watcher(const WatcherRules& rules, std::uint64_t seed, std::string_view stream)
    : rules_(&rules),
      spread_(seed, stream, "watcher"),
      next_send_(later(kStart, rules.start)),
      heard_at_(next_send_),
      since_(kStart) {
  if (rules.method == Method::Loss) next_look_ = later(next_send_, rules.look_every);
}

// The first probe whose answer may still come, and when it is lost.
std::optional<TimePoint> Watcher::next_loss() const {
  for (std::size_t i = probes_.size() - waiting_; i < probes_.size(); ++i) {
    if (!probes_[i].answered) return probes_[i].lost_at;
  }
  return std::nullopt;
}

// For the next hello.
Duration Watcher::patience() const {
  const Duration usual = rules_->patience();
  if (!heard_slow_ || rules_->slow_interval <= rules_->interval) return usual;
  // As many of the slow intervals as of the others.
  const auto slower = (rules_->slow_interval + rules_->interval - 1ns) / rules_->interval;
  return usual > kForever / slower ? kForever : usual * slower;
}

TimePoint Watcher::next_deadline() const {
  TimePoint next = std::min(next_send_, next_look_);
  if (!asks() && !silent_) next = std::min(next, later(heard_at_, patience()));
  if (rules_->method == Method::Probes) next = std::min(next, next_loss().value_or(kNever));
  return next;
}

void Watcher::turn(bool up, TimePoint at) {
  if (up_ == up) return;
  up_ = up;
  since_ = at;
  hits_ = 0;
  misses_ = 0;
  if (!up) ++figures_.downs;
}

void Watcher::miss(TimePoint at) {
  ++figures_.missed;
  hits_ = 0;
  misses_ = std::min(misses_ + 1, rules_->count);
  if (up_ && misses_ < rules_->count)
    figures_.most_missed = std::max<std::uint64_t>(figures_.most_missed, misses_);
  if (misses_ >= rules_->count) turn(false, at);
}

void Watcher::succeed(TimePoint at) {
  misses_ = 0;
  if (up_) return;
  if (++hits_ >= rules_->up_count) turn(true, at);
}

// What has not been answered by `now` is lost, in the order in which it was sent.
void Watcher::lose_due(TimePoint now) {
  while (waiting_ > 0) {
    Probe& first = probes_[probes_.size() - waiting_];
    if (!first.answered && first.lost_at > now) break;
    --waiting_;
    if (first.answered) continue;
    first.lost = true;
    ++lost_;
    if (rules_->method == Method::Probes) {
      miss(first.lost_at);
    } else {
      ++figures_.missed;
    }
  }
  // Only where the latest are looked at are the others of any use.
  if (rules_->method != Method::Probes) return;
  while (probes_.size() > waiting_) {
    lost_ -= probes_.front().lost ? 1U : 0U;
    answers_ -= probes_.front().answered ? 1U : 0U;
    probes_.pop();
  }
}

void Watcher::send(WatcherOutbox& out) {
  const TimePoint at = next_send_;
  Duration pause = rules_->interval;
  if (!up_) pause = std::max(pause, rules_->slow_interval);
  if (rules_->spread > 0) pause -= spread_.up_to(pause / 100 * rules_->spread);
  next_send_ = later(at, std::max(pause, Duration{1ns}));
  out.sent.push_back({number_++, silent_, !up_ && rules_->slow_interval > rules_->interval});
  ++figures_.sent;
  if (!asks()) return;
  probes_.push() = {later(at, rules_->answer_time()), false, false};
  ++waiting_;
  if (rules_->method == Method::Probes) return;
  const auto kept = static_cast<std::size_t>((rules_->window + rules_->answer_time()) /
                                             std::max(rules_->interval, Duration{1ns}));
  while (probes_.size() > std::max<std::size_t>(kept, 1)) {
    lost_ -= probes_.front().lost ? 1U : 0U;
    answers_ -= probes_.front().answered ? 1U : 0U;
    probes_.pop();
    waiting_ = std::min(waiting_, static_cast<std::uint32_t>(probes_.size()));
  }
}

// The share in whole percent, as those who write it in percent reckon.
void Watcher::look(TimePoint at) {
  const std::uint64_t known = lost_ + answers_;
  const bool bad = known > 0 && std::uint64_t{lost_} * 100 / known > rules_->loss;
  if (bad) {
    hits_ = 0;
    return turn(false, at);
  }
  succeed(at);
}

void Watcher::expire(TimePoint now, WatcherOutbox& out) {
  while (next_deadline() <= now) {
    const TimePoint at = next_deadline();
    lose_due(at);
    if (!asks() && !silent_ && later(heard_at_, patience()) <= at) {
      silent_ = true;
      ++figures_.missed;
      turn(false, at);
    }
    if (next_look_ <= at) {
      next_look_ = later(at, rules_->look_every);
      look(at);
    }
    if (next_send_ <= at) send(out);
  }
}

void Watcher::answered(std::uint32_t number, TimePoint now, WatcherOutbox& out) {
  expire(now, out);
  lose_due(now);
  const std::uint32_t back = number_ - number;  // from the back, from 1
  if (back == 0 || back > waiting_) return;     // too late, or nothing that was asked
  Probe& probe = probes_[probes_.size() - back];
  if (probe.answered) return;
  probe.answered = true;
  ++answers_;
  ++figures_.heard;
  if (rules_->method == Method::Probes) succeed(now);
  lose_due(now);
}

void Watcher::heard(const Hello& hello, TimePoint now, WatcherOutbox& out) {
  expire(now, out);
  ++figures_.heard;
  if (up_ && now > heard_at_)
    figures_.longest_silence = std::max(figures_.longest_silence, now - heard_at_);
  const bool again = silent_;
  silent_ = false;
  heard_at_ = now;
  heard_slow_ = hello.slow;
  if (rules_->signals && hello.hears_nothing) {
    hits_ = std::min(hits_ + 1, rules_->up_count);
    if (up_) turn(false, now);
    return;
  }
  if (again) hits_ = 0;
  if (up_) return;
  hits_ = std::min(hits_ + 1, rules_->up_count);
  if (hits_ >= rules_->up_count) turn(true, now);
}

void Watcher::walk(StateWalk& walk) {
  walk.still(spread_.state());
  walk.instant(next_send_);
  walk.instant(next_look_);
  walk.sequence(number_);
  walk.still(probes_.size());
  // The loss of an old one has been counted; of the others it matters when.
  for (std::size_t i = 0; i < probes_.size(); ++i) {
    walk.past(probes_[i].lost_at);
    walk.still(probes_[i].answered, probes_[i].lost);
  }
  walk.still(waiting_, lost_, answers_, misses_, hits_);
  walk.past(heard_at_, patience());
  walk.still(heard_slow_, silent_, up_);
  walk.past(since_, rules_->hold_down);
  for (std::uint64_t* figure : {&figures_.sent, &figures_.heard, &figures_.missed, &figures_.downs})
    walk.counter(*figure);
  walk.still(figures_.most_missed, figures_.longest_silence);
}

}  // namespace stayalive
