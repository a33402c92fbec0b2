// SPDX-License-Identifier: Apache-2.0
#include "app/host/program.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/text.h"

namespace stayalive {

Program::Program(Party& party, Kernel& kernel) : party_(party), kernel_(kernel) {
  const StrategyKind* kind = find_strategy(party.spec.strategy);
  CHECK(kind != nullptr, "a scenario names only strategies that exist");
  strategy_ = kind->make(party.spec.options, party.setting);
}

// --- opening ---

void Program::start(TimePoint now) {
  now_ = now;
  active_at_ = now;
  open_socket();
}

void Program::open_socket() {
  const bool first = ++party_.sessions == 1;
  read_through_ = arrived_ = 0;
  peer_closed_ = shut_down_ = false;
  reading_ = true;
  read_at_ = kNever;
  state_ = State::Opening;
  strategy_->on_opening(now_);
  if (udp()) {
    local_ = kernel_.bind_udp(*this, party_.spec.client_port);
    peer_ = party_.server;
    tell({SideEvent::Kind::Opening, now_, local_, *peer_});
    // Who had lost its peer has found it again only when it hears it.
    heard_ = first;
    opened();
    return;
  }
  established_ = false;
  socket_ = kernel_.connect(*this, party_.server);
  tell({SideEvent::Kind::Opening, now_, kernel_.sockets().local(socket_), party_.server});
}

void Program::adopt(TimePoint now, SocketId socket) {
  now_ = now;
  active_at_ = now;
  socket_ = socket;
  state_ = State::Opening;
  party_.current = this;
}

void Program::listen_udp(TimePoint now) {
  now_ = now;
  active_at_ = now;
  state_ = State::Opening;
  local_ = kernel_.bind_udp(*this, party_.spec.server_port);
}

void Program::opened() {
  state_ = State::Open;
  established_ = true;
  if (udp()) {
    if (heard_) tell({SideEvent::Kind::Opened, now_, local_, *peer_});
  } else {
    TcpSockets& sockets = kernel_.sockets();
    tell({SideEvent::Kind::Opened, now_, sockets.local(socket_), sockets.remote(socket_)});
  }
  message_at_ = now_;
  strategy_->on_open(now_, *this);
  flush_pending();
}

// --- what the kernel reports ---

void Program::socket_event(TimePoint now, const TcpEvent& event) {
  now_ = now;
  switch (event.kind) {
    case TcpEvent::Kind::Established:
      return opened();
    case TcpEvent::Kind::Acknowledged:
      return;
    case TcpEvent::Kind::Delivered:
      arrived_ = event.message;
      if (reading_) read_through(arrived_);
      return;
    case TcpEvent::Kind::PeerClosed:
      peer_closed_ = true;
      if (finished()) connection_closed(SocketError::None);
      return;
    case TcpEvent::Kind::Closed:
      return connection_closed(event.error);
  }
}

void Program::connection_closed(SocketError error) {
  if (state_ == State::Ended || state_ == State::Pausing) return;
  const SocketId before = socket_;
  strategy_->on_closed(now_, error, *this);
  if (state_ == State::Ended || state_ == State::Pausing || socket_ != before) return;
  drop_socket();
  ended(outcome_of(error, established_), error, strategy_->ending(error));
}

bool Program::finished() const {
  if (!reading_) return false;
  const bool talks_on = party_.spec.finishes_after_eof[index(party_.role)];
  return !talks_on || party_.workload.next_due() == kNever;
}

void Program::read_through(std::uint32_t number) {
  if (socket_ == kNoSocket) return;
  const SocketId reading = socket_;
  const StreamId stream = kernel_.sockets().connection(socket_).peer_stream();
  while (read_through_ < number && socket_ == reading && state_ == State::Open) {
    const Message* message = party_.messages.read({stream, ++read_through_});
    if (message == nullptr) continue;
    const Message copy = *message;
    handle(copy, false);
  }
  party_.messages.forget_through({stream, read_through_});
}

void Program::datagram(TimePoint now, const Packet& packet) {
  now_ = now;
  if (state_ != State::Open && state_ != State::Opening) return;
  if (party_.role == Role::Client && packet.source() != *peer_) return;
  if (!std::exchange(heard_, true)) tell({SideEvent::Kind::Opened, now_, local_, *peer_});
  const Message* written = party_.messages.read(packet.content);
  if (written == nullptr) return;
  const Message message = *written;
  party_.messages.forget_through(packet.content);
  source_ = packet.source();
  if (party_.role == Role::Server && !peer_) {
    if (!strategy_->accepts_unknown(message)) return;
    peer_ = source_;
    opened();
  }
  const bool moved = source_ != *peer_;
  if (moved && party_.spec.server_follows && !strategy_->chooses_source()) adopt_source();
  handle(message, moved);
}

void Program::datagram_refused(TimePoint now, const QuotedPacket& quote) {
  now_ = now;
  log("ICMP: " + print_endpoint(quote.destination) + " is unreachable (" +
      name(quote.code == Unreachable::Port ? SocketError::Refused : SocketError::HostUnreachable) +
      ")");
}

void Program::handle(const Message& message, bool moved) {
  if (message.kind == MessageKind::Application) application_arrived(message);
  strategy_->on_message(now_, message, moved, *this);
  message_at_ = now_;
}

void Program::application_arrived(const Message& message) {
  active_at_ = now_;
  party_.ledger.delivered(party_.connection, opposite(party_.role), message.item);
  if (message.is_answer()) {
    std::erase_if(requests_,
                  [&](const Request& request) { return request.item == message.answers; });
    party_.ledger.answered(party_.connection, party_.role, message.answers);
    return;
  }
  const TrafficSpec& traffic = party_.spec.traffic[message.traffic];
  if (traffic.answer) party_.workload.answer_at(later(now_, traffic.answer->after), message);
}

// --- time ---

TimePoint Program::next_deadline() const {
  if (state_ == State::Idle) return kNever;
  TimePoint due = current() ? party_.workload.next_due() : kNever;
  if (state_ == State::Ended) return due;
  if (state_ == State::Pausing) return std::min(due, resume_at_);
  due = std::min({due, read_at_, strategy_->next_deadline()});
  for (const Request& request : requests_) due = std::min(due, request.overdue);
  const Duration idle = party_.spec.close_when_idle[index(party_.role)];
  if (idle != kForever && state_ == State::Open) due = std::min(due, later(active_at_, idle));
  return due;
}

void Program::expire(TimePoint now) {
  now_ = now;
  while (next_deadline() <= now) {
    if (state_ == State::Pausing && resume_at_ <= now) {
      resume_at_ = kNever;
      open_socket();
      continue;
    }
    if (read_at_ <= now) {
      read_at_ = kNever;
      reading_ = true;
      if (arrived_ > read_through_) read_through(arrived_);
      if (socket_ != kNoSocket)
        kernel_.sockets().set_reading(socket_, true, kernel_.kernel_time(now));
    }
    write_due();
    check_requests();
    check_idle();
    if (state_ == State::Open || state_ == State::Opening) {
      if (strategy_->next_deadline() <= now) strategy_->expire(now, *this);
    }
  }
}

void Program::check_requests() {
  for (const Request& request : requests_) {
    if (request.overdue > now_ || state_ == State::Ended) continue;
    return give_up({"request timed out after " + print_duration(request.give_up), 1});
  }
}

void Program::check_idle() {
  const Duration idle = party_.spec.close_when_idle[index(party_.role)];
  if (idle == kForever || state_ != State::Open || now_ < later(active_at_, idle)) return;
  finish({"closed after " + print_duration(idle) + " without use", 0});
}

// --- writing ---

void Program::write_due() {
  while (current() && party_.workload.next_due() <= now_) {
    const Message message = party_.workload.take();
    const bool writes = state_ != State::Ended && !shut_down_;
    std::optional<Duration> answer;
    const std::optional<TrafficSpec::Answer>& asked = party_.spec.traffic[message.traffic].answer;
    if (!message.is_answer() && asked) answer = asked->after;
    party_.ledger.message(party_.connection, party_.role, writes, answer);
    if (writes) write(message);
  }
  if (peer_closed_ && state_ == State::Open && finished()) connection_closed(SocketError::None);
}

void Program::write(const Message& message) {
  active_at_ = now_;
  const std::optional<Duration>& give_up = party_.spec.traffic[message.traffic].give_up;
  if (!message.is_answer() && give_up)
    requests_.push_back({message.item, later(now_, *give_up), *give_up});
  if (state_ == State::Open && ready_) {
    transmit_application(message);
  } else if (strategy_->queues_while_not_ready()) {
    pending_.push_back(message);
  }
}

void Program::transmit_application(Message message) {
  message.bytes = strategy_->wire_bytes(message.bytes);
  message.sent_at = now_;
  transmit(message);
}

void Program::flush_pending() {
  while (!pending_.empty() && state_ == State::Open && ready_) {
    const Message message = pending_.front();
    pending_.pop_front();
    transmit_application(message);
  }
}

void Program::send(const Message& message) {
  if (state_ != State::Open || (udp() && !peer_)) return;
  Message stamped = message;
  stamped.sent_at = now_;
  party_.ledger.keepalive(party_.connection, party_.role, message.kind);
  transmit(stamped);
}

void Program::transmit(const Message& message) {
  TcpSockets& sockets = kernel_.sockets();
  if (udp() ? !peer_ : socket_ == kNoSocket || shut_down_) return;
  const StreamId stream = udp() ? party_.datagrams : sockets.connection(socket_).stream();
  const std::uint32_t number = party_.messages.write(stream, message);
  party_.ledger.written(party_.connection, kernel_.node(), {stream, number}, message.kind);
  if (udp()) {
    Packet packet;
    packet.protocol = Protocol::Udp;
    packet.set_origin({stream, party_.connection});
    packet.content.message = number;
    packet.payload = static_cast<std::uint16_t>(message.bytes);
    packet.set_source(local_);
    packet.set_destination(*peer_);
    strategy_->on_sent(now_, message);
    kernel_.send_datagram(packet);
    return;
  }
  strategy_->on_sent(now_, message);
  sockets.send(socket_, number, message.bytes, kernel_.kernel_time(now_));
}

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
  SideEvent event{SideEvent::Kind::Ended, now_};
  event.outcome = outcome;
  event.error = error;
  event.ending = ending;
  tell(std::move(event));
  requests_.clear();
}

