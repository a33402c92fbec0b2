// SPDX-License-Identifier: Apache-2.0
// When a session opens, asks and closes its connections.
#include <algorithm>

#include "app/host/program.h"
#include "app/session/session.h"
#include "base/text.h"

namespace stayalive {

std::size_t Session::wanted() const {
  const std::size_t at_once = rules_.requests_at_once;
  std::size_t for_requests = (queue_.size() + at_once - 1) / at_once;
  if (rules_.multiplexes) for_requests = queue_.empty() || has_way() ? 0 : 1;
  // One that is being asked is not in use.
  const auto unused = static_cast<std::size_t>(std::ranges::count_if(places_, [](const Place& its) {
    return its.state == State::Open && its.under_way == 0 && !its.held;
  }));
  const std::size_t spare = rules_.min_idle > unused ? rules_.min_idle - unused : 0;
  const std::size_t opening = count(State::Opening);
  const std::size_t wants = for_requests + spare;
  return std::min(wants > opening ? wants - opening : 0, count(State::Empty));
}

// Whether a connection is there, or comes, on which what waits will be written: not one whose
// server takes no more requests.
bool Session::has_way() const {
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const Place& its = places_[i];
    if (its.state == State::Opening) return true;
    const bool full = its.under_way >= rules_.requests_at_once;
    if (its.state == State::Open && (full || program(i).takes_requests())) return true;
  }
  return false;
}

void Session::open_more() {
  if (now_ < retry_at_) return;
  for (std::size_t left = wanted(), i = 0; left > 0 && i < places_.size(); ++i) {
    if (places_[i].state != State::Empty) continue;
    places_[i].state = State::Opening;
    --left;
    program(i).open(now_);
  }
}

void Session::close(std::size_t place, SocketEnd why) {
  Place& its = places_[place];
  if (its.dead) {
    its.dead = false;
    its.state = State::Empty;
    return;
  }
  its.ends = why;
  program(place).leave_socket(now_, {said_when(why), 0});
}

std::string Session::said_when(SocketEnd why) const {
  switch (why) {
    case SocketEnd::IdleLimit:
      return "closed after " + print_duration(rules_.idle_limit) + " without use";
    case SocketEnd::Lifetime:
      return "closed after its lifetime of " + print_duration(rules_.lifetime);
    case SocketEnd::MaxIdle:
      return "closed because enough others are unused";
    case SocketEnd::CheckFailed:
      return "closed because it did not answer within " + print_duration(rules_.check_timeout);
    default:
      return "closed";
  }
}

void Session::fail_checks() {
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (places_[i].check_until > now_) continue;
    ++figures_.checks_failed;
    close(i, SocketEnd::CheckFailed);
  }
}

void Session::close_old() {
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (idle(places_[i]) && later(places_[i].figures.opened_at, rules_.lifetime) <= now_)
      close(i, SocketEnd::Lifetime);
  }
}

void Session::ask_idle() {
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (!idle(places_[i]) || later(places_[i].heard_at, rules_.check_every) > now_) continue;
    if (places_[i].dead) {
      ++figures_.checks_failed;
      close(i, SocketEnd::CheckFailed);
    } else {
      ask(i);
    }
  }
}

// The longest unused first.
void Session::close_idle() {
  while (count_idle() > rules_.min_idle) {
    std::optional<std::size_t> oldest;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (!idle(places_[i]) || idle_end(places_[i]) > now_) continue;
      if (!oldest || places_[i].idle_since < places_[*oldest].idle_since) oldest = i;
    }
    if (!oldest) return;
    close(*oldest, SocketEnd::IdleLimit);
  }
}

// The one given back last.
void Session::close_surplus() {
  while (count_idle() > rules_.max_idle) {
    std::optional<std::size_t> newest;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (!idle(places_[i])) continue;
      if (!newest || places_[i].idle_since >= places_[*newest].idle_since) newest = i;
    }
    close(*newest, SocketEnd::MaxIdle);
  }
}

}  // namespace stayalive
