// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "scenario/json/object_reader.h"
#include "scenario/sections/limits.h"
#include "scenario/sections/sections.h"

namespace stayalive {
namespace {

// What `is` may say: held, or an outcome.
constexpr auto kVerdictWords = [] {
  std::array<std::string_view, kOutcomeNames.size() + 1> words{"held"};
  std::copy(kOutcomeNames.begin(), kOutcomeNames.end(), words.begin() + 1);
  return words;
}();

// What can be claimed of application messages.
struct MessageKey {
  const char* key;
  Metric metric;
  const char* help;
};
constexpr std::array<MessageKey, 14> kMessageKeys{{
    {"delivered", Metric::Delivered, "messages that arrived"},
    {"lost", Metric::Lost, "messages that did not arrive although there was time"},
    {"late", Metric::Late, "messages that took longer than late_after"},
    {"unsent", Metric::Unsent, "messages that fell due when nobody could send them any more"},
    {"answered", Metric::Answered, "messages whose answer came back, of those that ask for one"},
    {"errors", Metric::Errors, "messages that a proxy answered with an error, of those that ask"},
    {"status_502", Metric::Error502, "messages that a proxy answered with 502"},
    {"status_503", Metric::Error503, "messages that a proxy answered with 503"},
    {"status_504", Metric::Error504, "messages that a proxy answered with 504"},
    {"status_520", Metric::Error520, "messages that a proxy answered with 520"},
    {"status_524", Metric::Error524, "messages that a proxy answered with 524"},
    {"failed", Metric::Failed, "requests that a program that goes on has given up"},
    {"repeated", Metric::Repeated, "times that a request was sent again on another connection"},
    {"duplicate", Metric::Duplicate,
     "times that the server read a request that it had read before"},
}};

// What people write who have the words of a kernel or a monitor in mind.
constexpr std::array<Reader::Synonym, 10> kVerdictSynonyms{{{"established", "held"},
                                                            {"open", "held"},
                                                            {"up", "held"},
                                                            {"survives", "held"},
                                                            {"dead", "forgotten"},
                                                            {"lost", "forgotten"},
                                                            {"expired", "forgotten"},
                                                            {"timeout", "detected"},
                                                            {"noticed", "detected"},
                                                            {"down", "forgotten"}}};

// The keys of an expectation each of which is one.
constexpr std::array<std::string_view, 16> kClaims{
    "is",       "messages",      "blackhole", "noticed_after", "keepalives",   "packets",
    "bytes",    "opened",        "page_load", "longest_wait",  "closest_call", "closest_give_up",
    "survives", "crash_noticed", "at_server", "ways"};
constexpr std::int64_t kMostLost = 1'000'000;
constexpr std::array<std::string_view, 2> kSurvived{"lost_keepalives", "outage"};

// Reads one expectation.
class ExpectationReader {
 public:
  ExpectationReader(const Draft& draft, ObjectReader& fields, ExpectSpec& expect)
      : draft_(draft), fields_(fields), expect_(expect) {}

  void read() {
    Reader connection = fields_.required("connection", "the name of a connection");
    const auto entry = draft_.names.read_reference(connection, {Names::Kind::Connection});
    if (entry) {
      expect_.connection = entry->position;
      spec_ = &draft_.scenario.connections[entry->position];
    }
    read_verdict();
    read_messages();
    read_numbers();
    fields_.needs_any(kClaims, "nothing is expected of it");
    if (spec_ != nullptr) check_population();
  }

 private:
  bool many() const { return spec_ != nullptr && spec_->population.count > 0; }

  void read_verdict() {
    std::size_t position = 0;
    const bool verdict = fields_.optional("is", "what has become of it")
                             .word(position, kVerdictWords, kVerdictSynonyms);
    if (verdict) expect_.held = position == 0;
    if (verdict && position > 0) expect_.outcome = static_cast<Outcome>(position - 1);
    Role role = Role::Client;
    if (fields_
            .optional(
                "side",
                "which end; of outcomes, when missing, both must be alive, or either dead; of "
                "numbers both count together, and of spans the longer")
            .choice(role, kRoleWords)) {
      expect_.side = role;
    }
    read_instant();
    read_blame();
    Limits share;
    if (read_share_limits(
            fields_.optional("share",
                             "of a connection that stands for many: how many of those that have "
                             "begun and not left; all of them when missing"),
            share)) {
      expect_.share = share;
    }
    if (expect_.held) check_held();
    if (fields_.has("is")) return;
    for (const std::string_view key : {"at", "within", "blame", "share"}) {
      if (fields_.has(key))
        fields_.error_at(key, "it says more about an outcome, and there is none",
                         "this key with is");
    }
  }

  void read_instant() {
    TimePoint at;
    Reader instant = fields_.optional("at", "when it is so; at the end of the run when missing");
    if (read_instant_of_run(instant, draft_, at)) expect_.at = at;
    Duration within{};
    Reader tolerance = fields_.optional(
        "within", "it became so no further from `at` than this; any time before when missing");
    if (tolerance.span(within)) expect_.within = within;
    if (tolerance.present() && !instant.present()) {
      tolerance.error("there is no instant that this could be near to", "within together with at");
    }
  }

