// SPDX-License-Identifier: Apache-2.0
#include "app/session/session.h"

#include <algorithm>
#include <utility>

#include "app/host/program.h"
#include "base/check.h"

namespace stayalive {

Session::Session(const ConnectionSpec& spec, ConnectionId id, Ledger& ledger)
    : spec_(spec),
      rules_(*spec.session),
      id_(id),
      ledger_(ledger),
      workload_(spec.traffic, Role::Client) {
  CHECK(spec.reconnect.has_value(), "a session opens connections anew");
}

void Session::add(Party& client) {
  client.dispatcher = this;
  parties_.push_back(&client);
  places_.emplace_back();
}

// The places have consecutive numbers.
std::size_t Session::position(const Party& party) const {
  return party.connection.value - parties_.front()->connection.value;
}

Program& Session::program(std::size_t place) const { return *parties_[place]->current; }

std::size_t Session::count(State state) const {
  return static_cast<std::size_t>(std::ranges::count(places_, state, &Place::state));
}

std::size_t Session::count_idle() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(places_, [this](const Place& its) { return idle(its); }));
}

// --- time ---

void Session::start(TimePoint now) {
  now_ = act_at_ = now;
  started_ = true;
  if (rules_.look_every > Duration::zero()) look_at_ = later(now, rules_.look_every);
  for (Party* party : parties_) party->current->start(now);
  expire(now);
}

TimePoint Session::idle_end(const Place& place) const {
  return later(place.idle_since, rules_.idle_limit);
}

// When something is due about this connection alone.
TimePoint Session::place_due(const Place& place) const {
  if (!idle(place)) return place.check_until;
  TimePoint due = later(place.figures.opened_at, rules_.lifetime);
  return std::min(due, later(place.heard_at, rules_.check_every));
}

TimePoint Session::next_deadline() const {
  if (!started_) return kNever;
  TimePoint due = std::min(act_at_, workload_.next_due());
  if (ended_) return due;
  due = std::min(due, look_at_);
  const bool exact = rules_.look_every == Duration::zero() && count_idle() > rules_.min_idle;
  for (const Place& place : places_) {
    due = std::min(due, place_due(place));
    if (exact && idle(place)) due = std::min(due, idle_end(place));
  }
  for (const Waiting& waiting : queue_) due = std::min(due, waiting.until);
  if (wanted() > 0) due = std::min(due, retry_at_);
  return due;
}

void Session::expire(TimePoint now) {
  now_ = now;
  while (next_deadline() <= now) {
    act_at_ = kNever;
    take_due();
    if (std::exchange(view_.names_came, false)) ask_others();
    if (!ended_) act();
  }
}

void Session::act() {
  fail_checks();
  close_old();
  ask_idle();
  if (look_at_ <= now_) {
    close_idle();
    look_at_ = later(look_at_, rules_.look_every);
  } else if (rules_.look_every == Duration::zero()) {
    close_idle();
  }
  fail_waits();
  dispatch();
  close_surplus();
  open_more();
}

void Session::host_down(TimePoint now) {
  if (!started_) return;
  now_ = now;
  ended_ = true;
  queue_.clear();
  view_ = {};
  for (Place& place : places_) {
    place.state = State::Empty;
    place.held.reset();
    place.under_way = 0;
    place.dead = place.figures.open = false;
  }
}

// --- requests ---

void Session::take_due() {
  while (workload_.next_due() <= now_) {
    const bool missed = view_.left > 0;
    ask(workload_.take().message, !ended_ && !missed);
    if (missed) ++figures_.pages.missed;
    if (rules_.page && !ended_ && !missed) begin_view();
  }
}

void Session::ask(const Message& message, bool written) {
  const TrafficSpec& traffic = spec_.traffic[message.traffic];
  ledger_.message(id_, Role::Client, written, traffic.answer->after);
  if (!written) return;
  ledger_.follow(id_, Role::Client, message.item);
  OpenRequests::Request request;
  request.message = message;
  request.give_up = traffic.give_up.value_or(kForever);
  queue_.push_back({request, now_, later(now_, rules_.wait_limit)});
}

