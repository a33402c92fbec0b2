// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "scenario/json/object_reader.h"
#include "scenario/json/option_reader.h"
#include "scenario/profiles/profile_options.h"
#include "scenario/profiles/proxies.h"
#include "scenario/profiles/proxy_options.h"
#include "scenario/sections/hops.h"
#include "scenario/sections/sections.h"
#include "scenario/sections/tcp_options.h"

namespace stayalive {
namespace {

constexpr SpanLimits kDelay{{}, 24h};

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
    fields
        .with_default("queue",
                      "how much may wait before it where `rate` is too slow, in each direction; "
                      "what finds it full is dropped")
        .queue(link.queue);
    if (fields.has("queue") && !fields.has("rate")) {
      fields.error_at("queue", "nothing waits before a line without a rate",
                      "this key together with rate");
    }
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
      profile = draft.profiles.read_box(wanted, *draft.journal);
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

// The product, with its values.
void read_product(Reader in, Draft& draft, ProxySpec& proxy) {
  if (in.describing()) {
    std::string any;
    in.text(any, 4000);
  }
  if (in.describing() || !in.present()) return;
  const ProxyDocument* document = draft.profiles.read_proxy(in, *draft.journal);
  if (document == nullptr) return;
  proxy.profile = document->name;
  proxy.rules = document->rules;
  proxy.statuses = statuses_of(*document);
}

void read_proxy_object(Reader& in, Draft& draft, HopCounts& counts, ProxySpec& proxy) {
  in.object([&](ObjectReader& fields) {
    proxy.name = draft.names.read_new(
        fields.optional("name", "its name; proxy-1, proxy-2 and so on when missing"), in,
        "proxy-" + std::to_string(++counts.proxies),
        {Names::Kind::Proxy, draft.scenario.path.size()});
    read_product(fields.optional("profile",
                                 "the name of a product, or a file relative to the scenario: "
                                 "\"./my-proxy.json\"; the values below are laid over its own, and "
                                 "the defaults are those of a proxy without one"),
                 draft, proxy);
    std::size_t position = 0;
    for (const ProxyOption& option : proxy_options()) {
      const OptionSlot slot = option.slot(proxy.rules);
      Reader value = slot.get() == kForever.count()
                         ? fields.optional(option.spec.key, option.spec.help)
                         : fields.with_default(option.spec.key, option.spec.help);
      const bool given = value.present();
      read_option(value, option.spec, slot);
      if (given && !proxy.statuses.empty()) proxy.statuses[position] = ValueStatus::Given;
      ++position;
    }
    read_tcp_options(fields.optional("front", "its socket towards the client, laid over linux"),
                     proxy.front);
    read_tcp_options(fields.optional("back", "its socket towards the server, laid over linux"),
                     proxy.back);
  });
}

void read_proxy(Reader in, Draft& draft, HopCounts& counts) {
  ProxySpec proxy;
  if (const OsPreset* preset = find_os_preset("linux")) proxy.front = proxy.back = preset->tcp;
  in.text_or(
      [&](Reader& product) {
        proxy.name = "proxy-" + std::to_string(++counts.proxies);
        const Names::Entry entry{Names::Kind::Proxy, draft.scenario.path.size()};
        if (!product.describing() && !draft.names.add(proxy.name, entry))
          product.error("the name " + quote(proxy.name) + " is already that of another");
        read_product(product, draft, proxy);
      },
      [&](Reader& object) { read_proxy_object(object, draft, counts, proxy); });
  draft.scenario.path.emplace_back(std::move(proxy));
}

}  // namespace

void read_hop(Reader& in, Draft& draft, HopCounts& counts, bool in_way) {
  std::vector<Reader::Variant> kinds{
      {"link", "a line between two neighbours",
       [&](ObjectReader& fields) {
         read_link(fields.required("link", "its properties; {} for an ideal line"), draft, counts);
       }},
      {"middlebox", "a NAT, firewall or load balancer that keeps state per flow",
       [&](ObjectReader& fields) {
         read_middlebox(fields.required("middlebox", "its profile and what differs from it"), draft,
                        counts);
       }},
  };
  if (!in_way) {
    kinds.push_back(
        {"proxy", "ends the TCP connection of the client and starts another to the server",
         [&](ObjectReader& fields) {
           read_proxy(
               fields.required("proxy", "the name of a product, or an object with its properties"),
               draft, counts);
         }});
    kinds.push_back(
        {"alternatives", "several chains, of which a watcher takes one", [&](ObjectReader& fields) {
           read_alternatives(
               fields.required("alternatives", "the ways, and what chooses among them"), draft,
               counts);
         }});
  }
  const std::size_t before = draft.scenario.path.size();
  const std::size_t groups = draft.scenario.alternatives.size();
  in.variants(kinds);
  // A hop that could not be read still takes its place, so that later positions stay right.
  if (draft.scenario.path.size() == before && draft.scenario.alternatives.size() == groups)
    draft.scenario.path.emplace_back(LinkConfig{});
}

void read_path(Reader in, Draft& draft) {
  HopCounts counts;
  in.array(0, kMostItems, [&](Reader& hop) { read_hop(hop, draft, counts, false); });
  if (!in.describing()) read_targets(draft, counts);
}

}  // namespace stayalive