  void read_blame() {
    Reader blame = fields_.optional("blame",
                                    "whose doing it was: a middlebox, a proxy, a link, "
                                    "alternatives, a host, or client or server "
                                    "for an end of the connection");
    const auto entry =
        draft_.names.read_reference(blame, {Names::Kind::Box, Names::Kind::Proxy, Names::Kind::Link,
                                            Names::Kind::Host, Names::Kind::Alternatives});
    if (!entry) return;
    expect_.blame = blame.as_written();
    if (expect_.held || expect_.outcome == Outcome::Alive) {
      blame.error(std::string("nobody is to blame for a connection that ") +
                      (expect_.held ? "held" : "is alive"),
                  "blame with another outcome");
    }
    const bool an_end = std::ranges::count(kRoleWords, expect_.blame) > 0;
    if (entry->kind != Names::Kind::Host || an_end || spec_ == nullptr) return;
    if (entry->position == spec_->client || entry->position == spec_->server) return;
    blame.error("the host " + quote(expect_.blame) + " is at neither end of the connection",
                draft_.scenario.hosts[spec_->client].name + " or " +
                    draft_.scenario.hosts[spec_->server].name);
  }

  // Whoever holds does so from beginning to end, at both ends.
  void check_held() const {
    for (const std::string_view key : {"side", "at", "within"}) {
      if (!fields_.has(key)) continue;
      fields_.error_at(key, "a connection holds from beginning to end, and at both ends",
                       "\"is\": \"alive\" with this key, or \"is\": \"held\" without it");
    }
  }

  void read_messages() {
    Reader messages = fields_.optional("messages", "what becomes of application messages");
    if (!messages.describing() && !messages.present()) return;
    messages.object([&](ObjectReader& keys) {
      std::optional<Role> from;
      Role role = Role::Client;
      if (keys.optional("from", "who wrote them; both together when missing")
              .choice(role, kRoleWords)) {
        from = role;
      }
      std::array<std::string_view, kMessageKeys.size()> known;
      for (std::size_t i = 0; i < kMessageKeys.size(); ++i) {
        const MessageKey& entry = kMessageKeys[i];
        known[i] = entry.key;
        Limits limits;
        if (read_amount_limits(keys.optional(entry.key, entry.help), limits))
          expect_.claims.push_back({entry.metric, limits, from});
      }
      keys.needs_any(known, "nothing is expected of the messages");
      check_messages(keys, from);
    });
  }

  // A claim about what nobody writes can only be a mistake.
  void check_messages(const ObjectReader& keys, std::optional<Role> from) const {
    if (spec_ == nullptr) return;
    bool writes = false;
    bool asks = false;
    for (const TrafficSpec& traffic : spec_->traffic) {
      const bool its = !from || traffic.from == *from;
      writes = writes || its || traffic.answer;
      asks = asks || (its && traffic.answer);
    }
    const std::string who = from ? std::string("the ") + name(*from) : std::string("neither end");
    if (!writes) {
      keys.error_at("from",
                    who + " of this connection writes " + (from ? "no" : "any") + " messages",
                    "messages of a connection with traffic");
    } else if (!asks) {
      for (const MessageKey& key : kMessageKeys) {
        if (key.metric < Metric::Answered || !keys.has(key.key)) continue;
        keys.error_at(key.key,
                      who + " writes " + (from ? "no" : "any") + " messages that ask for an answer",
                      std::string(key.key) + " where the traffic has an answer");
      }
      return;
    }
    for (const std::string_view key : {"failed", "repeated", "duplicate"}) {
      if (asks && keys.has(key) && !spec_->reconnect)
        keys.error_at(key, "its client does not go on after it has lost its connection",
                      std::string(key) + " of a connection with reconnect or pool");
    }
  }

  using ReadLimits = bool (*)(Reader, Limits&);
  void claim(const char* key, const char* help, Metric metric, ReadLimits read_limits) {
    Limits limits;
    if (read_limits(fields_.optional(key, help), limits))
      expect_.claims.push_back({metric, limits, expect_.side});
  }

