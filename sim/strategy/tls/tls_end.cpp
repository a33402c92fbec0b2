// SPDX-License-Identifier: Apache-2.0
#include "strategy/tls/tls_end.h"

#include <utility>

#include "base/text.h"
#include "strategy/tls/tls_messages.h"

namespace stayalive {

// What the inner strategy may do: its messages go into records, and everything else passes.
class TlsEnd::Records final : public Channel {
 public:
  Records(TlsEnd& end, Channel& outer) : end_(end), outer_(outer) {}

  void send(const Message& message) override {
    Message record = message;
    record.bytes = end_.rules_.protect(message.bytes);
    outer_.send(record);
  }
  void give_up(const Ending& ending) override { outer_.give_up(ending); }
  void finish(const Ending& ending) override { outer_.finish(ending); }
  void reconnect(Duration pause, const Ending& reason) override { outer_.reconnect(pause, reason); }
  void retry(Duration pause, const std::string& reason) override { outer_.retry(pause, reason); }
  void adopt_source() override { outer_.adopt_source(); }
  void forget_peer(const Ending& reason) override { outer_.forget_peer(reason); }
  void set_ready(bool ready) override {
    end_.inner_ready_ = ready;
    if (end_.secured_) outer_.set_ready(ready);
  }
  void forget_waiting() override { outer_.forget_waiting(); }
  void forget_answers() override { outer_.forget_answers(); }
  void shut_down() override { outer_.shut_down(); }
  void came_in_time(const CloseGiveUp& wait) override { outer_.came_in_time(wait); }
  void unserved(std::span<const std::uint32_t> items) override { outer_.unserved(items); }
  void log(const std::string& line) override { outer_.log(line); }

 private:
  TlsEnd& end_;
  Channel& outer_;
};

TlsEnd::TlsEnd(const TlsRules& rules, std::unique_ptr<Strategy> inner, Role role,
               TlsSession* session)
    : rules_(rules), inner_(std::move(inner)), role_(role), session_(session) {}

void TlsEnd::begin(bool resumed) {
  resumed_ = resumed;
  handshake_ = rules_.handshake(resumed);
}

void TlsEnd::on_opening(TimePoint now) {
  secured_ = closed_ = false;
  inner_ready_ = true;
  step_ = 0;
  give_up_ = kNever;
  inner_->on_opening(now);
}

void TlsEnd::on_open(TimePoint now, Channel& channel) {
  const Duration limit = role_ == Role::Client ? rules_.client_timeout : rules_.server_timeout;
  give_up_ = limit == Duration::zero() ? kNever : later(now, limit);
  channel.set_ready(false);
  if (role_ == Role::Server) return;
  const bool known = rules_.resumption && session_ != nullptr && session_->given;
  begin(known && now < later(session_->given_at, rules_.session_timeout));
  send_flights(now, channel);
}

// All that this end has to send before it waits again.
void TlsEnd::send_flights(TimePoint now, Channel& channel) {
  while (step_ < handshake_.flights.size() && handshake_.flights[step_].from == role_) {
    const Message flight{.kind = MessageKind::Control,
                         .subtype = tls_flight(resumed_, step_),
                         .bytes = handshake_.flights[step_].bytes};
    ++step_;
    channel.send(flight);
  }
  if (!secured_ && step_ > handshake_.last) secure(now, channel);
}

void TlsEnd::secure(TimePoint now, Channel& channel) {
  secured_ = true;
  give_up_ = kNever;
  channel.log(resumed_ ? "TLS: a session is resumed" : "TLS: the handshake is complete");
  if (role_ == Role::Client) channel.secured(resumed_, handshake_.round_trips);
  Records records(*this, channel);
  inner_->on_open(now, records);
  if (inner_ready_) channel.set_ready(true);
}

void TlsEnd::on_message(TimePoint now, const Message& message, bool moved, Channel& channel) {
  if (is_close_notify(message)) return;
  if (!is_tls_flight(message)) {
    Records records(*this, channel);
    return inner_->on_message(now, message, moved, records);
  }
  if (step_ == 0) begin(is_tls_resumed(message));
  const std::size_t position = step_++;
  if (role_ == Role::Client && position == handshake_.ticket && session_ != nullptr)
    *session_ = {now, true};
  send_flights(now, channel);
}

void TlsEnd::on_sent(TimePoint now, const Message& message) {
  if (secured_ && !is_tls_flight(message)) inner_->on_sent(now, message);
}

void TlsEnd::on_closed(TimePoint now, SocketError error, Channel& channel) {
  Records records(*this, channel);
  inner_->on_closed(now, error, records);
}

bool TlsEnd::on_stop(TimePoint now, Channel& channel) {
  if (!secured_) return false;
  Records records(*this, channel);
  return inner_->on_stop(now, records);
}

void TlsEnd::say_goodbye(TimePoint now, Channel& channel) {
  if (!secured_ || closed_) return;
  Records records(*this, channel);
  inner_->say_goodbye(now, records);
  closed_ = true;
  channel.send({.kind = MessageKind::Goodbye,
                .subtype = kTlsCloseNotify,
                .bytes = rules_.close_notify_bytes()});
}

Ending TlsEnd::ending(SocketError error) const { return inner_->ending(error); }

void TlsEnd::on_writing(TimePoint now, Message& message, Channel& channel) {
  Records records(*this, channel);
  inner_->on_writing(now, message, records);
}

bool TlsEnd::carries(TimePoint now, Channel& channel) {
  if (!secured_) return false;
  Records records(*this, channel);
  return inner_->carries(now, records);
}

void TlsEnd::expire(TimePoint now, Channel& channel) {
  if (next_deadline() > now) return;
  if (secured_) {
    Records records(*this, channel);
    return inner_->expire(now, records);
  }
  give_up_ = kNever;
  const bool client = role_ == Role::Client;
  const Duration limit = client ? rules_.client_timeout : rules_.server_timeout;
  const Ending ending{"no TLS within " + print_duration(limit), client ? 1 : 0};
  client ? channel.give_up(ending) : channel.finish(ending);
}

void TlsEnd::walk(StateWalk& walk) {
  walk.still(resumed_, step_, secured_, inner_ready_, closed_);
  walk.instant(give_up_);
  if (session_ != nullptr) {
    walk.still(session_->given);
    walk.past(session_->given_at, rules_.session_timeout);
  }
  inner_->walk(walk);
}

}  // namespace stayalive
