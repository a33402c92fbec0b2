// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/proxy_options.h"

#include <algorithm>
#include <array>
#include <vector>

namespace stayalive {
namespace {

constexpr Duration kShortestProxyTimer = 1ms;
constexpr Duration kLongestProxyTimer = 8784h;

// In the order of the enumerations of ProxyRules.
constexpr std::array<std::string_view, 2> kActivities{"either", "read"};
constexpr std::array<std::string_view, 3> kInactivities{"half-close", "close", "reset"};
constexpr std::array<std::string_view, 3> kHalfCloses{"pass-on", "close-both", "keep"};
constexpr std::array<std::string_view, 3> kProxyEndings{"fin", "reset", "fin-and-reset"};
constexpr std::array<std::string_view, 4> kPassedResets{"neither", "server", "client", "both"};
constexpr std::array<std::string_view, 2> kIdleEndings{"close", "reset"};

constexpr std::array<std::string_view, 2> kProxyModes{"tcp", "http"};
constexpr std::array<std::string_view, 2> kPoolEndings{"fin", "reset"};
constexpr std::array<std::string_view, 2> kPoolReuses{"always", "safe"};
constexpr std::array<std::string_view, 3> kProxyRetries{"nothing", "repeatable", "everything"};
constexpr std::array<std::string_view, 2> kLostWays{"answer", "close-unless-first"};
constexpr std::int64_t kMostPooled = 1'000'000'000;

constexpr OptionSpec proxy_timer(std::string_view key, std::string_view help) {
  return OptionSpec::of_span(key, help, kShortestProxyTimer, kLongestProxyTimer);
}

constexpr std::array kProxyTimerOptions{
    ProxyOption{proxy_timer("idle_timeout",
                            "closes both connections when no application byte has passed in either "
                            "direction for so long; never when missing"),
                [](ProxyRules& to) -> OptionSlot { return to.idle_timeout; }},
    ProxyOption{
        proxy_timer("client_timeout",
                    "no byte on the client's connection for so long: on_inactivity; never when "
                    "missing"),
        [](ProxyRules& to) -> OptionSlot { return to.client_timeout; }},
    ProxyOption{
        proxy_timer("server_timeout",
                    "no byte on the server's connection for so long: on_inactivity; never when "
                    "missing"),
        [](ProxyRules& to) -> OptionSlot { return to.server_timeout; }},
    ProxyOption{
        proxy_timer("tunnel_timeout",
                    "takes the place of client_timeout and server_timeout once both connections "
                    "stand: no byte in either direction for so long closes both"),
        [](ProxyRules& to) -> OptionSlot { return to.tunnel_timeout; }},
    ProxyOption{
        proxy_timer("lifetime",
                    "closes both connections so long after the client's was accepted, whatever "
                    "passes; never when missing"),
        [](ProxyRules& to) -> OptionSlot { return to.lifetime; }},
    ProxyOption{
        proxy_timer("connect_timeout",
                    "how long the server may take to accept its connection; when missing as "
                    "long as the proxy's kernel tries"),
        [](ProxyRules& to) -> OptionSlot { return to.connect_timeout; }},
    ProxyOption{OptionSpec::of_span("granularity",
                                    "0s: a timer runs out at its time; otherwise at the first "
                                    "multiple of this span at or after it",
                                    Duration::zero(), 24h),
                [](ProxyRules& to) -> OptionSlot { return to.granularity; }},
};

constexpr std::array kProxyActionOptions{
    ProxyOption{
        OptionSpec::of_choice("activity",
                              "which bytes begin client_timeout or server_timeout anew: either, "
                              "read from its connection or written to it; read, read from it only",
                              kActivities),
        [](ProxyRules& to) -> OptionSlot { return to.activity; }},
    ProxyOption{
        OptionSpec::of_flag("probes_count", "whether TCP keepalive probes count as activity, too"),
        [](ProxyRules& to) -> OptionSlot { return to.probes_count; }},
    ProxyOption{OptionSpec::of_choice("on_inactivity",
                                      "what client_timeout and server_timeout do: half-close, stop "
                                      "to read there and send a FIN to the other side; close or "
                                      "reset, end both connections",
                                      kInactivities),
                [](ProxyRules& to) -> OptionSlot { return to.on_inactivity; }},
    ProxyOption{OptionSpec::of_choice(
                    "on_idle", "whether its other timers end them with FIN (close) or RST (reset)",
                    kIdleEndings),
                [](ProxyRules& to) -> OptionSlot { return to.reset_when_idle; }},
    ProxyOption{OptionSpec::of_choice("half_close",
                                      "when one side closes its direction: pass-on, the other side "
                                      "is told and may go on; close-both, both connections are "
                                      "closed; keep, the other side is not told",
                                      kHalfCloses),
                [](ProxyRules& to) -> OptionSlot { return to.half_close; }},
    ProxyOption{OptionSpec::of_choice("client_ending",
                                      "what it sends to the client when a timer closes both: a "
                                      "FIN, a RST, or a RST right behind the FIN",
                                      kProxyEndings),
                [](ProxyRules& to) -> OptionSlot { return to.client_ending; }},
    ProxyOption{
        OptionSpec::of_choice("server_ending", "the same towards the server", kProxyEndings),
        [](ProxyRules& to) -> OptionSlot { return to.server_ending; }},
    ProxyOption{OptionSpec::of_choice("passed_reset",
                                      "to whom it sends a RST, and not a FIN, when the connection "
                                      "of the other side breaks",
                                      kPassedResets),
                [](ProxyRules& to) -> OptionSlot { return to.passed_reset; }},
};

// Of connections whose requests and answers the proxy knows.
constexpr std::array kHttpClientOptions{
    ProxyOption{
        OptionSpec::of_choice(
            "mode",
            "what it knows of what passes: tcp, nothing, so that every connection is a tunnel; "
            "http, the requests and answers of the strategy http, for which the keys from here on "
            "count, and other strategies are tunnels such as WebSockets",
            kProxyModes),
        [](ProxyRules& to) -> OptionSlot { return to.mode; }},
    ProxyOption{proxy_timer("first_request_timeout",
                            "closes a client's connection on which no request has come for so "
                            "long; never when missing"),
                [](ProxyRules& to) -> OptionSlot { return to.http.first_request_timeout; }},
    ProxyOption{proxy_timer("keep_alive_timeout",
                            "closes a client's connection so long after an answer when no further "
                            "request has come; never when missing"),
                [](ProxyRules& to) -> OptionSlot { return to.http.keep_alive_timeout; }},
    ProxyOption{proxy_timer("keep_alive_time",
                            "the first answer after a client's connection has stood for so long "
                            "says Connection: close; never when missing"),
                [](ProxyRules& to) -> OptionSlot { return to.http.keep_alive_time; }},
    ProxyOption{OptionSpec::of_count("keep_alive_requests",
                                     "requests on a client's connection: the answer to the last "
                                     "says Connection: close; 0 is any number",
                                     0, kMostPooled),
                [](ProxyRules& to) -> OptionSlot { return to.http.keep_alive_requests; }},
    ProxyOption{OptionSpec::of_flag("abort_on_close",
                                    "whether a client that closes while it waits ends its request "
                                    "at the server, too"),
                [](ProxyRules& to) -> OptionSlot { return to.http.abort_on_close; }},
    ProxyOption{OptionSpec::of_flag("http2", "whether it speaks HTTP/2 with clients that do"),
                [](ProxyRules& to) -> OptionSlot { return to.http.http2; }},
    ProxyOption{OptionSpec::of_choice(
                    "on_lost",
                    "what the client gets when the connection to the server ended instead of an "
                    "answer: answer, lost_status; close-unless-first, its connection is closed "
                    "without an answer, except for its first request, which is answered",
                    kLostWays),
                [](ProxyRules& to) -> OptionSlot { return to.http.on_lost; }},
};

constexpr std::array kHttpServerOptions{
    ProxyOption{proxy_timer("response_timeout",
                            "how long the server may take to answer: response_status, and the "
                            "connection to it is closed; never when missing"),
                [](ProxyRules& to) -> OptionSlot { return to.http.response_timeout; }},
    ProxyOption{OptionSpec::of_count("pool_size",
                                     "idle connections to the server that are kept for further "
                                     "requests; 0: none, and every request says Connection: close",
                                     0, kMostPooled),
                [](ProxyRules& to) -> OptionSlot { return to.http.pool_size; }},
    ProxyOption{proxy_timer("pool_idle_timeout",
                            "closes an idle connection to the server after so long; never when "
                            "missing"),
                [](ProxyRules& to) -> OptionSlot { return to.http.pool_idle_timeout; }},
    ProxyOption{proxy_timer("pool_time",
                            "a connection to the server that is as old is closed after its next "
                            "answer; never when missing"),
                [](ProxyRules& to) -> OptionSlot { return to.http.pool_time; }},
    ProxyOption{OptionSpec::of_count("pool_requests",
                                     "requests on a connection to the server; 0 is any number", 0,
                                     kMostPooled),
                [](ProxyRules& to) -> OptionSlot { return to.http.pool_requests; }},
    ProxyOption{
        OptionSpec::of_choice(
            "pool_ending", "how a connection to the server is ended that is idle or takes too long",
            kPoolEndings),
        [](ProxyRules& to) -> OptionSlot { return to.http.pool_ending; }},
    ProxyOption{OptionSpec::of_choice("reuse",
                                      "which requests may be sent on an idle connection: always, "
                                      "all; safe, not the first of a client's connection",
                                      kPoolReuses),
                [](ProxyRules& to) -> OptionSlot { return to.http.reuse; }},
    ProxyOption{OptionSpec::of_choice(
                    "retry",
                    "which requests are sent once more, on another connection, when one that had "
                    "carried an answer before ends instead of answering: nothing, those that are "
                    "repeatable in the traffic, or everything",
                    kProxyRetries),
                [](ProxyRules& to) -> OptionSlot { return to.http.retry; }},
    ProxyOption{OptionSpec::of_choice("lost_status",
                                      "what it answers when the server's connection ended instead "
                                      "of an answer",
                                      kErrorNames),
                [](ProxyRules& to) -> OptionSlot { return to.http.lost_status; }},
    ProxyOption{OptionSpec::of_choice("refused_status",
                                      "what it answers when the server refuses its connection",
                                      kErrorNames),
                [](ProxyRules& to) -> OptionSlot { return to.http.refused_status; }},
    ProxyOption{OptionSpec::of_choice("unreachable_status",
                                      "what it answers when no connection to the server comes "
                                      "about and nothing is heard of it",
                                      kErrorNames),
                [](ProxyRules& to) -> OptionSlot { return to.http.unreachable_status; }},
    ProxyOption{
        OptionSpec::of_choice("response_status", "what it answers when response_timeout has passed",
                              kErrorNames),
        [](ProxyRules& to) -> OptionSlot { return to.http.response_status; }},
};

std::vector<ProxyOption> all_proxy_options() {
  std::vector<ProxyOption> all(kProxyTimerOptions.begin(), kProxyTimerOptions.end());
  all.insert(all.end(), kProxyActionOptions.begin(), kProxyActionOptions.end());
  all.insert(all.end(), kHttpClientOptions.begin(), kHttpClientOptions.end());
  all.insert(all.end(), kHttpServerOptions.begin(), kHttpServerOptions.end());
  return all;
}

}  // namespace

std::span<const ProxyOption> proxy_options() {
  static const std::vector<ProxyOption> all = all_proxy_options();
  return all;
}

const ProxyOption* find_proxy_option(std::string_view key) {
  const auto found = std::ranges::find_if(
      proxy_options(), [key](const ProxyOption& option) { return option.spec.key == key; });
  return found == proxy_options().end() ? nullptr : &*found;
}

ValueStatus proxy_status_of(const std::vector<ValueStatus>& statuses, std::string_view key) {
  if (statuses.empty()) return ValueStatus::Given;
  const ProxyOption* option = find_proxy_option(key);
  if (option == nullptr) return ValueStatus::Chosen;
  return statuses[static_cast<std::size_t>(option - proxy_options().data())];
}

}  // namespace stayalive