void Program::tell(SideEvent event) {
  if (!current()) return;
  party_.ledger.side(party_.connection, party_.role, std::move(event));
}

void Program::give_up(const Ending& ending) {
  if (state_ == State::Ended) return;
  drop_socket();
  ended(established_ ? Outcome::Detected : Outcome::Refused, SocketError::None, ending);
  log(ending.message);
}

void Program::finish(const Ending& ending) {
  if (state_ == State::Ended) return;
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

void Program::reconnect(Duration span, const Ending& reason) {
  if (state_ == State::Ended || state_ == State::Pausing) return;
  SideEvent event{SideEvent::Kind::Noticed, now_};
  event.outcome = Outcome::Detected;
  event.ending = reason;
  tell(std::move(event));
  log(reason.message);
  pause(span);
}

void Program::retry(Duration span, const std::string& reason) {
  if (state_ == State::Ended || state_ == State::Pausing) return;
  log(reason);
  pause(span);
}

void Program::forget_peer(const Ending& reason) {
  if (!peer_) return;
  SideEvent event{SideEvent::Kind::Noticed, now_};
  event.outcome = Outcome::Detected;
  event.ending = reason;
  tell(std::move(event));
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
  if (ready) flush_pending();
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

// --- the scenario interferes ---

void Program::kill(TimePoint now) {
  now_ = now;
  if (state_ == State::Ended) return;
  drop_socket();
  ended(Outcome::Closed, SocketError::None, killed());
  log("the process is killed");
}

void Program::close_in_order(TimePoint now) {
  now_ = now;
  if (strategy_->on_stop(now, *this)) return;
  finish(closed());
}

void Program::shut_down(TimePoint now) {
  now_ = now;
  if (state_ != State::Open || udp() || shut_down_) return;
  shut_down_ = true;
  log("the program closes its sending direction");
  kernel_.sockets().shutdown(socket_, kernel_.kernel_time(now));
}

void Program::stop_reading(TimePoint now, TimePoint until) {
  now_ = now;
  if (socket_ == kNoSocket) return;
  reading_ = false;
  read_at_ = until;
  log("the program stops reading");
  kernel_.sockets().set_reading(socket_, false, kernel_.kernel_time(now));
}

void Program::host_down(TimePoint now) {
  now_ = now;
  if (state_ == State::Idle || state_ == State::Ended) return;
  if (socket_ != kNoSocket) forget_unread();
  socket_ = kNoSocket;
  state_ = State::Ended;
  requests_.clear();
  SideEvent event{SideEvent::Kind::HostDown, now};
  event.outcome = Outcome::Closed;
  event.ending = {"its host went down", 0};
  tell(std::move(event));
}

void Program::address_changed(TimePoint now) {
  now_ = now;
  if (!udp() || state_ != State::Open) return;
  local_.address = kernel_.address();
  tell({SideEvent::Kind::Moved, now, local_, peer_ ? *peer_ : Endpoint{}});
}

void Program::walk(StateWalk& walk) {
  std::uint32_t flags = 0;  // one field of all: every field takes time
  for (const bool flag :
       {peer_.has_value(), ready_, established_, heard_, peer_closed_, shut_down_, reading_})
    flags = flags << 1 | (flag ? 1u : 0u);
  walk.still(state_, socket_, local_, source_, flags, pending_.size(), requests_.size());
  if (peer_) walk.still(*peer_);
  walk.sequence(arrived_);
  walk.sequence(read_through_);
  walk.past(now_);
  walk.past(message_at_);
  walk.instant(resume_at_);
  walk.instant(read_at_);
  const Duration idle = party_.spec.close_when_idle[index(party_.role)];
  walk.past(active_at_, idle == kForever ? Duration::zero() : idle);
  for (Message& message : pending_) stayalive::walk(walk, message);
  for (Request& request : requests_) {
    walk.sequence(request.item);
    walk.instant(request.overdue);
    walk.still(request.give_up);
  }
  if (state_ != State::Ended) strategy_->walk(walk);
}

}  // namespace stayalive
