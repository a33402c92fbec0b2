// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <utility>

#include "support/fake_channel.h"

namespace stayalive {

// Two strategies that talk to each other over a line with a delay, which can be cut: messages
// written while it is cut are lost.  A client that pauses opens again after its pause; a server
// meets a message for which it has no instance as a UDP server does.
class StrategyPair {
 public:
  StrategyPair(std::unique_ptr<Strategy> client, std::unique_ptr<Strategy> server, Duration delay)
      : ends_{End{std::move(client)}, End{std::move(server)}}, delay_(delay) {
    for (const Role role : {Role::Client, Role::Server}) {
      End& self = end(role);
      self.channel.attach(*self.strategy);
      self.channel.wire = [this, role](const Message& message) {
        if (!cut_) {
          end(opposite(role)).arriving.emplace_back(later(now_, delay_), message);
        }
      };
    }
  }

  // The wires lead back to this very object.
  StrategyPair(const StrategyPair&) = delete;
  StrategyPair& operator=(const StrategyPair&) = delete;

  void open(Role role) {
    End& self = end(role);
    self.opened = true;
    self.channel.set_now(now_);
    self.channel.open();
    self.strategy->on_opening(now_);
    self.strategy->on_open(now_, self.channel);
  }
  void cut(bool is_cut) { cut_ = is_cut; }
  // From now on the client's messages come from elsewhere until the server adopts that.
  void move_client() { moved_ = true; }

  void run_until(Duration since_start) {
    const TimePoint limit = kStart + since_start;
    for (TimePoint due = next(); due <= limit; due = next()) {
      now_ = std::max(now_, due);
      for (const Role role : {Role::Client, Role::Server}) step(role);
    }
    now_ = limit;
  }
  Lines did(Role role) { return end(role).channel.take_lines(); }
  FakeChannel& channel(Role role) { return end(role).channel; }
  Strategy& strategy(Role role) { return *end(role).strategy; }

 private:
  struct End {
    std::unique_ptr<Strategy> strategy;
    FakeChannel channel{};
    std::deque<std::pair<TimePoint, Message>> arriving{};
    bool opened = false;
  };

  End& end(Role role) { return ends_[index(role)]; }
  TimePoint next() {
    TimePoint due = kNever;
    for (End& self : ends_) {
      if (!self.arriving.empty()) due = std::min(due, self.arriving.front().first);
      due = std::min(due, own_deadline(self));
    }
    return due;
  }
  static TimePoint own_deadline(const End& self) {
    if (!self.opened) return kNever;
    switch (self.channel.state()) {
      case FakeChannel::State::Open:
        return self.strategy->next_deadline();
      case FakeChannel::State::Pausing:
        return self.channel.resume_at();
      case FakeChannel::State::Ended:
        return kNever;
    }
    return kNever;
  }
  void step(Role role) {
    End& self = end(role);
    self.channel.set_now(now_);
    while (!self.arriving.empty() && self.arriving.front().first <= now_) {
      const Message message = self.arriving.front().second;
      self.arriving.pop_front();
      receive(role, message);
    }
    if (own_deadline(self) > now_) return;
    if (self.channel.state() == FakeChannel::State::Pausing) {
      open(role);
    } else {
      self.strategy->expire(now_, self.channel);
    }
  }
  void receive(Role role, const Message& message) {
    End& self = end(role);
    if (role == Role::Server && (!self.opened || self.channel.forgotten())) {
      if (!self.strategy->accepts_unknown(message)) return;
      moved_ = false;
      open(role);
    }
    if (self.channel.state() != FakeChannel::State::Open) return;
    const bool moved = role == Role::Server && moved_;
    self.strategy->on_message(now_, message, moved, self.channel);
  }

  std::array<End, 2> ends_;
  Duration delay_;
  TimePoint now_;
  bool cut_ = false;
  bool moved_ = false;
};

}  // namespace stayalive
