// SPDX-License-Identifier: Apache-2.0
// How a program loses, leaves and reopens its sockets, and what a scenario does to it.
#include <algorithm>
#include <utility>

#include "app/host/program.h"

namespace stayalive {

// --- ending ---

void Program::drop_socket() {
  if (udp()) {
    if (state_ == State::Open || state_ == State::Opening) kernel_.unbind_udp(local_.port, *this);
    peer_.reset();
  } else if (socket_ != kNoSocket) {
    forget_unread();
    kernel_.close(std::exchange(socket_, kNoSocket));
  }
}

// What the peer has written on this socket, and may still write, is read by nobody.
void Program::forget_unread() {
  party_.messages.close(kernel_.sockets().connection(socket_).peer_stream());
}

void Program::ended(Outcome outcome, SocketError error, const Ending& ending) {
  state_ = State::Ended;
  tell_end(SideEvent::Kind::Ended, outcome, error, ending);
  requests_.clear();
}

void Program::tell_end(SideEvent::Kind kind, Outcome outcome, SocketError error,
                       const Ending& ending) {
  tell(SideEvent::end(kind, now_, outcome, error, ending));
}

void Program::tell(SideEvent event) {
  if (!current()) return;
  party_.ledger.side(party_.connection, party_.role, std::move(event));
}

void Program::give_up(const Ending& ending) {
  if (state_ == State::Ended) return;
  const Outcome outcome = established_ ? Outcome::Detected : Outcome::Refused;
  if (opens_another(outcome, SocketError::None, ending, true)) return;
  drop_socket();
  ended(outcome, SocketError::None, ending);
  log(ending.message);
}

void Program::say_goodbye() {
  if (state_ == State::Open && !udp() && !shut_down_) strategy_->say_goodbye(now_, *this);
}

void Program::finish(const Ending& ending) {
  if (state_ == State::Ended) return;
  say_goodbye();
  if (opens_another(Outcome::Closed, SocketError::None, ending, true)) return;
  drop_socket();
  ended(Outcome::Closed, SocketError::None, ending);
  log(ending.message);
}

void Program::pause(Duration span) {
  drop_socket();
  state_ = State::Pausing;
  ready_ = true;
  resume_at_ = later(now_, span);
}

// Whether the program goes on with another socket after the one it had was lost or closed.
bool Program::opens_another(Outcome outcome, SocketError error, const Ending& ending,
                            bool by_client) {
  const std::optional<ReconnectSpec>& policy = party_.spec.reconnect;
  if (!policy || party_.role != Role::Client || stopping_ || between_sockets()) return false;
  if (party_.dispatcher != nullptr) {
    rest(outcome, error, ending, by_client);
    return true;
  }
  if (!usable_ && policy->limit && in_vain_ + 1 >= *policy->limit) return false;
  if (!usable_) ++in_vain_;
  const bool rests = policy->when == ReconnectSpec::When::NextMessage;
  if (established_)
    tell_end(rests ? SideEvent::Kind::Rested : SideEvent::Kind::Noticed, outcome, error, ending);
  log(ending.message);
  drop_socket();
  settle_lost_requests(error);
  if (policy->meanwhile == ReconnectSpec::Meanwhile::Fail && !usable_) fail_pending();
  if (rests && pending_.empty()) {
    ready_ = true;
    state_ = State::Resting;
  } else {
    pause(policy->pause_before(in_vain_));
  }
  return true;
}

// Until its dispatcher opens another.
void Program::rest(Outcome outcome, SocketError error, const Ending& ending, bool by_client) {
  if (established_) tell_end(SideEvent::Kind::Rested, outcome, error, ending);
  log(ending.message);
  drop_socket();
  ready_ = true;
  state_ = State::Resting;
  const LostSocket how{outcome, error, ending.message, usable_, used_, by_client};
  party_.dispatcher->lost(party_, how, requests_.take_sent());
}

// Who waits for a connection that does not come is told so.
void Program::fail_pending() {
  for (const Message& message : pending_) {
    if (message.is_answer()) continue;
    requests_.answered(message.item);
    party_.ledger.failed(party_.requests, party_.role, message.item);
  }
  pending_.clear();
}

// What was sent and not answered is sent again, ahead of what still waits, or has failed.
void Program::settle_lost_requests(SocketError error) {
  const ReconnectSpec& policy = *party_.spec.reconnect;
  std::deque<Message> again;
  for (const OpenRequests::Request& request : requests_.take_sent()) {
    const Message message = request.message;
    LostRequest lost = request.lost(error, now_, used_);
    lost.repeatable = party_.spec.traffic[message.traffic].repeatable;
    lost.repeated = policy.repeats(lost.repeatable, request.repeats, used_);
    party_.ledger.lost_request(party_.connection, lost);
    if (!lost.repeated) {
      party_.ledger.failed(party_.requests, party_.role, message.item);
      continue;
    }
    party_.ledger.repeated(party_.connection, party_.role, message.item);
    requests_.put_back(request, now_);
    again.push_back(message);
  }
  pending_.insert(pending_.begin(), again.begin(), again.end());
}

void Program::reconnect(Duration span, const Ending& reason) {
  if (between_sockets()) return;
  if (party_.dispatcher != nullptr) return rest(Outcome::Detected, SocketError::None, reason, true);
  tell_end(SideEvent::Kind::Noticed, Outcome::Detected, SocketError::None, reason);
  log(reason.message);
  pause(span);
}

void Program::retry(Duration span, const std::string& reason) {
  if (between_sockets()) return;
  if (party_.dispatcher != nullptr)
    return rest(Outcome::Refused, SocketError::None, {reason, 1}, true);
  log(reason);
  pause(span);
}

void Program::forget_peer(const Ending& reason) {
  if (!peer_) return;
  tell_end(SideEvent::Kind::Noticed, Outcome::Detected, SocketError::None, reason);
  log(reason.message);
  peer_.reset();
  state_ = State::Opening;
}

void Program::adopt_source() {
  if (!peer_ || source_ == *peer_) return;
  peer_ = source_;
  tell({SideEvent::Kind::Moved, now_, local_, *peer_});
}

void Program::set_ready(bool ready) {
  ready_ = ready;
  if (!ready) return;
  if (state_ == State::Open && !usable_) return become_usable();
  flush_pending();
}

void Program::secured(bool resumed, std::uint32_t round_trips) {
  party_.ledger.secured(party_.connection, party_.role, resumed, round_trips);
}

// They go first on the next connection.
void Program::unserved(std::span<const std::uint32_t> items) {
  std::vector<OpenRequests::Request> requests;
  for (const std::uint32_t item : items) {
    if (const auto request = requests_.take(item)) requests.push_back(*request);
  }
  if (party_.dispatcher != nullptr) return party_.dispatcher->unserved(party_, requests);
  std::deque<Message> again;
  for (const OpenRequests::Request& request : requests) {
    LostRequest lost = request.lost(SocketError::None, now_, used_);
    lost.why = LostRequest::Why::Unserved;
    lost.repeatable = party_.spec.traffic[request.message.traffic].repeatable;
    lost.repeated = true;
    party_.ledger.lost_request(party_.connection, lost);
    party_.ledger.repeated(party_.connection, party_.role, request.message.item);
    requests_.put_back(request, now_);
    again.push_back(request.message);
  }
  pending_.insert(pending_.begin(), again.begin(), again.end());
}

void Program::came_in_time(const CloseGiveUp& wait) {
  CloseGiveUp told = wait;
  told.waited = now_ - message_at_;
  kernel_was_near(told);
}

void Program::kernel_was_near(const CloseGiveUp& wait) const {
  if (current()) party_.ledger.came_in_time(party_.connection, party_.role, wait);
}

void Program::log(const std::string& line) {
  party_.ledger.log(party_.connection, kernel_.node(), line);
}

// --- a dispatcher decides ---

Program::Gathering::Gathering(Program& program, TimePoint now) : program_(program), now_(now) {
  const bool may = program.party_.gathers && program.socket_ != kNoSocket;
  if (!may || program.held_ == program.socket_) return;
  held_ = program.held_ = program.socket_;
  program.kernel_.sockets().hold(held_, true, program.kernel_.kernel_time(now));
}

// A socket that its program has closed meanwhile has sent everything with its FIN.
Program::Gathering::~Gathering() {
  if (held_ == kNoSocket) return;
  program_.held_ = kNoSocket;
  if (held_ != program_.socket_) return;
  program_.kernel_.sockets().hold(held_, false, program_.kernel_.kernel_time(now_));
}

void Program::open(TimePoint now) {
  now_ = now;
  active_at_ = now;
  open_socket();
}

void Program::carry(TimePoint now, const OpenRequests::Request& request) {
  now_ = now;
  active_at_ = now;
  const Message message = request.message;
  requests_.put(request);
  transmit_application(message);
}

void Program::check(TimePoint now, std::uint32_t bytes) {
  now_ = now;
  send({.kind = MessageKind::Request,
        .subtype = Message::kPoolCheck,
        .bytes = strategy_->wire_bytes(bytes)});
}

void Program::answer_check(const Message& message) {
  active_at_ = now_;
  message_at_ = now_;
  if (message.kind == MessageKind::Request) {
    send({.kind = MessageKind::Reply, .subtype = Message::kPoolCheck, .bytes = message.bytes});
  } else if (party_.dispatcher != nullptr) {
    party_.dispatcher->checked(party_);
  }
}

void Program::leave_socket(TimePoint now, const Ending& ending) {
  now_ = now;
  finish(ending);
}

void Program::make_room(TimePoint now) {
  now_ = now;
  strategy_->make_room(now, *this);
}

// --- the scenario interferes ---

void Program::kill(TimePoint now) {
  now_ = now;
  hung_ = false;
  unread_.clear();
  if (state_ == State::Ended) return;
  drop_socket();
  ended(Outcome::Closed, SocketError::None, killed());
  log("the process is killed");
}

void Program::close_in_order(TimePoint now) {
  now_ = now;
  stopping_ = true;
  if (state_ != State::Resting && strategy_->on_stop(now, *this)) return;
  finish(closed());
}

void Program::shut_down(TimePoint now) {
  now_ = now;
  if (state_ != State::Open || udp() || shut_down_) return;
  log("the program closes its sending direction");
  close_sending();
}

void Program::forget_waiting() { pending_.clear(); }

void Program::forget_answers() {
  if (answers_) answers_->forget_answers();
  if (current()) party_.workload.forget_answers();
}

void Program::shut_down() {
  if (state_ != State::Open || udp() || shut_down_) return;
  close_sending();
}

void Program::close_sending() {
  say_goodbye();
  shut_down_ = true;
  kernel_.sockets().shutdown(socket_, kernel_.kernel_time(now_));
}

void Program::stop_reading(TimePoint now, TimePoint until) {
  now_ = now;
  if (socket_ == kNoSocket) return;
  reading_ = false;
  read_at_ = until;
  log("the program stops reading");
  kernel_.sockets().set_reading(socket_, false, kernel_.kernel_time(now));
}

// What has come meanwhile first; then there is room for more.
void Program::read_again() {
  if (arrived_ > read_through_ || party_.echoes) read_through(arrived_);
  if (socket_ != kNoSocket) kernel_.sockets().set_reading(socket_, true, kernel_.kernel_time(now_));
}

void Program::hang(TimePoint now, TimePoint until) {
  now_ = now;
  if (state_ == State::Idle || state_ == State::Ended) return;
  if (!hung_) log("the program hangs");
  hung_ = true;
  hung_until_ = until;
  if (socket_ != kNoSocket) kernel_.sockets().set_reading(socket_, false, kernel_.kernel_time(now));
}

// What the kernel reports to a program that does not run it learns when it goes on.
void Program::note_while_hung(const TcpEvent& event) {
  switch (event.kind) {
    case TcpEvent::Kind::Established:
      opened_meanwhile_ = true;
      return;
    case TcpEvent::Kind::Acknowledged:
      return;
    case TcpEvent::Kind::Delivered:
      arrived_ = event.message;
      if (party_.echoes) octets_ += event.octets;
      return;
    case TcpEvent::Kind::Octets:
      if (party_.echoes) octets_ += event.octets;
      return;
    case TcpEvent::Kind::PeerClosed:
      peer_closed_ = true;
      return;
    case TcpEvent::Kind::Closed:
      // The number of the socket may be another's by then.
      closed_meanwhile_ = event.error;
      forget_unread();
      kernel_.close(std::exchange(socket_, kNoSocket));
      return;
  }
}

void Program::go_on() {
  hung_ = false;
  hung_until_ = kNever;
  log("the program goes on");
  if (std::exchange(opened_meanwhile_, false)) {
    established_ = true;
    if (socket_ != kNoSocket) opened();
  }
  if (reading_) read_again();
  for (const Packet& packet : unread_.take()) datagram(now_, packet);
  if (peer_closed_ && state_ == State::Open && finished()) connection_closed(SocketError::None);
  if (closed_meanwhile_) connection_closed(*std::exchange(closed_meanwhile_, std::nullopt));
}

void Program::host_down(TimePoint now) {
  now_ = now;
  hung_ = false;
  unread_.clear();
  if (state_ == State::Idle || state_ == State::Ended) return;
  if (socket_ != kNoSocket) forget_unread();
  socket_ = kNoSocket;
  state_ = State::Ended;
  requests_.clear();
  tell_end(SideEvent::Kind::HostDown, Outcome::Closed, SocketError::None,
           {"its host went down", 0});
}

void Program::address_changed(TimePoint now) {
  now_ = now;
  if (!udp() || state_ != State::Open) return;
  local_.address = kernel_.address();
  tell({SideEvent::Kind::Moved, now, local_, peer_ ? *peer_ : Endpoint{}});
}

}  // namespace stayalive
