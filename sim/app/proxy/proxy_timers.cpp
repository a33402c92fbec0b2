// SPDX-License-Identifier: Apache-2.0
#include "app/proxy/proxy_timers.h"

#include <algorithm>

#include "middlebox/ending/sweep.h"

namespace stayalive {
namespace {

// From what does most to what does least.
constexpr std::array kByEffect{ProxyTimer::Lifetime, ProxyTimer::Idle,   ProxyTimer::Tunnel,
                               ProxyTimer::Connect,  ProxyTimer::Client, ProxyTimer::Server};

bool is_of_one_side(ProxyTimer timer) {
  return timer == ProxyTimer::Client || timer == ProxyTimer::Server;
}

}  // namespace

void ProxyTimers::opened(Side side, TimePoint now) {
  if (side == Side::Internal) opened_at_ = now;
  if (side == Side::External) connecting_at_ = kNever;
  active_at_[index(side)] = now;
  passed_at_ = now;
}

void ProxyTimers::begin_tunnel(TimePoint now) {
  tunnel_ = true;
  passed_at_ = now;
}

void ProxyTimers::passed(Side from, TimePoint now) {
  passed_at_ = now;
  active_at_[index(from)] = now;
  TimePoint& written = active_at_[index(opposite(from))];
  if (rules_->activity == ProxyRules::Activity::Either && written != kNever) written = now;
}

void ProxyTimers::heard(Side side, TimePoint now) {
  if (!rules_->probes_count || active_at_[index(side)] == kNever) return;
  active_at_[index(side)] = now;
  passed_at_ = now;
}

TimePoint ProxyTimers::since(ProxyTimer timer) const {
  const bool tunnel = tunnel_ && rules_->tunnel_timeout != kForever;
  const auto of_side = [&](Side side) {
    return tunnel || !reading_[index(side)] ? kNever : active_at_[index(side)];
  };
  if (over_) return kNever;
  switch (timer) {
    case ProxyTimer::None:
      return kNever;
    case ProxyTimer::Idle:
      return passed_at_;
    case ProxyTimer::Client:
      return of_side(Side::Internal);
    case ProxyTimer::Server:
      return of_side(Side::External);
    case ProxyTimer::Tunnel:
      return tunnel ? passed_at_ : kNever;
    case ProxyTimer::Lifetime:
      return opened_at_;
    case ProxyTimer::Connect:
      return connecting_at_;
    case ProxyTimer::FirstRequest:
    case ProxyTimer::KeepAlive:
    case ProxyTimer::Response:
    case ProxyTimer::PoolIdle:
      return kNever;  // no tunnel has them
  }
  return kNever;
}

TimePoint ProxyTimers::deadline(ProxyTimer timer) const {
  const TimePoint begin = since(timer);
  const Duration span = rules_->span(timer);
  if (begin == kNever || span == kForever) return kNever;
  return swept(later(begin, span), rules_->granularity);
}

ProxyTimers::Due ProxyTimers::next() const {
  Due first;
  for (const ProxyTimer timer : kByEffect) {
    const TimePoint at = deadline(timer);
    if (at < first.at) first = {at, timer};
  }
  return first;
}

void ProxyTimers::expire(TimePoint now, std::vector<ProxyTimer>& ran_out) {
  for (Due due = next(); due.at <= now && due.at != kNever; due = next()) {
    ran_out.push_back(due.timer);
    const bool half =
        is_of_one_side(due.timer) && rules_->on_inactivity == ProxyRules::Inactivity::HalfClose;
    if (!half) return stop();
    end_reading(due.timer == ProxyTimer::Client ? Side::Internal : Side::External);
  }
}

// An instant matters until the timer that counts from it has run out, which a steady state must not
// pass over.
void ProxyTimers::walk(StateWalk& walk) {
  const auto matters = [this](Duration span) {
    return span == kForever ? Duration::zero() : span + rules_->granularity;
  };
  walk.still(reading_[0], reading_[1], tunnel_, over_);
  walk.past(active_at_[0], matters(rules_->client_timeout));
  walk.past(active_at_[1], matters(rules_->server_timeout));
  walk.past(passed_at_, matters(std::min(rules_->idle_timeout, rules_->tunnel_timeout)));
  walk.past(opened_at_, matters(rules_->lifetime));
  walk.past(connecting_at_, matters(rules_->connect_timeout));
}

}  // namespace stayalive
