// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>

#include "app/connection_spec.h"
#include "app/proxy/http_proxy_rules.h"
#include "strategy/channel.h"
#include "strategy/strategy.h"

namespace stayalive {

// What a proxy of mode http says on a client's connection beside its answers: the handshake of TLS
// and the frames of HTTP/2.  It is the server's end of both, played as a server of its own would,
// with the limits of the proxy; how long an idle connection is kept is left to the proxy.
class CallerSpeech final : public Channel {
 public:
  // What may be asked of its strategy.
  using Line = std::function<void(Strategy&, Channel&)>;
  // Whose connection it is.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void say(std::uint32_t caller, const Message& message) = 0;
    virtual void note(std::uint32_t caller, const std::string& line) = 0;
  };
  // nullptr where the client speaks HTTP/1 without TLS.  owner must outlive it.
  static std::unique_ptr<CallerSpeech> of(const ConnectionSpec& spec, const HttpProxyRules& rules,
                                          Owner& owner, std::uint32_t caller);

  Strategy& strategy() { return *strategy_; }
  // It has ended what it said, and the connection is to be closed.
  bool is_over() const { return over_; }
  TimePoint next_deadline() const { return over_ ? kNever : strategy_->next_deadline(); }
  void walk(StateWalk& walk);

  // Channel
  void send(const Message& message) override { owner_.say(caller_, message); }
  void give_up(const Ending& ending) override { finish(ending); }
  void finish(const Ending& ending) override;
  void log(const std::string& line) override { owner_.note(caller_, line); }
  // A server over TCP has no use for these.
  void reconnect(Duration, const Ending&) override {}
  void retry(Duration, const std::string&) override {}
  void adopt_source() override {}
  void forget_peer(const Ending&) override {}
  void set_ready(bool) override {}
  void forget_answers() override {}
  void forget_waiting() override {}
  void shut_down() override {}

 private:
  CallerSpeech(Owner& owner, std::uint32_t caller, std::unique_ptr<Strategy> strategy)
      : owner_(owner), caller_(caller), strategy_(std::move(strategy)) {}

  Owner& owner_;
  std::uint32_t caller_;
  std::unique_ptr<Strategy> strategy_;
  bool over_ = false;
};

}  // namespace stayalive