void Session::give_up(const OpenRequests::Request& request) {
  ledger_.failed(id_, Role::Client, request.message.item);
  settle_in_view(request.message.traffic, std::nullopt);
}

void Session::fail_waits() {
  std::erase_if(queue_, [this](const Waiting& waiting) {
    if (waiting.until > now_) return false;
    ++figures_.failed_waiting;
    give_up(waiting.request);
    return true;
  });
}

void Session::dispatch() {
  for (std::size_t place = 0; place < places_.size(); ++place) {
    if (places_[place].held && places_[place].check_until == kNever)
      write(place, *std::exchange(places_[place].held, std::nullopt));
  }
  std::deque<Program::Gathering> together;
  for (std::size_t i = 0; i < places_.size() && rules_.multiplexes; ++i)
    together.emplace_back(program(i), now_);
  while (!queue_.empty()) {
    const std::optional<std::size_t> place = choose();
    if (!place) return;
    Waiting waiting = queue_.front();
    queue_.pop_front();
    hand(*place, waiting);
  }
}

// Of those with room for another request one with the fewest, and of these by the order of the
// pool.
std::optional<std::size_t> Session::choose() const {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const Place& place = places_[i];
    if (place.state != State::Open || place.check_until != kNever || place.held) continue;
    if (place.under_way >= rules_.requests_at_once) continue;
    if (!place.dead && !program(i).takes_requests()) continue;
    if (!best) {
      best = i;
      continue;
    }
    const Place& other = places_[*best];
    const bool later_used = place.idle_since > other.idle_since;
    const bool earlier_used = place.idle_since < other.idle_since;
    const bool before = rules_.order == SessionSpec::Order::LastUsed ? later_used : earlier_used;
    if (place.under_way != other.under_way ? place.under_way < other.under_way : before) best = i;
  }
  return best;
}

void Session::hand(std::size_t place, Waiting waiting) {
  Place& its = places_[place];
  const bool new_now = its.fresh && its.idle_since == now_;
  const bool asks = idle(its) && !new_now && later(its.idle_since, rules_.check_before_use) <= now_;
  if (its.dead) {
    its.dead = false;
    its.state = State::Empty;
    if (asks) {
      ++figures_.checks_failed;
      queue_.push_front(waiting);
      return;
    }
    ++its.figures.carried;
    LostSocket how;
    how.used = !its.fresh;
    waiting.request.message.sent_at = now_;
    std::vector<OpenRequests::Request> unanswered;
    unanswered.push_back(waiting.request);
    return settle(place, unanswered, how, now_);
  }
  if (!asks) return write(place, waiting);
  its.held = waiting;
  ask(place);
}

void Session::ask(std::size_t place) {
  ++places_[place].figures.checks;
  places_[place].check_until = later(now_, rules_.check_timeout);
  program(place).check(now_, rules_.check_bytes);
}

void Session::write(std::size_t place, const Waiting& waiting) {
  Place& its = places_[place];
  if (waiting.since < now_) {
    ++figures_.waited;
    figures_.longest_wait = std::max(figures_.longest_wait, now_ - waiting.since);
  }
  OpenRequests::Request request = waiting.request;
  request.message.sent_at = now_;
  request.overdue = later(now_, request.give_up);
  if (its.under_way++ == 0) ++its.figures.flights;
  ++its.figures.carried;
  its.fresh = false;
  program(place).carry(now_, request);
}

// --- what the programs tell ---

namespace {

SocketEnd end_of(const LostSocket& how) {
  if (how.outcome == Outcome::Closed) return how.by_client ? SocketEnd::Client : SocketEnd::Server;
  return how.outcome == Outcome::Reset ? SocketEnd::Reset : SocketEnd::GaveUp;
}

}  // namespace