  void read_numbers() {
    claim("blackhole", "how long an end believed in a connection through which nothing could pass",
          Metric::Blackhole, read_span_limits);
    claim("noticed_after", "how long it took until an end learned that something was wrong",
          Metric::NoticedAfter, read_span_limits);
    TimePoint since;
    Reader origin = fields_.optional(
        "since",
        "the instant from which noticed_after counts; from what broke the connection when "
        "missing");
    if (read_instant_of_run(origin, draft_, since) && !expect_.claims.empty())
      expect_.claims.back().since = since;
    if (origin.present() && !fields_.has("noticed_after"))
      origin.error("nothing counts from this instant", "since together with noticed_after");
    claim("keepalives", "how many were sent", Metric::Keepalives, read_count_limits);
    claim("packets", "how many were sent", Metric::Packets, read_count_limits);
    claim("bytes", "how many were sent, of IP packets", Metric::Bytes, read_count_limits);
    claim("opened", "how many TCP connections its client opened", Metric::Opened,
          read_count_limits);
    if (spec_ != nullptr && fields_.has("opened") &&
        ((many() && !spec_->session) || spec_->transport == Transport::Udp))
      fields_.error_at("opened", "connections are counted of a TCP client alone",
                       "this key with a single connection over tcp, or a pool");
    claim("page_load", "how long its page took to load, of several the slowest", Metric::PageLoad,
          read_span_limits);
    if (spec_ != nullptr && fields_.has("page_load") && !(spec_->session && spec_->session->page))
      fields_.error_at("page_load", "it loads no page", "this key with a page");
    claim("longest_wait", "how long a request waited for a connection of the pool at most",
          Metric::LongestWait, read_span_limits);
    if (spec_ != nullptr && fields_.has("longest_wait") && !spec_->session)
      fields_.error_at("longest_wait", "its requests wait for no connection",
                       "this key with a pool");
    read_server_claims(
        fields_.optional("at_server",
                         "how it came into its server, and how busy that was, where the server is "
                         "one of servers"),
        spec_, expect_);
    read_way_claims(
        fields_.optional("ways", "how long changes of way took, and how many there were"), draft_,
        expect_);
    claim("closest_call",
          "how much life the box that came nearest to forgetting the connection had still left it",
          Metric::ClosestCall, read_span_limits);
    if (fields_.has("closest_call") && fields_.has("side"))
      fields_.error_at("side", "the boxes do not belong to either end",
                       "closest_call without side");
    claim("closest_give_up",
          "how much time an end had left until it would have given up, where that was least; each "
          "of both when there is no side",
          Metric::CloseGiveUp, read_span_limits);
    claim("crash_noticed",
          "how long it takes until an end notices that the other end's host has crashed, at worst; "
          "each of both when there is no side",
          Metric::CrashNoticed, read_span_limits);
    read_survived();
  }

  void expect_at_least(Metric metric, Amount amount) {
    Claim claim;
    claim.metric = metric;
    claim.limits.least = amount;
    expect_.claims.push_back(claim);
  }

  void read_survived() {
    Reader survives = fields_.optional("survives", "what may be lost without ending it");
    if (!survives.describing() && !survives.present()) return;
    survives.object([&](ObjectReader& keys) {
      std::uint32_t lost = 0;
      if (keys.optional("lost_keepalives",
                        "how many keepalives in a row, of the client, or of the server where only "
                        "that sends any")
              .count(lost, 1, kMostLost))
        expect_at_least(Metric::LostKeepalives, std::uint64_t{lost});
      Duration outage{};
      if (keys.optional("outage", "how long an outage of the client's line")
              .span(outage, {.least = 1ms}))
        expect_at_least(Metric::Outage, outage);
      keys.needs_any(kSurvived, "nothing is expected to be survived");
    });
    if (fields_.has("survives") && fields_.has("side"))
      fields_.error_at("side", "the connection survives as a whole or not at all",
                       "survives without side");
  }

  // Of many only what they have come to at the end is known, not at each instant.
  void check_population() const {
    for (const std::string_view key : {"survives", "crash_noticed"}) {
      if (spec_->session && fields_.has(key))
        fields_.error_at(key, "the client has a pool of connections, none of which is tried",
                         "this key with a single connection");
    }
    if (!many()) {
      if (expect_.share) {
        fields_.error_at("share", "the connection stands for itself alone",
                         "share with a population");
      }
      return;
    }
    if (fields_.has("closest_give_up"))
      fields_.error_at("closest_give_up",
                       "the connection stands for many, whose ends keep no account of it",
                       "this key with a single connection");
    for (const std::string_view key : {"survives", "crash_noticed"}) {
      if (fields_.has(key))
        fields_.error_at(key, "the connection stands for many, none of which is tried by itself",
                         "this key with a single connection");
    }
    for (const std::string_view key : {"at", "within", "since"}) {
      if (fields_.has(key))
        fields_.error_at(key,
                         "the connection stands for many, which are judged together at the end",
                         "this key with a single connection");
    }
  }

  const Draft& draft_;
  ObjectReader& fields_;
  ExpectSpec& expect_;
  const ConnectionSpec* spec_ = nullptr;
};

}  // namespace

void read_expectations(Reader in, Draft& draft) {
  in.array(0, kMostItems, [&](Reader& item) {
    ExpectSpec expect;
    expect.pointer = item.pointer();
    const SourceText::Position place = item.position();
    expect.line = place.line;
    expect.column = place.column;
    item.object([&](ObjectReader& fields) { ExpectationReader(draft, fields, expect).read(); });
    draft.scenario.expectations.push_back(std::move(expect));
  });
}

}  // namespace stayalive
