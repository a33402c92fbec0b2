// SPDX-License-Identifier: Apache-2.0
#include "strategy/http/http_server.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "strategy/http/http_status.h"
#include "strategy/option_rules.h"

namespace stayalive {
namespace {

// MAX_SECS_TO_LINGER of server/connection.c in Apache httpd.
constexpr Duration kLongestLinger = 30s;

}  // namespace

void HttpServer::on_open(TimePoint now, Channel&) {
  deadline_ = later(now, rules_.first_request_timeout);
}

void HttpServer::on_message(TimePoint now, const Message& request, bool, Channel& channel) {
  if (state_ == State::Lingering) {
    channel.log("a request is read and thrown away: the connection is closed");
    deadline_ = std::min(later(now, rules_.linger), linger_until_);
    return;
  }
  if (state_ == State::Closing) return;
  ++under_way_;
  asked_ = static_cast<HttpConnection>(request.subtype);
  deadline_ = kNever;
}

void HttpServer::on_writing(TimePoint now, Message& answer, Channel& channel) {
  ++answers_;
  answer.status = kHttpOk;
  if (under_way_ > 0) --under_way_;
  const bool keeps = rules_.keeps_after(answers_, asked_);
  const bool tells = keeps && rules_.sends_header(asked_);
  answer.subtype = static_cast<std::uint8_t>(!keeps  ? HttpConnection::Close
                                             : tells ? HttpConnection::KeepAlive
                                                     : HttpConnection::Silent);
  if (!keeps) {
    channel.log("answers with Connection: close");
    channel.forget_answers();
    state_ = State::Closing;
    deadline_ = now;
    return;
  }
  if (tells) {
    std::string header = "answers with Keep-Alive: timeout=" +
                         std::to_string(whole_seconds(rules_.advertised_timeout));
    if (rules_.max_keep_alive_requests > 0)
      header += ", max=" + std::to_string(rules_.left_after(answers_));
    channel.log(header);
  }
  if (under_way_ == 0) deadline_ = later(now, rules_.keep_alive_timeout);
}

void HttpServer::expire(TimePoint now, Channel& channel) {
  if (deadline_ > now) return;
  deadline_ = kNever;
  switch (state_) {
    case State::Serving:
      return close(now,
                   answers_ == 0
                       ? "no request within " + print_duration(rules_.first_request_timeout)
                       : "no further request within " + print_duration(rules_.keep_alive_timeout),
                   channel);
    case State::Closing:
      return close(now, "the last answer of this connection", channel);
    case State::Lingering:
      return channel.finish({"closed", 0});
  }
}

void HttpServer::make_room(TimePoint now, Channel& channel) {
  deadline_ = kNever;
  close(now, "closed to make room for another connection", channel);
}

void HttpServer::close(TimePoint now, const std::string& why, Channel& channel) {
  if (rules_.linger == Duration::zero()) return channel.finish({why, 0});
  channel.log(why);
  state_ = State::Lingering;
  deadline_ = later(now, rules_.linger);
  linger_until_ = later(now, kLongestLinger);
  channel.shut_down();
}

void HttpServer::walk(StateWalk& walk) {
  walk.still(state_, under_way_, asked_);
  if (rules_.max_keep_alive_requests > 0) {
    walk.still(answers_);
  } else {
    walk.still(answers_ > 0);
  }
  walk.instant(deadline_);
  walk.past(linger_until_);
}

}  // namespace stayalive
