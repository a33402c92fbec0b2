// SPDX-License-Identifier: Apache-2.0
#include "strategy/keepalive/keepalive.h"

#include <array>

#include "strategy/keepalive/keepalive_end.h"
#include "strategy/socket_options.h"

namespace stayalive {
namespace {

constexpr std::array<std::string_view, 3> kPingingEnds{"client", "server", "both"};
constexpr std::array<std::string_view, 4> kResets{"sent", "received", "both", "nothing"};
constexpr std::array<std::string_view, 2> kClocks{"program", "kernel"};
constexpr std::array<std::string_view, 2> kDeaths{"close", "reconnect"};
constexpr std::int64_t kMillisecond = Duration{1ms}.count();
constexpr std::int64_t kMostBytes = 65507;  // of a UDP datagram over IPv4

constexpr std::array<std::string_view, 3> kSilences{"received", "both", "first-sent"};

constexpr std::array<OptionSpec, 31> kKeepaliveOptions{{
    {.key = "interval",
     .help = "Time until the next ping.",
     .default_text = "60s",
     .least = kMillisecond},
    {.key = "server_interval",
     .help = "The same of the server, where it pings; 0s is the same as interval.",
     .default_text = "0s"},
    {.key = "look_every",
     .help = "How often an end looks whether a ping is due, which it sends at the first look that "
             "is not before: with the interval itself a fixed grid on which it passes a look over "
             "where reset_by has happened since the last one (RabbitMQ), with less a program that "
             "polls (MQTT clients); 0s is at once.",
     .default_text = "0s"},
    {.key = "look_phase", .help = "Time from the opening to its first look.", .default_text = "0s"},
    {.key = "only_after_data",
     .type = OptionType::Flag,
     .help = "Whether an end pings only after application data of its own that nothing received "
             "has followed, an interval after the first such data (Nebula).",
     .default_text = "false"},
    {.key = "bytes",
     .type = OptionType::Count,
     .help = "Size of a ping in bytes of TCP or UDP payload.",
     .default_text = "2",
     .least = 1,
     .most = kMostBytes},
    {.key = "from",
     .type = OptionType::Choice,
     .help = "Which end pings.",
     .default_text = "client",
     .choices = kPingingEnds},
    {.key = "answered",
     .type = OptionType::Flag,
     .help = "Whether the peer answers a ping.",
     .default_text = "true"},
    {.key = "answer_bytes",
     .type = OptionType::Count,
     .help = "Size of an answer in bytes of TCP or UDP payload.",
     .default_text = "2",
     .least = 1,
     .most = kMostBytes},
    {.key = "retries",
     .type = OptionType::Count,
     .help = "Unanswered pings in a row that are tolerated; one more wait after them the peer "
             "counts as dead.  0 never gives up for that reason.",
     .default_text = "0",
     .most = INT32_MAX},
    {.key = "retry_interval",
     .help = "Time from an unanswered ping to the next one; 0s is the same as interval.",
     .default_text = "0s"},
    {.key = "retry_growth",
     .type = OptionType::Count,
     .help = "Each further such time in percent of the one before it (strongSwan 180, doubling "
             "200).",
     .default_text = "100",
     .least = 100,
     .most = 1000},
    {.key = "retry_most",
     .help = "The longest of these times; 0s is without limit.",
     .default_text = "0s"},
    {.key = "retry_for",
     .help = "Time from the first unanswered ping after which the peer counts as dead; 0s is "
             "never.",
     .default_text = "0s"},
    {.key = "give_up_after",
     .help = "Time without receiving anything after which the peer counts as dead; 0s is never.",
     .default_text = "0s"},
    {.key = "server_give_up_after",
     .help = "The same of the server; 0s is the same as give_up_after.",
     .default_text = "0s"},
    {.key = "silence_ends_by",
     .type = OptionType::Choice,
     .help = "What that time counts from: the last message received; the last of either end; or "
             "the last received and the first sent after it (QUIC).",
     .default_text = "received",
     .choices = kSilences},
    {.key = "gives_up",
     .type = OptionType::Choice,
     .help = "Which end gives up after give_up_after.",
     .default_text = "both",
     .choices = kPingingEnds},
    {.key = "check_every",
     .help = "How often an end looks whether give_up_after has passed (a broker in its loop); 0s "
             "is at once.",
     .default_text = "0s"},
    {.key = "check_phase",
     .help = "Time from the opening to its first look.",
     .default_text = "0s"},
    {.key = "reset_by",
     .type = OptionType::Choice,
     .help = "What puts the next ping off by a full interval: any message sent, any received, both "
             "or nothing (a metronome).",
     .default_text = "sent",
     .choices = kResets},
    {.key = "timed_by",
     .type = OptionType::Choice,
     .help = "Who measures its waits: the program, or a kernel, whose timers may be later "
             "(WireGuard).  It decides what is said of margins, and nothing that happens.",
     .default_text = "program",
     .choices = kClocks},
    {.key = "jitter",
     .help = "The longest time by which a wait is shortened at random.",
     .default_text = "0s"},
    {.key = "on_death",
     .type = OptionType::Choice,
     .help = "What the end does that finds its peer dead.  Only a client can reconnect.",
     .default_text = "close",
     .choices = kDeaths},
    {.key = "reconnect_pause",
     .help = "Time between finding the peer dead and opening a new socket.",
     .default_text = "1s"},
    {.key = "min_ping_interval",
     .help = "The peer's pings that come sooner after the last good one are strikes (gRPC: "
             "min_recv_ping_interval_without_data); 0s tolerates all.",
     .default_text = "0s"},
    {.key = "max_strikes",
     .type = OptionType::Count,
     .help = "Strikes that are tolerated until application data is sent; one more closes the "
             "connection (gRPC: too_many_pings).",
     .default_text = "2",
     .most = INT32_MAX},
    {.key = "max_pings_without_data",
     .type = OptionType::Count,
     .help = "Pings in a row after which an end sends no more until it has sent application data "
             "(gRPC C-core sends 2); 0 is without limit.",
     .default_text = "0",
     .most = INT32_MAX},
    {.key = "hop_by_hop",
     .type = OptionType::Flag,
     .help = "Whether pings are between neighbours (PING of HTTP/2): a proxy of mode http answers "
             "them itself, passes none on, and does not count them as activity.",
     .default_text = "false"},
    user_timeout_option(
        "TCP_USER_TIMEOUT of both ends: after so long without an acknowledgment the "
        "connection is given up; 0s is off (gRPC: the keepalive timeout)."),
    kSoKeepaliveOption,
}};

Duration server_interval(const Options& options) {
  const Duration own = options.span("server_interval");
  return own > Duration::zero() ? own : options.span("interval");
}

// What of the waits contradicts itself.
void check_cadence(const Options& options, std::vector<OptionError>& errors) {
  const Duration jitter = options.span("jitter");
  if (jitter >= options.span("interval") || jitter >= server_interval(options)) {
    errors.push_back({"jitter", "must be shorter than interval"});
  }
  const bool retries = options.span("retry_interval") > Duration::zero();
  if (options.count("retry_growth") != 100 && !retries) {
    errors.push_back({"retry_growth", "lengthens retry_interval, which is off"});
  }
  if (options.span("retry_most") > Duration::zero() && !retries) {
    errors.push_back({"retry_most", "limits retry_interval, which is off"});
  }
  if (options.span("retry_for") > Duration::zero() && !options.flag("answered")) {
    errors.push_back({"retry_for", "waits for an answer, but pings are not answered"});
  }
  const bool looks = options.span("look_every") > Duration::zero();
  if (options.span("look_phase") > Duration::zero() && !looks) {
    errors.push_back({"look_phase", "is of look_every, which is off"});
  }
  if (!options.flag("only_after_data")) return;
  if (!options.flag("answered")) {
    errors.push_back({"only_after_data", "waits for an answer, but pings are not answered"});
  }
  if (looks) errors.push_back({"only_after_data", "and look_every exclude each other"});
}

std::vector<OptionError> check_keepalive(const Options& options, Transport transport) {
  std::vector<OptionError> errors;
  check_socket_options(options, transport, errors);
  for (const std::string_view key : {"check_every", "check_phase"}) {
    const bool gives_up = options.span("give_up_after") > Duration::zero() ||
                          options.span("server_give_up_after") > Duration::zero();
    if (options.span(key) > Duration::zero() && !gives_up) {
      errors.push_back({key, "looks at give_up_after, which is off"});
    }
  }
  if (options.count("retries") > 0 && !options.flag("answered")) {
    errors.push_back({"retries", "counts unanswered pings, but pings are not answered"});
  }
  if (options.span("retry_interval") > Duration::zero() && !options.flag("answered")) {
    errors.push_back({"retry_interval", "follows unanswered pings, but pings are not answered"});
  }
  check_cadence(options, errors);
  return errors;
}

std::uint32_t count_of(const Options& options, std::string_view key) {
  return static_cast<std::uint32_t>(options.count(key));
}

PingRules ping_rules(const Options& options) {
  const std::string& from = options.choice("from");
  const std::string& reset_by = options.choice("reset_by");
  PingRules rules;
  rules.pings = {from != "server", from != "client"};
  rules.answered = options.flag("answered");
  // Who pings after data only counts from that data, whatever follows.
  const bool put_off = !options.flag("only_after_data");
  rules.put_off_by_sent = put_off && (reset_by == "sent" || reset_by == "both");
  rules.put_off_by_received = put_off && (reset_by == "received" || reset_by == "both");
  rules.interval = {options.span("interval"), server_interval(options)};
  rules.jitter = options.span("jitter");
  rules.retry_interval = options.span("retry_interval");
  rules.retry_growth = count_of(options, "retry_growth");
  const Duration most = options.span("retry_most");
  rules.retry_most = most > Duration::zero() ? most : kForever;
  rules.bytes = count_of(options, "bytes");
  rules.answer_bytes = count_of(options, "answer_bytes");
  return rules;
}

std::vector<std::string> reasons_against_compact(const Options& options) {
  std::vector<std::string> reasons;
  for (const std::string_view key : {"retries", "max_pings_without_data"}) {
    if (options.count(key) > 0) reasons.push_back("the keepalive has " + std::string(key));
  }
  if (options.flag("only_after_data")) reasons.push_back("the keepalive has only_after_data");
  for (const std::string_view key : {"look_every", "retry_interval", "retry_for", "give_up_after",
                                     "server_give_up_after", "min_ping_interval"}) {
    if (options.span(key) > Duration::zero())
      reasons.push_back("the keepalive has " + std::string(key));
  }
  return reasons;
}

KeepaliveEnd::Rules::Silence silence_of(std::string_view word) {
  using Silence = KeepaliveEnd::Rules::Silence;
  if (word == "both") return Silence::Both;
  return word == "first-sent" ? Silence::FirstSent : Silence::Received;
}

std::unique_ptr<Strategy> make_keepalive(const Options& options, const StrategyContext& context) {
  KeepaliveEnd::Rules rules;
  rules.ping = ping_rules(options);
  rules.retries = count_of(options, "retries");
  const std::string& judge = options.choice("gives_up");
  if (judge == "both" || judge == name(context.role)) {
    rules.give_up_after = options.span("give_up_after");
    const Duration servers = options.span("server_give_up_after");
    if (context.role == Role::Server && servers > Duration::zero()) rules.give_up_after = servers;
  }
  rules.silence = silence_of(options.choice("silence_ends_by"));
  rules.look_every = options.span("look_every");
  rules.look_phase = options.span("look_phase");
  rules.only_after_data = options.flag("only_after_data");
  rules.retry_for = options.span("retry_for");
  rules.check_every = options.span("check_every");
  rules.check_phase = options.span("check_phase");
  rules.after_death = after_death(options.choice("on_death") == "reconnect",
                                  options.span("reconnect_pause"), context);
  rules.min_ping_interval = options.span("min_ping_interval");
  rules.max_strikes = count_of(options, "max_strikes");
  rules.max_pings_without_data = count_of(options, "max_pings_without_data");
  return std::make_unique<KeepaliveEnd>(
      rules, context.role,
      Random(context.seed, context.connection,
             std::string("keepalive jitter ") + name(context.role)));
}

}  // namespace

constinit const StrategyKind kKeepalive{
    .name = "keepalive",
    .help = "A keepalive put together from its properties, for any other protocol.",
    .tcp_port = kAnyTcpPort,
    .udp_port = kAnyUdpPort,
    .options = kKeepaliveOptions,
    .intervals = {"interval"},
    .timed_by =
        [](const Options& options) {
          return options.choice("timed_by") == "kernel" ? TimedBy::Kernel : TimedBy::Program;
        },
    .tune =
        [](const Options& options, Role role, TcpConfig& config) {
          tune_so_keepalive(options, role, config);
          tune_user_timeout(options, config);
        },
    .check = check_keepalive,
    .make = make_keepalive,
    .random = [](const Options& options) { return options.span("jitter") > Duration::zero(); },
    .compact = {.udp = true, .reasons_against = reasons_against_compact, .pings = ping_rules},
    .pings_hop_by_hop = [](const Options& options) { return options.flag("hop_by_hop"); },
    .pooled = true,
    .writes_plain = true,
    .over_tls = true,
};

}  // namespace stayalive
