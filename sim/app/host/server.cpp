// SPDX-License-Identifier: Apache-2.0
#include "app/host/server.h"

#include <algorithm>
#include <utility>

#include "app/host/program.h"

namespace stayalive {

// inet_csk_reqsk_queue_is_full comes first: then only a cookie can be sent.
Server::Answer Server::answer_to_syn() const {
  const bool crowded = handshakes_ >= spec_.rules.backlog;
  if (crowded && !spec_.rules.syn_cookies) return Answer::Drop;
  if (full()) return Answer::Drop;
  return crowded ? Answer::Cookie : Answer::Keep;
}

void Server::enqueue(SocketId socket, Party& party, TimePoint now) {
  Waiting& its = queue_.emplace_back();
  its.socket = socket;
  its.party = &party;
  its.since = now;
  figures_.most_waiting = std::max<std::uint64_t>(figures_.most_waiting, queue_.size());
}

Server::Waiting* Server::find(SocketId socket) {
  const auto found = std::ranges::find_if(
      queue_, [socket](const Waiting& its) { return its.socket == socket && !its.gone; });
  return found == queue_.end() ? nullptr : &*found;
}

bool Server::at_limit() const {
  const ServingRules& rules = spec_.rules;
  return rules.max_connections > 0 && serving_.size() >= rules.max_connections;
}

bool Server::may_act() const {
  if (queue_.empty()) return false;
  const ServingRules& rules = spec_.rules;
  if (rules.workers > 0 && serving_.size() >= rules.workers) return false;
  return !at_limit() || rules.when_full == ServingRules::WhenFull::Close ||
         to_make_room() != nullptr;
}

std::optional<std::pair<Server::Waiting, Server::Turn>> Server::next() {
  const ServingRules& rules = spec_.rules;
  if (queue_.empty() || (rules.workers > 0 && serving_.size() >= rules.workers))
    return std::nullopt;
  const bool limited = at_limit();
  if (limited && rules.when_full == ServingRules::WhenFull::Wait) return std::nullopt;
  const Waiting first = queue_.front();
  queue_.pop_front();
  return std::pair(first, first.gone ? Turn::Forget : limited ? Turn::TurnAway : Turn::Serve);
}

std::uint64_t Server::served_ns(TimePoint by) const {
  return figures_.served_ns +
         serving_.size() * static_cast<std::uint64_t>((by - counted_until_).count());
}

Duration Server::waiting_of(const Party& party, TimePoint now) const {
  const auto first = std::ranges::find_if(
      queue_, [&](const Waiting& its) { return its.party == &party && !its.gone; });
  return first == queue_.end() ? Duration::zero() : now - first->since;
}

void Server::count_time(TimePoint now) {
  figures_.served_ns = served_ns(now);
  counted_until_ = now;
}

void Server::serves(Program& program, TimePoint now) {
  count_time(now);
  serving_.push_back(&program);
  figures_.most_served = std::max<std::uint64_t>(figures_.most_served, serving_.size());
}

void Server::released(const Program& program, TimePoint now) {
  count_time(now);
  std::erase(serving_, &program);
}

Program* Server::to_make_room() const {
  if (!spec_.rules.closes_idle || queue_.empty() || !at_limit()) return nullptr;
  Program* longest = nullptr;
  for (Program* program : serving_) {
    if (!program->rests()) continue;
    if (longest == nullptr || program->active_at() < longest->active_at()) longest = program;
  }
  return longest;
}

void Server::clear(TimePoint now) {
  count_time(now);
  queue_.clear();
  serving_.clear();
  handshakes_ = 0;
}

void Server::walk(StateWalk& walk) {
  walk.still(queue_.size(), serving_.size(), handshakes_, figures_.most_served,
             figures_.most_waiting);
  walk.counter(figures_.served_ns);
  walk.past(counted_until_);
  for (Waiting& its : queue_) {
    walk.still(its.socket, its.octets, its.peer_closed, its.gone);
    walk.past(its.since);
    walk.sequence(its.delivered);
  }
}

}  // namespace stayalive
