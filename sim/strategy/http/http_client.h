// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "strategy/http/http_rules.h"
#include "strategy/strategy.h"

namespace stayalive {

// The client of an HTTP connection: one request after the other, or several under way at once.  It
// closes after the last answer that the server gives, and when it has been idle for too long.
class HttpClient final : public Strategy {
 public:
  explicit HttpClient(const HttpRules& rules) : rules_(rules) {}

  void on_opening(TimePoint) override;
  void on_open(TimePoint now, Channel&) override;
  void on_writing(TimePoint now, Message& request, Channel& channel) override;
  void on_message(TimePoint now, const Message& answer, bool, Channel& channel) override;
  TimePoint next_deadline() const override { return std::min(close_at_, idle_until_); }
  void expire(TimePoint now, Channel& channel) override;
  void walk(StateWalk& walk) override;

 private:
  HttpRules rules_;
  std::int64_t under_way_ = 0;   // requests written and not answered
  TimePoint close_at_ = kNever;  // after the server's last answer
  TimePoint idle_until_ = kNever;
  Duration idle_for_ = kForever;
};

}  // namespace stayalive
