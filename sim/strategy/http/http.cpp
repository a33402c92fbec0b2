// SPDX-License-Identifier: Apache-2.0
#include "strategy/http/http.h"

#include <algorithm>
#include <array>

#include "strategy/http/http_client.h"
#include "strategy/http/http_rules.h"
#include "strategy/http/http_server.h"
#include "strategy/option_rules.h"

namespace stayalive {
namespace {

constexpr std::array<std::string_view, 2> kVersions{"1.0", "1.1"};
constexpr std::array<std::string_view, 3> kConnectionHeaders{"none", "keep-alive", "close"};
constexpr std::array<std::string_view, 3> kKeepAliveHeaders{"never", "when-asked", "always"};
constexpr std::int64_t kShortestWait = Duration{1ms}.count();

constexpr std::array<OptionSpec, 13> kHttpOptions{{
    {.key = "version",
     .type = OptionType::Choice,
     .help = "Version of the client's requests: with 1.0 a connection carries one request unless "
             "the client asks for more, with 1.1 it persists unless an end says close.",
     .default_text = "1.1",
     .choices = kVersions},
    {.key = "connection",
     .type = OptionType::Choice,
     .help = "The Connection header of the client's requests.",
     .default_text = "none",
     .choices = kConnectionHeaders},
    {.key = "server_keep_alive",
     .type = OptionType::Flag,
     .help = "Whether the server grants persistent connections (Apache: KeepAlive).",
     .default_text = "true"},
    {.key = "keep_alive_timeout",
     .help = "The server closes a connection so long after its last answer (Apache: "
             "KeepAliveTimeout, 5s; nginx: keepalive_timeout, 75s).",
     .default_text = "5s",
     .least = kShortestWait},
    {.key = "max_keep_alive_requests",
     .type = OptionType::Count,
     .help = "Requests on a connection after the first, 0 for any number: the answer to the last "
             "says close (Apache: MaxKeepAliveRequests, 100; keepalive_requests of nginx counts "
             "the first, too).",
     .default_text = "100",
     .most = 1'000'000'000},
    {.key = "first_request_timeout",
     .help = "The server closes a new connection on which no request has come for so long (nginx: "
             "client_header_timeout).",
     .default_text = "60s",
     .least = kShortestWait},
    {.key = "keep_alive_header",
     .type = OptionType::Choice,
     .help = "When answers tell how long the connection is kept, with Keep-Alive: timeout=5, "
             "max=100: never (nginx), when the request has Connection: keep-alive (Apache), or "
             "always (Node).",
     .default_text = "when-asked",
     .choices = kKeepAliveHeaders},
    {.key = "advertised_timeout",
     .help = "What timeout= says, in whole seconds; 0s is keep_alive_timeout itself (nginx can say "
             "another).",
     .default_text = "0s",
     .most = Duration{1'000'000s}.count()},
    {.key = "linger",
     .help = "After its FIN the server reads what still arrives for so long before it closes "
             "(Apache, 2s); 0s closes at once, so that a late request meets a RST (nginx).",
     .default_text = "2s",
     .most = Duration{30s}.count()},
    {.key = "client_idle",
     .help = "The client closes a connection that has been idle for so long (curl 118s, Go 90s); "
             "0s is never.",
     .default_text = "0s"},
    {.key = "heeds_header",
     .type = OptionType::Flag,
     .help = "Whether the client closes an idle connection when timeout= of the server's answers "
             "has passed.",
     .default_text = "false"},
    {.key = "header_margin",
     .help = "But so long before that: a request that leaves within a round trip of the timeout "
             "meets the server's close (Node 1s).",
     .default_text = "0s"},
    {.key = "pipelining",
     .type = OptionType::Flag,
     .help = "Whether the client sends its next request before the answer to the last has come.",
     .default_text = "false"},
}};

std::vector<OptionError> check_http(const Options& options, Transport) {
  std::vector<OptionError> errors;
  require_whole_seconds(options, {"advertised_timeout"}, errors);
  if (options.flag("pipelining") && options.choice("version") == "1.0")
    errors.push_back({"pipelining", "needs version 1.1"});
  const std::string& header = options.choice("keep_alive_header");
  const bool asked = options.choice("connection") == "keep-alive";
  if (options.flag("heeds_header") && header != "always" && !(header == "when-asked" && asked))
    errors.push_back({"heeds_header",
                      "no answer says how long: it needs keep_alive_header always, or when-asked "
                      "together with connection keep-alive"});
  return errors;
}

// TCP_NODELAY, as Apache, nginx (tcp_nodelay), curl, Go and browsers set it on both ends: otherwise
// a pipelined request or answer waits for the acknowledgement of the one before.
void tune_http(const Options&, Role, TcpConfig& config) { config.nodelay = true; }

std::unique_ptr<Strategy> make_http(const Options& options, const StrategyContext& context) {
  const HttpRules rules(options);
  if (context.role == Role::Client) return std::make_unique<HttpClient>(rules);
  return std::make_unique<HttpServer>(rules);
}

// A browser's or an HTTP library's: a connection is opened for a request and whoever cannot be
// reached costs that request only.  What may be repeated is sent once more where a connection that
// had worked turns out to be closed (RFC 9112 section 9.3.1).
ReconnectSpec reconnect_of_http(const Options&) {
  ReconnectSpec spec;
  spec.when = ReconnectSpec::When::NextMessage;
  spec.first_with_message = true;
  spec.meanwhile = ReconnectSpec::Meanwhile::Fail;
  spec.repeat = ReconnectSpec::Repeat::Repeatable;
  spec.repeat_on_used_only = true;
  return spec;
}

}  // namespace

HttpRules::HttpRules(const Options& options)
    : persists_by_default(options.choice("version") == "1.1"),
      server_keeps(options.flag("server_keep_alive")),
      keep_alive_timeout(options.span("keep_alive_timeout")),
      max_keep_alive_requests(options.count("max_keep_alive_requests")),
      first_request_timeout(options.span("first_request_timeout")),
      advertised_timeout(options.span("advertised_timeout")),
      linger(options.span("linger")),
      heeds_header(options.flag("heeds_header")),
      header_margin(options.span("header_margin")),
      pipelining(options.flag("pipelining")) {
  const auto position = [&](std::string_view key, const auto& choices) {
    return std::ranges::find(choices, options.choice(key)) - choices.begin();
  };
  asks = static_cast<HttpConnection>(position("connection", kConnectionHeaders));
  header = static_cast<KeepAliveHeader>(position("keep_alive_header", kKeepAliveHeaders));
  if (advertised_timeout == Duration::zero()) advertised_timeout = keep_alive_timeout;
  if (options.span("client_idle") > Duration::zero()) client_idle = options.span("client_idle");
}

constinit const StrategyKind kHttp{
    .name = "http",
    .help =
        "HTTP/1.0 and HTTP/1.1: requests and answers over connections that both ends may "
        "close.",
    .tcp_port = 80,
    .options = kHttpOptions,
    .tune = tune_http,
    .check = check_http,
    .make = make_http,
    .reconnect = reconnect_of_http,
    .requests_only = true,
    .speaks_http = true,
    .pooled = true,
    .pipelines = [](const Options& options) { return options.flag("pipelining"); },
};

}  // namespace stayalive
