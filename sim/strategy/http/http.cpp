// SPDX-License-Identifier: Apache-2.0
#include "strategy/http/http.h"

#include <algorithm>
#include <array>

#include "strategy/http/http2_client.h"
#include "strategy/http/http2_server.h"
#include "strategy/http/http_client.h"
#include "strategy/http/http_rules.h"
#include "strategy/http/http_server.h"
#include "strategy/option_rules.h"

namespace stayalive {
namespace {

constexpr std::array<std::string_view, 3> kVersions{"1.0", "1.1", "2"};
constexpr std::array<std::string_view, 3> kConnectionHeaders{"none", "keep-alive", "close"};
constexpr std::array<std::string_view, 3> kKeepAliveHeaders{"never", "when-asked", "always"};
constexpr std::uint32_t kManyRequests = 1000;  // pipelined on one connection
constexpr std::int64_t kShortestWait = Duration{1ms}.count();

constexpr std::array<OptionSpec, 26> kHttpOptions{{
    {.key = "version",
     .type = OptionType::Choice,
     .help = "Version of the client's requests: with 1.0 a connection carries one request unless "
             "the client asks for more, with 1.1 it persists unless an end says close, with 2 it "
             "carries many requests at once.",
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
             "says close, over HTTP/2 GOAWAY (Apache: MaxKeepAliveRequests, 100; "
             "keepalive_requests of nginx counts the first, too).",
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
    {.key = "ping_interval",
     .help = "HTTP/2: the client sends a PING when it has received nothing for so long (Go: "
             "ReadIdleTimeout, gRPC: keepalive time); 0s is never.",
     .default_text = "0s"},
    {.key = "ping_timeout",
     .help = "HTTP/2: and gives the connection up when nothing comes within so long (Go: "
             "PingTimeout, 15s; gRPC 20s).",
     .default_text = "15s",
     .least = kShortestWait},
    {.key = "ping_put_off",
     .type = OptionType::Flag,
     .help = "HTTP/2: whether what is received puts the client's next PING off; otherwise they "
             "come at regular times (OkHttp: pingInterval).",
     .default_text = "true"},
    {.key = "ping_without_streams",
     .type = OptionType::Flag,
     .help = "HTTP/2: whether the client sends PINGs also while no request is under way (Go; gRPC "
             "only with permit_without_stream).",
     .default_text = "true"},
    {.key = "server_ping_interval",
     .help = "HTTP/2: the server's ping_interval (gRPC 2h; nginx, Apache and Node send none).",
     .default_text = "0s"},
    {.key = "server_ping_timeout",
     .help = "HTTP/2: the server's ping_timeout.",
     .default_text = "20s",
     .least = kShortestWait},
    {.key = "pings_prolong",
     .type = OptionType::Flag,
     .help = "HTTP/2: whether a PING puts the server's keep_alive_timeout off (Apache, Node; not "
             "nginx).",
     .default_text = "false"},
    {.key = "min_ping_interval",
     .help = "HTTP/2: the client's PINGs that come sooner after the last good one are strikes "
             "(gRPC: min_recv_ping_interval, 5m); 0s tolerates all.",
     .default_text = "0s"},
    {.key = "min_idle_ping_interval",
     .help = "HTTP/2: the same while no request is under way (gRPC 2h); 0s is the same as "
             "min_ping_interval.",
     .default_text = "0s"},
    {.key = "max_ping_strikes",
     .type = OptionType::Count,
     .help = "HTTP/2: strikes that the server tolerates between two answers; one more is answered "
             "with GOAWAY, too_many_pings.",
     .default_text = "2",
     .most = INT32_MAX},
    {.key = "max_concurrent_streams",
     .type = OptionType::Count,
     .help = "HTTP/2: requests under way at once, as the server's SETTINGS allow (nginx: "
             "http2_max_concurrent_streams, 128).",
     .default_text = "128",
     .least = 1,
     .most = 1000},
    {.key = "request_header_bytes",
     .type = OptionType::Count,
     .help = "HTTP/2: so many bytes of a request are its header, which is compressed: to 60 % in "
             "the first request of a connection, to 14 bytes in the others.",
     .default_text = "500",
     .most = 1'000'000},
    {.key = "answer_header_bytes",
     .type = OptionType::Count,
     .help = "HTTP/2: so many bytes of an answer are its header, which is compressed to 45 %.",
     .default_text = "238",
     .most = 1'000'000},
}};

// Those of them that are not a server's, which a product has for every version.
constexpr std::array<std::string_view, 6> kClientsOfHttp2{
    "ping_interval",        "ping_timeout",         "ping_put_off",
    "ping_without_streams", "request_header_bytes", "answer_header_bytes"};

bool is_http2(const Options& options) { return options.choice("version") == "2"; }

// What has no meaning in the version.
void refuse_other_version(const Options& options, std::vector<OptionError>& errors) {
  if (!is_http2(options)) {
    const Options usual = defaults(kHttpOptions);
    for (const OptionSpec& spec : kHttpOptions) {
      const bool clients = std::ranges::count(kClientsOfHttp2, spec.key) > 0;
      if (clients && options.number(spec) != usual.number(spec))
        errors.push_back({spec.key, "needs version 2"});
    }
    return;
  }
  if (options.choice("connection") != "none")
    errors.push_back({"connection", "HTTP/2 has no such header: GOAWAY ends a connection"});
  if (options.flag("pipelining"))
    errors.push_back({"pipelining", "HTTP/2 sends many requests at once anyway"});
  if (options.flag("heeds_header"))
    errors.push_back({"heeds_header", "HTTP/2 has no such header: GOAWAY ends a connection"});
}

std::vector<OptionError> check_http(const Options& options, Transport) {
  std::vector<OptionError> errors;
  require_whole_seconds(options, {"advertised_timeout"}, errors);
  refuse_other_version(options, errors);
  if (is_http2(options)) return errors;
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
  const bool client = context.role == Role::Client;
  if (is_http2(options)) {
    const Http2Rules http2(options);
    if (client) return std::make_unique<Http2Client>(rules, http2);
    return std::make_unique<Http2Server>(rules, http2);
  }
  if (client) return std::make_unique<HttpClient>(rules);
  return std::make_unique<HttpServer>(rules);
}

std::uint32_t requests_at_once(const Options& options) {
  if (is_http2(options)) return static_cast<std::uint32_t>(options.count("max_concurrent_streams"));
  return options.flag("pipelining") ? kManyRequests : 1;
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
    : persists_by_default(options.choice("version") != "1.0"),
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

Http2Rules::Http2Rules(const Options& options)
    : max_concurrent_streams(static_cast<std::size_t>(options.count("max_concurrent_streams"))),
      client_pings{options.span("ping_interval"), options.span("ping_timeout"),
                   options.flag("ping_put_off"), options.flag("ping_without_streams")},
      server_pings{options.span("server_ping_interval"), options.span("server_ping_timeout")},
      pings_prolong(options.flag("pings_prolong")),
      min_ping_interval(options.span("min_ping_interval")),
      min_idle_ping_interval(options.span("min_idle_ping_interval")),
      max_ping_strikes(static_cast<std::uint32_t>(options.count("max_ping_strikes"))),
      request_header_bytes(static_cast<std::uint32_t>(options.count("request_header_bytes"))),
      answer_header_bytes(static_cast<std::uint32_t>(options.count("answer_header_bytes"))) {
  // The option counts the requests after the first, as in HTTP/1.
  const std::int64_t further = options.count("max_keep_alive_requests");
  if (further > 0) last_request = further + 1;
}

constinit const StrategyKind kHttp{
    .name = "http",
    .help =
        "HTTP/1.0, HTTP/1.1 and HTTP/2: requests and answers over connections that both ends may "
        "close.",
    .tcp_port = 80,
    .options = kHttpOptions,
    .intervals = {"ping_interval", "server_ping_interval"},
    .tune = tune_http,
    .check = check_http,
    .make = make_http,
    .reconnect = reconnect_of_http,
    .requests_only = true,
    .speaks_http = true,
    .pooled = true,
    .requests_at_once = requests_at_once,
    .multiplexes = is_http2,
    .over_tls = true,
};

}  // namespace stayalive
