// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "strategy/http/http_rules.h"
#include "strategy/strategy.h"

namespace stayalive {

// The server of an HTTP connection.  It waits for the first request, counts its answers, and after
// the last of them, or when no further request comes, closes: with a close that lingers it sends
// FIN and reads what still arrives into nothing, so that no RST overtakes its last answer.
class HttpServer final : public Strategy {
 public:
  explicit HttpServer(const HttpRules& rules) : rules_(rules) {}

  void on_open(TimePoint now, Channel&) override;
  bool takes(TimePoint, const Message&) const override { return state_ == State::Serving; }
  bool answers_in_order() const override { return true; }
  void on_message(TimePoint now, const Message& request, bool, Channel& channel) override;
  void on_writing(TimePoint now, Message& answer, Channel& channel) override;
  bool rests() const override {
    return state_ == State::Serving && under_way_ == 0 && answers_ > 0;
  }
  void make_room(TimePoint now, Channel& channel) override;
  TimePoint next_deadline() const override { return deadline_; }
  void expire(TimePoint now, Channel& channel) override;
  void walk(StateWalk& walk) override;

 private:
  enum class State : std::uint8_t { Serving, Closing, Lingering };
  void close(TimePoint now, const std::string& why, Channel& channel);

  HttpRules rules_;
  State state_ = State::Serving;
  std::int64_t under_way_ = 0;  // requests read and not answered
  std::int64_t answers_ = 0;
  HttpConnection asked_ = HttpConnection::Silent;  // by the newest request
  TimePoint deadline_ = kNever;  // a request has to come by then, or it closes or stops to linger
  TimePoint linger_until_;       // at the latest
};

}  // namespace stayalive
