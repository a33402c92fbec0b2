// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "strategy/strategy.h"
#include "strategy/tls/tls_rules.h"

namespace stayalive {

// One end of a connection with TLS: a strategy around the one that speaks inside.  The inner one
// learns that the connection is open when the handshake is over; what it and its program write is
// put into records.  An end that closes in order says close_notify first.
class TlsEnd final : public Strategy {
 public:
  // session: of a client, shared with its other connections to the server; must outlive this.
  TlsEnd(const TlsRules& rules, std::unique_ptr<Strategy> inner, Role role, TlsSession* session);

  void on_opening(TimePoint now) override;
  void on_open(TimePoint now, Channel& channel) override;
  void on_message(TimePoint now, const Message& message, bool moved, Channel& channel) override;
  void on_sent(TimePoint now, const Message& message) override;
  void on_closed(TimePoint now, SocketError error, Channel& channel) override;
  bool on_stop(TimePoint now, Channel& channel) override;
  void say_goodbye(TimePoint now, Channel& channel) override;
  Ending ending(SocketError error) const override;
  void on_writing(TimePoint now, Message& message, Channel& channel) override;
  bool takes(TimePoint now, const Message& message) const override {
    return inner_->takes(now, message);
  }
  bool carries(TimePoint now, Channel& channel) override;
  bool answers_in_order() const override { return inner_->answers_in_order(); }
  std::uint32_t wire_bytes(std::uint32_t bytes) const override {
    return rules_.protect(inner_->wire_bytes(bytes));
  }
  bool queues_while_not_ready() const override { return inner_->queues_while_not_ready(); }
  TimePoint next_deadline() const override { return secured_ ? inner_->next_deadline() : give_up_; }
  void expire(TimePoint now, Channel& channel) override;
  void walk(StateWalk& walk) override;

 private:
  class Records;
  void begin(bool resumed);
  void send_flights(TimePoint now, Channel& channel);
  void secure(TimePoint now, Channel& channel);

  TlsRules rules_;
  std::unique_ptr<Strategy> inner_;
  Role role_;
  TlsSession* session_;
  TlsRules::Handshake handshake_;
  bool resumed_ = false;
  std::size_t step_ = 0;  // flights sent and received
  bool secured_ = false;
  bool inner_ready_ = true;
  bool closed_ = false;  // close_notify was sent
  TimePoint give_up_ = kNever;
};

}  // namespace stayalive
