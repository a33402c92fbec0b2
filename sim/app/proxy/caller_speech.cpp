// SPDX-License-Identifier: Apache-2.0
#include "app/proxy/caller_speech.h"

#include <utility>

#include "strategy/http/http2_server.h"
#include "strategy/tls/tls_end.h"

namespace stayalive {
namespace {

std::unique_ptr<Strategy> http2_end(const ConnectionSpec& spec, const HttpProxyRules& proxy) {
  HttpRules rules(spec.options);
  rules.keep_alive_timeout = rules.first_request_timeout = kForever;
  rules.linger = Duration::zero();
  Http2Rules http2(spec.options);
  http2.last_request = proxy.keep_alive_requests;
  http2.longest_life = proxy.keep_alive_time;
  http2.server_pings = {};
  http2.min_ping_interval = http2.min_idle_ping_interval = Duration::zero();
  return std::make_unique<Http2Server>(rules, http2);
}

}  // namespace

std::unique_ptr<CallerSpeech> CallerSpeech::of(const ConnectionSpec& spec,
                                               const HttpProxyRules& rules, Owner& owner,
                                               std::uint32_t caller) {
  const bool http2 = is_multiplexed(spec);
  if (!http2 && !spec.tls) return nullptr;
  // HTTP/1 has nothing to say but its answers.
  std::unique_ptr<Strategy> strategy =
      http2 ? http2_end(spec, rules) : std::make_unique<Strategy>();
  if (spec.tls)
    strategy = std::make_unique<TlsEnd>(*spec.tls, std::move(strategy), Role::Server, nullptr);
  return std::unique_ptr<CallerSpeech>(new CallerSpeech(owner, caller, std::move(strategy)));
}

void CallerSpeech::finish(const Ending& ending) {
  if (std::exchange(over_, true)) return;
  log(ending.message);
}

void CallerSpeech::walk(StateWalk& walk) {
  walk.still(over_);
  strategy_->walk(walk);
}

}  // namespace stayalive
