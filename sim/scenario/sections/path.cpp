// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "scenario/json/object_reader.h"
#include "scenario/profiles/profile_options.h"
#include "scenario/sections/sections.h"
#include "scenario/sections/tcp_options.h"

namespace stayalive {
namespace {

// How many hops of each kind there were, for the names of those without one.
struct HopCounts {
  std::size_t links = 0;
  std::size_t boxes = 0;
  std::size_t proxies = 0;
};

constexpr std::array<std::string_view, 2> kOnIdle{"close", "reset"};
constexpr SpanLimits kDelay{{}, 24h};
constexpr SpanLimits kProxyIdle{1ms, 8784h};

void read_link(Reader in, Draft& draft, HopCounts& counts) {
  LinkConfig link;
  in.object([&](ObjectReader& fields) {
    link.name = draft.names.read_new(
        fields.optional("name", "its name; link-1, link-2 and so on when missing"), in,
        "link-" + std::to_string(++counts.links), {Names::Kind::Link, draft.scenario.path.size()});
    fields.with_default("delay", "how long a packet travels, in each direction")
        .span(link.delay, kDelay);
    fields.with_default("jitter", "added to the delay: uniformly from zero to this")
        .span(link.jitter, kDelay);
    fields.with_default("loss", "the probability with which a packet is lost").ratio(link.loss);
    fields.optional("rate", "how fast bits are sent; without limit when missing").rate(link.rate);
    fields.with_default("reorder", "whether jitter may let a packet overtake another")
        .flag(link.reorder);
  });
  draft.scenario.path.emplace_back(std::move(link));
}

// The timers that the box's own "timeouts" name.
std::vector<MiddleboxSpec::SetTimer> timers_set_by(const Reader& in, ObjectReader& fields,
                                                   const Journal& journal) {
  std::vector<MiddleboxSpec::SetTimer> set;
  JsonValue box;
  Reader copy = in;
  if (!fields.has("timeouts") || !copy.anything(box)) return set;
  const JsonValue& timeouts = *box.find("timeouts");
  for (const JsonValue::Key& key : timeouts.keys) {
    const std::optional<Timeout> timer = find_timeout(key.text);
    if (!timer) continue;
    const SourceText::Position place = journal.position(key.offset);
    set.push_back({*timer, {in.pointer() + "/timeouts/" + key.text, place.line, place.column}});
  }
  return set;
}

void read_middlebox(Reader in, Draft& draft, HopCounts& counts) {
  MiddleboxSpec box;
  in.object([&](ObjectReader& fields) {
    box.name = draft.names.read_new(
        fields.optional("name", "its name; box-1, box-2 and so on when missing"), in,
        "box-" + std::to_string(++counts.boxes), {Names::Kind::Box, draft.scenario.path.size()});
    Reader wanted = fields.required(
        "profile", "the name of a profile, or a file relative to the scenario: \"./my-box.json\"");
    const ProfileDocument* profile = nullptr;
    if (wanted.describing()) {
      std::string no_default;
      wanted.text(no_default, 4000);
    } else {
      profile = draft.profiles.read(wanted, *draft.journal);
    }
    if (profile != nullptr) {
      box.profile = profile->profile;
      box.statuses = statuses_of(*profile);
    }
    const std::size_t mistakes = in.mistakes();
    read_overrides(fields, box.profile, box.statuses, profile != nullptr);
    if (profile == nullptr || in.mistakes() != mistakes) return;
    box.set_timers = timers_set_by(in, fields, *draft.journal);
    if (const std::optional<ProfileConflict> conflict = conflict_in(box.profile)) {
      fields.error_at(conflict->key, conflict->message, conflict->allowed);
    }
  });
  draft.scenario.path.emplace_back(std::move(box));
}

void read_proxy(Reader in, Draft& draft, HopCounts& counts) {
  ProxySpec proxy;
  if (const OsPreset* preset = find_os_preset("linux")) proxy.front = proxy.back = preset->tcp;
  in.object([&](ObjectReader& fields) {
    proxy.name = draft.names.read_new(
        fields.optional("name", "its name; proxy-1, proxy-2 and so on when missing"), in,
        "proxy-" + std::to_string(++counts.proxies),
        {Names::Kind::Proxy, draft.scenario.path.size()});
    fields
        .optional("idle_timeout",
                  "closes both connections when no application byte has passed in either "
                  "direction for so long; never when missing")
        .span(proxy.idle_timeout, kProxyIdle);
    fields.with_default("probes_count", "whether TCP keepalive probes count as activity, too")
        .flag(proxy.probes_count);
    std::size_t on_idle = 0;
    if (fields.with_default("on_idle", "whether it ends them with FIN (close) or RST (reset)")
            .word(on_idle, kOnIdle)) {
      proxy.reset_when_idle = on_idle == 1;
    }
    read_tcp_options(fields.optional("front", "its socket towards the client, laid over linux"),
                     proxy.front);
    read_tcp_options(fields.optional("back", "its socket towards the server, laid over linux"),
                     proxy.back);
  });
  draft.scenario.path.emplace_back(std::move(proxy));
}

}  // namespace

void read_path(Reader in, Draft& draft) {
  HopCounts counts;
  const std::array<Reader::Variant, 3> kinds{{
      {"link", "a line between two neighbours",
       [&](ObjectReader& fields) {
         read_link(fields.required("link", "its properties; {} for an ideal line"), draft, counts);
       }},
      {"middlebox", "a NAT, firewall or load balancer that keeps state per flow",
       [&](ObjectReader& fields) {
         read_middlebox(fields.required("middlebox", "its profile and what differs from it"), draft,
                        counts);
       }},
      {"proxy", "ends the TCP connection of the client and starts another to the server",
       [&](ObjectReader& fields) {
         read_proxy(fields.required("proxy", "its properties"), draft, counts);
       }},
  }};
  in.array(0, kMostItems, [&](Reader& hop) {
    const std::size_t before = draft.scenario.path.size();
    hop.variants(kinds);
    // A hop that could not be read still takes its place, so that later positions stay right.
    if (draft.scenario.path.size() == before) draft.scenario.path.emplace_back(LinkConfig{});
  });
}

}  // namespace stayalive
