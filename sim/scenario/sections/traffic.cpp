// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "base/text.h"
#include "scenario/json/object_reader.h"
#include "scenario/sections/sections.h"
#include "strategy/strategy.h"

namespace stayalive {
namespace {

// Datagrams that would be fragmented are not modelled: 1500 less the headers of IP and UDP.
constexpr std::int64_t kMostDatagramBytes = 1472;
constexpr std::int64_t kMostMessageBytes = 1'000'000'000;
constexpr SpanLimits kSomeSpan{1ns, kForever};
// Messages have numbers of 32 bits; more than this would be a mistyped unit.
constexpr std::int64_t kMostRepetitions = 1'000'000'000;

class TrafficReader {
 public:
  TrafficReader(const Draft& draft, const ConnectionSpec& connection)
      : draft_(draft), connection_(connection) {}

  void read(ObjectReader& fields) {
    fields.needs_either("at", "every");
    read_times(fields);
    fields.with_default("from", "who writes").choice(spec_.from, kRoleWords);
    read_bytes(fields.with_default("bytes", "how long the message is; over UDP at most 1472"),
               spec_.bytes);
    Reader answer = fields.optional("answer", "the other side answers each message");
    check_requests_only(fields);
    if (answer.present() || answer.describing()) {
      spec_.answer = TrafficSpec::Answer{};
      TrafficSpec::Answer& to = *spec_.answer;
      answer.object([&](ObjectReader& in) {
        in.with_default("after", "how long it works on the answer").span(to.after);
        read_bytes(in.with_default("bytes", "how long the answer is; over UDP at most 1472"),
                   to.bytes);
        read_echo(in, to);
      });
    }
    fields
        .with_default("repeatable",
                      "whether the message may be carried out twice, so that it may be sent again "
                      "on another connection when nobody knows what became of it (HTTP calls such "
                      "a request idempotent)")
        .flag(spec_.repeatable);
    Reader give_up = fields.optional(
        "give_up", "the sender closes the connection when an answer takes longer than this");
    Duration longest{};
    if (give_up.span(longest, kSomeSpan)) spec_.give_up = longest;
    if (give_up.present() && !answer.present()) {
      give_up.error("there is nothing to wait for", "give_up together with answer");
    }
  }
  TrafficSpec take() { return spec_; }

 private:
  void read_echo(ObjectReader& in, TrafficSpec::Answer& to) const {
    Reader echo = in.with_default(
        "echo",
        "whether it writes back the bytes of the message as it reads them, without waiting for the "
        "end; the answer has arrived when all of them have");
    if (!echo.flag(to.echo) || !to.echo) return;
    for (const std::string_view key : {"after", "bytes"}) {
      if (in.has(key))
        in.error_at(key, "an echo has the bytes of the message, at once", "no " + std::string(key));
    }
    const StrategyKind* kind = find_strategy(connection_.strategy);
    if (kind != nullptr && !kind->writes_plain) {
      echo.error("messages of " + std::string(kind->name) + " are not read in pieces",
                 "an answer without echo");
    } else if (connection_.tls) {
      echo.error("records of TLS are not read in pieces", "an answer without echo");
    }
  }

  void check_requests_only(const ObjectReader& fields) const {
    const StrategyKind* kind = find_strategy(connection_.strategy);
    const bool asks = kind != nullptr && kind->requests_only;
    if ((!asks && !connection_.session) || fields.describing()) return;
    const std::string which = "with " + (asks ? std::string(kind->name) : "a pool") +
                              " the client asks and the server answers";
    if (spec_.from == Role::Server) fields.error_at("from", which, "messages from the client");
    if (!fields.has("answer")) fields.error_at("answer", which, "each message with answer");
  }

  void read_times(ObjectReader& fields) {
    Reader every = fields.optional("every", "then again and again; once when missing");
    Duration period{};
    if (every.span(period, kSomeSpan)) {
      spec_.every = period;
      spec_.at = later(connection_.start, period);
    }
    Reader at = fields.optional(
        "at", "when it is first written; when missing, one `every` after the connection's start");
    const bool known = read_instant_of_run(at, draft_, spec_.at);
    if (known && spec_.at < connection_.start) {
      at.error("found " + quote(at.as_written()) + ", before the connection starts",
               "an instant at or after " + print_duration(connection_.start.time_since_epoch()));
    }
    Reader until = fields.optional(
        "until",
        "the repetition ends: nothing is written at or after this; at the end when missing");
    const bool has_end = read_instant_of_run(until, draft_, spec_.until);
    // What hangs on an instant that is wrong itself is no mistake of its own.
    const bool begins = known || !at.present();
    const bool counted = spec_.every && begins && draft_.duration_known;
    if (counted && !until.present()) spec_.until = later(kStart, draft_.scenario.duration);
    if (counted && (has_end || !until.present()) &&
        (spec_.until - spec_.at - 1ns) / *spec_.every >= kMostRepetitions) {
      every.error("found " + quote(every.as_written()) + ", which makes too many messages",
                  "a span that repeats at most " + std::to_string(kMostRepetitions) + " times");
    }
    if (until.present() && !every.present()) {
      until.error("nothing is repeated that could end", "until together with every");
    } else if (has_end && begins && spec_.until <= spec_.at) {
      until.error("found " + quote(until.as_written()) + ", not after the first message",
                  "an instant after " + print_duration(spec_.at.time_since_epoch()));
    }
  }

  void read_bytes(Reader in, std::uint32_t& bytes) const {
    if (in.describing() || connection_.transport == Transport::Tcp) {
      in.count(bytes, 1, kMostMessageBytes);
      return;
    }
    if (in.count(bytes, 1, kMostMessageBytes) && bytes > kMostDatagramBytes) {
      in.error("found " + in.as_written() + ", and datagrams in fragments are not modelled",
               "at most " + std::to_string(kMostDatagramBytes) + " over udp");
    }
  }

  const Draft& draft_;
  const ConnectionSpec& connection_;
  TrafficSpec spec_;
};

}  // namespace

void read_traffic(Reader in, const Draft& draft, ConnectionSpec& connection) {
  in.array(0, kMostItems, [&](Reader& item) {
    TrafficReader reader(draft, connection);
    item.object([&](ObjectReader& fields) { reader.read(fields); });
    connection.traffic.push_back(reader.take());
  });
}

bool read_instant_of_run(Reader in, const Draft& draft, TimePoint& value) {
  TimePoint instant = value;
  if (!in.instant(instant)) return false;
  if (draft.duration_known && instant > later(kStart, draft.scenario.duration)) {
    in.error("found " + quote(in.as_written()) + ", after the end of the run",
             "an instant from 0s to " + print_duration(draft.scenario.duration));
    return false;
  }
  value = instant;
  return true;
}

}  // namespace stayalive
