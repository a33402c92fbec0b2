// SPDX-License-Identifier: Apache-2.0
#include "strategy/openvpn/openvpn_end.h"

#include <algorithm>

namespace stayalive {
namespace {

constexpr std::uint32_t kPing = 40;  // operation and peer 4, packet number 4, tag 16, magic 16
constexpr std::uint32_t kOverhead = 24;
constexpr std::uint32_t kTcpLength = 2;
constexpr std::int64_t kDrawEvery = 10;
constexpr Duration kLatest = std::chrono::microseconds{0x3ffff};

}  // namespace

std::uint32_t OpenvpnEnd::bytes(std::uint32_t udp_payload) const {
  return udp_payload + (config_.transport == Transport::Tcp ? kTcpLength : 0);
}

std::uint32_t OpenvpnEnd::wire_bytes(std::uint32_t tunnelled) const {
  return bytes(tunnelled + kOverhead);
}

void OpenvpnEnd::start(TimePoint now, Channel& channel) {
  const std::int64_t second = read(now);
  phase_ = Phase::Handshake;
  channel.set_ready(false);
  heard_second_ = second;
  sent_second_ = second;
  timers_second_ = second;
  exit_second_ = INT64_MAX;
  renegotiate_second_ = INT64_MAX;
  begin_exchange(OpenvpnExchange::Kind::Handshake, second, channel);
  go_round(now, channel);
}

void OpenvpnEnd::stop() {
  phase_ = Phase::Idle;
  exchange_.reset();
  agreeing_ = false;
  exit_second_ = INT64_MAX;
  wake_ = kNever;
}

void OpenvpnEnd::begin_exchange(OpenvpnExchange::Kind kind, std::int64_t second, Channel& channel) {
  const bool nested = std::exchange(in_loop_, true);
  exchange_.emplace(kind, role_, config_.transport);
  agreeing_ = true;
  agreed_by_ = second + config_.hand_window;
  const bool server_begins = kind == OpenvpnExchange::Kind::ServerRenegotiation;
  if (server_begins == (role_ == Role::Server)) exchange_->begin(second, channel);
  in_loop_ = nested;
}

void OpenvpnEnd::schedule_exit(std::int64_t second) {
  exit_second_ = second;
  timers_second_ = 0;  // reset_coarse_timers: they are looked at in the next round
}

void OpenvpnEnd::send(const Message& message, Channel& channel) {
  const bool nested = std::exchange(in_loop_, true);
  channel.send(message);
  in_loop_ = nested;
}

void OpenvpnEnd::on_sent(TimePoint now, const Message&) {
  sent_second_ = read(now);
  if (!in_loop_ && phase_ != Phase::Idle) wake_ = now;
}

void OpenvpnEnd::take(TimePoint now, const Message& message, Channel& channel) {
  if (phase_ == Phase::Idle) return;
  in_loop_ = true;
  note_wait(now, channel);
  heard_second_ = read(now);
  if (message.kind == MessageKind::Control) take_control(heard_second_, message, channel);
  in_loop_ = false;
  if (agreeing_ && exchange_->agreed()) finish_exchange(now, channel);
  go_round(now, channel);
}

// The peer is taken to ping as often as this end.  At one ping a second the clock is too coarse to
// tell a lost one.
void OpenvpnEnd::note_wait(TimePoint now, Channel& channel) const {
  const bool exits = config_.ping_exit > 0;
  const std::int64_t limit = exits ? config_.ping_exit : config_.ping_restart;
  if (phase_ != Phase::Up || limit == 0 || config_.ping < 2) return;
  const std::int64_t overdue = (read(now) - heard_second_) / config_.ping;
  if (overdue < 1) return;
  const TimePoint due = config_.clock.start_of(heard_second_ + limit);
  const TimePoint asked = config_.clock.start_of(heard_second_ + overdue * config_.ping);
  const auto unanswered = static_cast<std::uint32_t>(overdue);
  // The loop may look up to a second and a quarter later.
  const Duration left = std::max(due - now, Duration::zero());
  if (!CloseGiveUp::counts(unanswered, now - asked, left)) return;
  channel.came_in_time({exits ? "ping_exit" : "ping_restart", unanswered, left, {}, now});
}

void OpenvpnEnd::take_control(std::int64_t second, const Message& message, Channel& channel) {
  const OpenvpnExchange::Kind kind = OpenvpnExchange::kind_of(message);
  if (OpenvpnExchange::begins(message) && kind != OpenvpnExchange::Kind::Handshake) {
    // When both ends begin at once, the server gives way.
    const bool gives_way = agreeing_ && role_ == Role::Server && exchange_->kind() != kind;
    if (phase_ == Phase::Up && (!agreeing_ || gives_way)) begin_exchange(kind, second, channel);
  }
  if (exchange_ && exchange_->kind() == kind) exchange_->receive(message, second, channel);
}

void OpenvpnEnd::finish_exchange(TimePoint now, Channel& channel) {
  agreeing_ = false;
  renegotiate_second_ = INT64_MAX;
  if (config_.reneg_sec > 0) {
    // A server lets its interval be up to a tenth shorter, so that not all clients come at once
    // (init.c).
    const std::int64_t tenth = std::max<std::int64_t>(config_.reneg_sec / 10, 1);
    const std::uint64_t sooner =
        role_ == Role::Server ? config_.random.below(static_cast<std::uint64_t>(tenth)) : 0;
    renegotiate_second_ = read(now) + config_.reneg_sec - static_cast<std::int64_t>(sooner);
  }
  if (phase_ == Phase::Up) return;
  phase_ = Phase::Up;
  heard_second_ = read(now);
  came_up(now, channel);
  // A server sets its timers up only when it next looks whether the tunnel is up
  // (check_connection_established of forward.c).
  if (role_ == Role::Client) timers_second_ = read(now);
  channel.set_ready(true);
}

void OpenvpnEnd::expire(TimePoint now, Channel& channel) {
  if (wake_ > now) return;
  go_round(now, channel);
}

void OpenvpnEnd::go_round(TimePoint now, Channel& channel) {
  if (phase_ == Phase::Idle) return;
  const bool nested = std::exchange(in_loop_, true);
  const bool goes_on = check_timers(now, channel) && check_keys(now, channel);
  in_loop_ = nested;
  if (goes_on) sleep(now);
}

bool OpenvpnEnd::check_timers(TimePoint now, Channel& channel) {
  const std::int64_t second = read(now);
  if (second < timers_second_) return true;
  const std::int64_t limit = config_.ping_exit > 0 ? config_.ping_exit : config_.ping_restart;
  if (limit > 0 && second >= heard_second_ + limit) {
    silence(now, channel);
    return false;
  }
  if (second >= exit_second_) {
    said_goodbye(now, channel);
    return false;
  }
  if (config_.ping > 0 && phase_ == Phase::Up && second >= sent_second_ + config_.ping) {
    sent_second_ = second;
    channel.send({.kind = MessageKind::Ping, .bytes = bytes(kPing)});
  }
  timers_second_ = exit_second_;
  // A client that has said goodbye looks every second whether its time has come
  // (process_explicit_exit_notification_timer_wakeup of sig.c).
  if (role_ == Role::Client && exit_second_ != INT64_MAX) timers_second_ = second + 1;
  // Until the tunnel is up the loop looks every second whether it is (check_connection_established
  // of forward.c).
  if (phase_ == Phase::Handshake) timers_second_ = std::min(timers_second_, second + 1);
  if (limit > 0) timers_second_ = std::min(timers_second_, heard_second_ + limit);
  if (config_.ping > 0 && phase_ == Phase::Up) {
    timers_second_ = std::min(timers_second_, sent_second_ + config_.ping);
  }
  return true;
}

bool OpenvpnEnd::check_keys(TimePoint now, Channel& channel) {
  const std::int64_t second = read(now);
  if (agreeing_ && second >= agreed_by_) {
    // Over UDP the old keys stay in use when new ones cannot be agreed on, and the attempt is made
    // again; over TCP, and without keys, it is fatal (check_tls_errors of forward.c).
    if (phase_ == Phase::Handshake || config_.transport == Transport::Tcp) {
      handshake_failed(now, channel);
      return false;
    }
    agreeing_ = false;
    exchange_.reset();
    renegotiate_second_ = second;
  }
  if (!agreeing_ && second >= renegotiate_second_) {
    begin_exchange(role_ == Role::Client ? OpenvpnExchange::Kind::ClientRenegotiation
                                         : OpenvpnExchange::Kind::ServerRenegotiation,
                   second, channel);
  }
  if (exchange_) exchange_->repeat(second, channel);
  return true;
}

void OpenvpnEnd::sleep(TimePoint now) {
  const std::int64_t second = read(now);
  std::int64_t until = timers_second_;
  if (agreeing_) until = std::min(until, agreed_by_);
  if (exchange_) until = std::min(until, exchange_->repeat_second());
  if (!agreeing_) until = std::min(until, renegotiate_second_);
  if (second >= draw_second_) {
    late_ = config_.random.up_to(kLatest);
    late_ -= late_ % std::chrono::microseconds{1};
    draw_second_ = second + kDrawEvery;
  }
  if (until == INT64_MAX) {
    wake_ = kNever;
    return;
  }
  const std::int64_t seconds = std::max<std::int64_t>(until - second, 1);
  wake_ = later(later(now, seconds * Duration{1s}), late_);
}

void OpenvpnEnd::walk(StateWalk& walk) {
  if (phase_ != Phase::Idle)
    walk.aperiodic();  // each sleep is as much longer as a number drawn says
}

}  // namespace stayalive
