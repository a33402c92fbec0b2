// SPDX-License-Identifier: Apache-2.0
#include "strategy/http/http_client.h"

#include "base/text.h"

namespace stayalive {

void HttpClient::on_opening(TimePoint) {
  under_way_ = 0;
  close_at_ = idle_until_ = kNever;
}

void HttpClient::on_open(TimePoint now, Channel&) {
  idle_for_ = rules_.client_idle;
  idle_until_ = later(now, idle_for_);
}

void HttpClient::on_writing(TimePoint, Message& request, Channel& channel) {
  request.subtype = static_cast<std::uint8_t>(rules_.asks);
  ++under_way_;
  idle_until_ = kNever;
  if (!rules_.pipelining || !rules_.persists(rules_.asks)) channel.set_ready(false);
}

void HttpClient::on_message(TimePoint now, const Message& answer, bool, Channel& channel) {
  if (under_way_ > 0) --under_way_;
  const auto says = static_cast<HttpConnection>(answer.subtype);
  if (says == HttpConnection::Close) {
    close_at_ = now;
    return;
  }
  if (under_way_ > 0) return;
  idle_for_ = rules_.client_keeps(says);
  idle_until_ = later(now, idle_for_);
  channel.set_ready(true);
}

void HttpClient::expire(TimePoint now, Channel& channel) {
  if (next_deadline() > now) return;
  const bool last = close_at_ <= now;
  close_at_ = idle_until_ = kNever;
  channel.finish({last ? std::string("the server closes after this answer")
                       : "closed after " + print_duration(idle_for_) + " without a request",
                  0});
}

void HttpClient::walk(StateWalk& walk) {
  walk.still(under_way_, idle_for_);
  walk.instant(close_at_);
  walk.instant(idle_until_);
}

}  // namespace stayalive
