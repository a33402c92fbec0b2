// SPDX-License-Identifier: Apache-2.0
#include "app/host/program.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "strategy/tls/tls_end.h"

namespace stayalive {

Program::Program(Party& party, Kernel& kernel) : party_(party), kernel_(kernel) {
  const StrategyKind* kind = find_strategy(party.spec.strategy);
  CHECK(kind != nullptr, "a scenario names only strategies that exist");
  strategy_ = kind->make(party.spec.options_of(party.role), party.setting);
  if (const TlsRules* tls = party.spec.tls_of(party.role)) {
    strategy_ =
        std::make_unique<TlsEnd>(*tls, std::move(strategy_), party.role, party.setting.tls_session);
  }
}

// --- opening ---

void Program::start(TimePoint now) {
  now_ = now;
  active_at_ = now;
  const std::optional<ReconnectSpec>& policy = party_.spec.reconnect;
  if (policy && policy->first_with_message) {
    state_ = State::Resting;
    return expire(now);
  }
  open_socket();
}

void Program::open_socket() {
  const bool first = ++party_.sessions == 1;
  read_through_ = arrived_ = echoed_ = 0;
  octets_ = 0;
  peer_closed_ = shut_down_ = used_ = usable_ = false;
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
  // An answer goes back the way its request came, and that connection is over.
  if (party_.spec.reconnect) party_.workload.forget_answers();
  if (now < party_.hung_until) hang(now, party_.hung_until);
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
  const Gathering gathering(*this, now_);
  strategy_->on_open(now_, *this);
  if (ready_ && !usable_) become_usable();
}

// Of a strategy that sets up first, when it has.
void Program::become_usable() {
  usable_ = true;
  in_vain_ = 0;
  flush_pending();
  if (party_.dispatcher != nullptr) party_.dispatcher->opened(party_);
}

// --- what the kernel reports ---

void Program::socket_event(TimePoint now, const TcpEvent& event) {
  now_ = now;
  if (hung_) return note_while_hung(event);
  switch (event.kind) {
    case TcpEvent::Kind::Established:
      return opened();
    case TcpEvent::Kind::Acknowledged:
      return;
    case TcpEvent::Kind::Delivered:
      arrived_ = event.message;
      if (party_.echoes) octets_ += event.octets;
      if (reading_) read_through(arrived_);
      return;
    case TcpEvent::Kind::Octets:
      if (!party_.echoes) return;
      octets_ += event.octets;
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
  if (between_sockets()) return;
  // Clients answer a close with last words of their own (curl, Node.js), servers do not (nginx).
  if (error == SocketError::None && party_.role == Role::Client) say_goodbye();
  const SocketId before = socket_;
  strategy_->on_closed(now_, error, *this);
  if (between_sockets() || socket_ != before) return;
  const Ending ending = strategy_->ending(error);
  const Outcome outcome = outcome_of(error, established_);
  if (opens_another(outcome, error, ending, false)) return;
  drop_socket();
  ended(outcome, error, ending);
}

bool Program::finished() const {
  if (!reading_ || party_.spec.stays_after_eof[index(party_.role)]) return false;
  const bool talks_on = party_.spec.finishes_after_eof[index(party_.role)];
  return !talks_on || next_writing() == kNever;
}

void Program::read_through(std::uint32_t number) {
  if (socket_ == kNoSocket) return;
  const SocketId reading = socket_;
  const Gathering gathering(*this, now_);
  const StreamId stream = kernel_.sockets().connection(socket_).peer_stream();
  while (read_through_ < number && socket_ == reading && state_ == State::Open) {
    const Message* message = party_.messages.read({stream, ++read_through_});
    if (message == nullptr) continue;
    const Message copy = *message;
    handle(copy, false);
    octets_ -= std::min<std::uint64_t>(octets_, copy.bytes);
  }
  party_.messages.forget_through({stream, read_through_});
  if (party_.echoes && socket_ == reading && state_ == State::Open) read_octets();
}

// Of the message that is not complete yet.
void Program::read_octets() {
  write_due();
  if (socket_ == kNoSocket || octets_ <= echoed_) return;
  const StreamId stream = kernel_.sockets().connection(socket_).peer_stream();
  const Message* request = party_.messages.read({stream, read_through_ + 1});
  if (request == nullptr || request->kind != MessageKind::Application) return;
  const std::optional<TrafficSpec::Answer>& asked = party_.spec.traffic[request->traffic].answer;
  if (!request->is_answer() && asked && asked->echo)
    echo(*request, static_cast<std::uint32_t>(octets_));
}

// read: how many of the request's octets it has read by now.
void Program::echo(const Message& request, std::uint32_t read) {
  const bool ends = read == request.bytes;
  const std::uint32_t more = read - std::exchange(echoed_, ends ? 0 : read);
  if (ends) return party_.workload.echo_at(now_, request, more, source_);
  active_at_ = now_;
  transmit({.bytes = more,
            .item = Message::kNoItem,
            .traffic = request.traffic,
            .answers = request.item,
            .continues = true,
            .sent_at = now_});
}

void Program::datagram(TimePoint now, const Packet& packet) {
  now_ = now;
  if (state_ != State::Open && state_ != State::Opening) return;
  if (party_.role == Role::Client && packet.source() != *peer_) return;
  if (hung_) {
    unread_.push(packet);
    return;
  }
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
  if (moved && party_.spec.server_discards_strangers) {
    log("A datagram from " + print_endpoint(source_) + " is thrown away: the peer is " +
        print_endpoint(*peer_));
    return;
  }
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
  if (message.is_pool_check()) return answer_check(message);
  if (message.kind == MessageKind::Application && strategy_->takes(now_, message))
    application_arrived(message);
  answers_to_ = answer_address(source_);
  strategy_->on_message(now_, message, moved, *this);
  answers_to_.reset();
  message_at_ = now_;
}

std::optional<Endpoint> Program::answer_address(Endpoint source) const {
  const bool follows = udp() && party_.role == Role::Server && party_.spec.answers_follow;
  return follows ? std::optional(source) : std::nullopt;
}

void Program::application_arrived(const Message& message) {
  active_at_ = now_;
  if (message.continues) return;
  if (message.is_error()) {
    // A proxy's own: the server has written nothing.
    requests_.answered(message.answers);
    party_.ledger.refused(party_.requests, party_.role, message.answers, message.status);
    if (party_.dispatcher != nullptr) party_.dispatcher->answered(party_, message);
    return;
  }
  const ConnectionId books = message.is_answer() ? party_.connection : party_.requests;
  party_.ledger.delivered(books, opposite(party_.role), message.item);
  if (message.is_answer()) {
    requests_.answered(message.answers);
    used_ = true;
    party_.ledger.answered(party_.requests, party_.role, message.answers);
    if (party_.dispatcher != nullptr) party_.dispatcher->answered(party_, message);
    return;
  }
  const TrafficSpec& traffic = party_.spec.traffic[message.traffic];
  if (!traffic.answer) return;
  if (traffic.answer->echo) return echo(message, message.bytes);
  const TimePoint worked_out = later(now_, traffic.answer->after);
  if (strategy_->answers_in_order()) {
    // It goes back on the connection on which its request came.
    party_.current = this;
    if (!answers_) answers_ = std::make_unique<Workload>(party_.spec.traffic);
    answers_->answer_in_order(worked_out, message, source_);
  } else {
    party_.workload.answer_at(worked_out, message, source_);
  }
}

// --- time ---

TimePoint Program::next_deadline() const {
  if (state_ == State::Idle) return kNever;
  if (hung_) return hung_until_;
  TimePoint due = next_writing();
  if (state_ == State::Ended) return due;
  if (state_ == State::Resting) return due;
  if (state_ == State::Pausing) {
    if (party_.spec.reconnect) due = std::min(due, requests_.next_overdue());
    return std::min(due, resume_at_);
  }
  due = std::min({due, read_at_, strategy_->next_deadline()});
  due = std::min(due, requests_.next_overdue());
  const Duration idle = party_.spec.close_when_idle[index(party_.role)];
  if (idle != kForever && state_ == State::Open) due = std::min(due, later(active_at_, idle));
  return due;
}

TimePoint Program::next_writing() const {
  const TimePoint due = current() ? party_.workload.next_due() : kNever;
  return answers_ ? std::min(due, answers_->next_due()) : due;
}

void Program::expire(TimePoint now) {
  now_ = now;
  if (hung_ && hung_until_ <= now) go_on();
  if (hung_) return;
  const Gathering gathering(*this, now);
  while (next_deadline() <= now) {
    if (state_ == State::Pausing && resume_at_ <= now) {
      resume_at_ = kNever;
      open_socket();
      continue;
    }
    if (read_at_ <= now) {
      read_at_ = kNever;
      reading_ = true;
      read_again();
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
  if (state_ == State::Ended) return;
  const auto request = requests_.take_overdue(now_);
  if (!request) return;
  party_.ledger.failed(party_.requests, party_.role, request->message.item);
  if (party_.dispatcher != nullptr) party_.dispatcher->overdue(party_, *request);
  // Between two sockets there is nothing to close.
  if (state_ == State::Pausing) {
    std::erase_if(pending_, [&](const Message& message) {
      return !message.is_answer() && message.item == request->message.item;
    });
  } else {
    give_up({"request timed out after " + print_duration(request->give_up), 1});
  }
}

void Program::check_idle() {
  const Duration idle = party_.spec.close_when_idle[index(party_.role)];
  if (idle == kForever || state_ != State::Open || now_ < later(active_at_, idle)) return;
  finish({"closed after " + print_duration(idle) + " without use", 0});
}

// --- writing ---

void Program::write_due() {
  while (next_writing() <= now_) {
    const bool own = answers_ && answers_->next_due() <= now_;
    auto [message, asked_from] = own ? answers_->take() : party_.workload.take();
    if (own) message.item = party_.workload.next_item();
    const bool writes = may_write();
    std::optional<Duration> answer;
    const std::optional<TrafficSpec::Answer>& asked = party_.spec.traffic[message.traffic].answer;
    if (!message.is_answer() && asked) answer = asked->after;
    party_.ledger.message(party_.connection, party_.role, writes, answer);
    if (!writes) continue;
    answers_to_ = message.is_answer() ? answer_address(asked_from) : std::nullopt;
    write(message);
    answers_to_.reset();
  }
  if (peer_closed_ && state_ == State::Open && finished()) connection_closed(SocketError::None);
}

bool Program::may_write() const {
  if (state_ == State::Pausing && party_.spec.reconnect)
    return party_.spec.reconnect->meanwhile == ReconnectSpec::Meanwhile::Wait;
  return state_ != State::Ended && !shut_down_;
}

void Program::write(const Message& message) {
  active_at_ = now_;
  const bool may_repeat =
      party_.spec.reconnect && party_.spec.traffic[message.traffic].answer.has_value();
  if (!message.is_answer() && may_repeat)
    party_.ledger.follow(party_.connection, party_.role, message.item);
  // Whom nobody has called yet has nobody to ask.
  const bool asks_nobody = udp() && !peer_;
  if (!asks_nobody) await_answer(message);
  if (state_ == State::Open && strategy_->carries(now_, *this) && ready_) {
    transmit_application(message);
  } else if (strategy_->queues_while_not_ready()) {
    pending_.push_back(message);
    if (state_ == State::Resting) open_socket();
  }
}

void Program::await_answer(const Message& message) {
  const TrafficSpec& traffic = party_.spec.traffic[message.traffic];
  const bool may_repeat = party_.spec.reconnect && traffic.answer;
  if (message.is_answer() || (!may_repeat && !traffic.give_up)) return;
  Message asked = message;
  asked.sent_at = now_;
  requests_.add(asked, now_, traffic.give_up);
}

void Program::transmit_application(Message message) {
  strategy_->on_writing(now_, message, *this);
  message.bytes = strategy_->wire_bytes(message.bytes);
  message.sent_at = now_;
  if (!message.is_answer()) requests_.sent(message.item);
  transmit(message);
}

void Program::flush_pending() {
  while (!pending_.empty() && state_ == State::Open && ready_) {
    const Message message = pending_.front();
    pending_.pop_front();
    if (udp() && !message.is_answer() && !requests_.has(message.item)) await_answer(message);
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
  party_.ledger.written(party_.connection, kernel_.node(), {stream, number}, message, party_.http);
  if (udp()) {
    Packet packet;
    packet.protocol = Protocol::Udp;
    packet.set_origin({stream, party_.connection});
    packet.content.message = number;
    packet.payload = static_cast<std::uint16_t>(message.bytes);
    packet.set_source(local_);
    packet.set_destination(answers_to_.value_or(*peer_));
    strategy_->on_sent(now_, message);
    kernel_.send_datagram(packet);
    return;
  }
  strategy_->on_sent(now_, message);
  sockets.send(socket_, number, message.bytes, kernel_.kernel_time(now_));
}

void Program::walk(StateWalk& walk) {
  std::uint32_t flags = 0;  // one field of all: every field takes time
  for (const bool flag : {peer_.has_value(), ready_, established_, usable_, heard_, peer_closed_,
                          shut_down_, reading_, stopping_, used_, hung_, opened_meanwhile_,
                          closed_meanwhile_.has_value(), answers_ != nullptr})
    flags = flags << 1 | (flag ? 1u : 0u);
  walk.still(state_, socket_, local_, source_, flags, in_vain_, pending_.size(), unread_.size());
  if (peer_) walk.still(*peer_);
  walk.sequence(arrived_);
  walk.sequence(read_through_);
  walk.still(octets_, echoed_);
  walk.past(now_);
  walk.past(message_at_);
  walk.instant(resume_at_);
  walk.instant(hung_until_);
  walk.instant(read_at_);
  const Duration idle = party_.spec.close_when_idle[index(party_.role)];
  walk.past(active_at_, idle == kForever ? Duration::zero() : idle);
  for (Message& message : pending_) stayalive::walk(walk, message);
  requests_.walk(walk);
  if (answers_) answers_->walk(walk);
  if (state_ != State::Ended) strategy_->walk(walk);
}

}  // namespace stayalive