void Session::opened(const Party& party) {
  Place& place = places_[position(party)];
  place.state = State::Open;
  place.fresh = true;
  place.idle_since = place.heard_at = place.figures.opened_at = party_now(party);
  ++place.figures.opened;
  place.figures.open = true;
  in_vain_ = 0;
  figures_.most_open = std::max<std::uint64_t>(figures_.most_open, count(State::Open));
}

void Session::answered(const Party& party, const Message& answer) {
  Place& place = places_[position(party)];
  if (place.under_way > 0) --place.under_way;
  if (!answer.is_error()) ++place.figures.answered;
  place.idle_since = place.heard_at = party_now(party);
  settle_in_view(answer.traffic, answer.is_error() ? std::nullopt : std::optional(act_at_));
}

void Session::checked(const Party& party) {
  Place& place = places_[position(party)];
  // As late as its timeout is too late.
  if (party_now(party) >= place.check_until) return;
  place.check_until = kNever;
  place.heard_at = act_at_;
}

void Session::overdue(const Party& party, const OpenRequests::Request& request) {
  Place& place = places_[position(party)];
  party_now(party);
  ++place.figures.failed;
  settle_in_view(request.message.traffic, std::nullopt);
  place.ends = SocketEnd::Overdue;
}

void Session::lost(const Party& party, const LostSocket& how,
                   std::vector<OpenRequests::Request> unanswered) {
  const std::size_t at = position(party);
  Place& place = places_[at];
  const TimePoint now = party_now(party);
  const bool unused = idle(place);
  if (place.held) queue_.push_front(*std::exchange(place.held, std::nullopt));
  place.check_until = kNever;
  place.under_way = 0;
  place.state = State::Empty;
  const std::optional<SocketEnd> why = std::exchange(place.ends, std::nullopt);
  if (!how.established) return refused(now);
  place.figures.open = false;
  place.figures.ended_at = now;
  place.figures.said = how.message;
  place.figures.ended_by = why.value_or(end_of(how));
  if (unused && !how.by_client && !rules_.notices_close) {
    place.dead = true;
    place.state = State::Open;
    return;
  }
  settle(at, unanswered, how, now);
}

// An attempt was in vain.
void Session::refused(TimePoint now) {
  const ReconnectSpec& policy = *spec_.reconnect;
  ++figures_.refused;
  retry_at_ = later(now, policy.pause_before(++in_vain_));
  if (policy.meanwhile != ReconnectSpec::Meanwhile::Fail || queue_.empty()) return;
  give_up(queue_.front().request);
  ++figures_.failed_waiting;
  queue_.pop_front();
}

// Something was told, of which the session makes something when it is woken.
TimePoint Session::party_now(const Party& party) {
  act_at_ = party.current->now();
  return act_at_;
}

void Session::walk(StateWalk& walk) {
  const auto finite = [](Duration span) { return span == kForever ? Duration::zero() : span; };
  walk.still(queue_.size(), in_vain_, started_, ended_);
  walk.past(now_);
  walk.instant(act_at_);
  walk.instant(look_at_);
  walk.past(retry_at_);
  workload_.walk(walk);
  figures_.walk(walk);
  for (Waiting& waiting : queue_) walk_waiting(walk, waiting);
  walk.still(view_.left, view_.names_came, view_.failed);
  walk.past(view_.began);
  const Duration idle_matters =
      std::max(finite(rules_.idle_limit), finite(rules_.check_before_use));
  for (Place& place : places_) {
    walk.still(place.state, place.under_way, place.dead, place.fresh, place.held.has_value(),
               place.ends.value_or(SocketEnd::None));
    walk.past(place.idle_since, idle_matters);
    walk.past(place.heard_at, finite(rules_.check_every));
    walk.instant(place.check_until);
    if (place.held) walk_waiting(walk, *place.held);
    place.figures.walk(walk, finite(rules_.lifetime));
  }
}

void Session::walk_waiting(StateWalk& walk, Waiting& waiting) {
  stayalive::walk(walk, waiting.request.message);
  walk.still(waiting.request.repeats);
  walk.past(waiting.since);
  walk.instant(waiting.until);
}

}  // namespace stayalive
