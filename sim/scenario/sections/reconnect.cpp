// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "base/text.h"
#include "scenario/json/object_reader.h"
#include "scenario/sections/sections.h"

namespace stayalive {
namespace {

constexpr std::array<std::string_view, 2> kWhen{"at-once", "next-message"};
constexpr std::array<std::string_view, 2> kMeanwhile{"wait", "fail"};
constexpr std::array<std::string_view, 3> kRepeat{"nothing", "repeatable", "everything"};
constexpr SpanLimits kPause{Duration::zero(), 8784h};
constexpr std::uint32_t kMostTimes = 1'000'000;

void read_pauses(ObjectReader& fields, ReconnectSpec& spec) {
  Reader pause = fields.with_default(
      "pause",
      "how long it waits before it opens the next one; with next-message only after an "
      "attempt in vain");
  pause.span(spec.pause, kPause);
  fields.with_default("factor", "the pause grows by this with each attempt in vain")
      .count(spec.factor, 1, 100);
  Reader longest = fields.with_default("longest_pause", "but does not grow beyond this");
  const bool given = longest.span(spec.longest_pause, kPause);
  if (spec.pause <= spec.longest_pause) return;
  if (!given && !longest.present()) {
    spec.longest_pause = spec.pause;
    return;
  }
  longest.error("found " + quote(longest.as_written()) + ", shorter than the pause",
                "at least " + print_duration(spec.pause));
}

void read_repeats(ObjectReader& fields, ReconnectSpec& spec) {
  const bool repeats =
      fields
          .with_default("repeat",
                        "which requests that were sent on the lost connection and not answered are "
                        "sent again on the next: none, those of traffic that is repeatable, or all")
          .choice(spec.repeat, kRepeat) &&
      spec.repeat != ReconnectSpec::Repeat::Nothing;
  fields.with_default("repeat_limit", "how often one request is sent again at most")
      .count(spec.repeat_limit, 1, kMostTimes);
  fields
      .with_default("repeat_on_used_only",
                    "a request is sent again only if its connection had carried an answer before")
      .flag(spec.repeat_on_used_only);
  for (const std::string_view key : {"repeat_limit", "repeat_on_used_only"}) {
    if (fields.has(key) && !repeats)
      fields.error_at(key, "no request is sent again", "this key together with repeat");
  }
}

}  // namespace

void read_reconnect(Reader in, ConnectionSpec& connection) {
  if (in.present() && connection.transport == Transport::Udp) {
    in.error("this connection uses udp, and this is about TCP connections",
             "this key with tcp only");
  }
  if (!in.present() && !in.describing()) return;
  ReconnectSpec spec = connection.reconnect.value_or(ReconnectSpec{});
  in.object([&](ObjectReader& fields) {
    fields.with_default("when", "at once after the pause, or when the next message is due")
        .choice(spec.when, kWhen);
    fields
        .with_default("first_with_message",
                      "whether the first connection, too, is opened when the first message is due")
        .flag(spec.first_with_message);
    for (const std::string_view key : {"when", "first_with_message", "limit"}) {
      if (connection.session && fields.has(key))
        fields.error_at(key, "a pool opens its connections when requests need them",
                        "this key with a single connection");
    }
    read_pauses(fields, spec);
    std::uint32_t limit = 0;
    if (fields
            .optional("limit",
                      "so many attempts in a row may be in vain before the program ends; any "
                      "number when missing")
            .count(limit, 1, kMostTimes)) {
      spec.limit = limit;
    }
    fields
        .with_default("meanwhile",
                      "messages that fall due between two connections wait for the next, or fail "
                      "and count as unsent")
        .choice(spec.meanwhile, kMeanwhile);
    read_repeats(fields, spec);
  });
  if (!in.describing()) connection.reconnect = spec;
}

}  // namespace stayalive
