// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/text.h"
#include "scenario/json/object_reader.h"
#include "scenario/json/option_reader.h"
#include "scenario/profiles/watchers.h"
#include "scenario/sections/hops.h"
#include "scenario/sections/sections.h"

namespace stayalive {
namespace {

constexpr std::size_t kMostWays = 8;
constexpr std::size_t kMostGroups = 32;

// Reads what decides between the ways.
class WatcherReader {
 public:
  explicit WatcherReader(AlternativesSpec& group) : group_(group) {}

  void read_product(Reader in) {
    std::string word;
    std::vector<std::string_view> names;
    for (const WatcherDocument* each : builtin_watchers()) names.emplace_back(each->name);
    if (in.describing()) {
      in.text_such_as(word, names);
      return;
    }
    if (!in.present() || !in.text(word, 4000)) return;
    const WatcherDocument* document = find_builtin_watcher(word);
    if (document == nullptr) {
      in.error("there is no watcher " + quote(word), join_choices(names),
               closest_word(word, names));
      return;
    }
    product_ = document->product;
    says_flows_back_ = document->says_flows_back;
    group_.profile = document->name;
  }

  void read_values(ObjectReader& fields) {
    for (const WatcherOption& option : watcher_options()) {
      const OptionSlot slot = option.slot(product_);
      const bool follows = slot.get() == kForever.count() || option.spec.key == "flows_back";
      Reader value = follows ? fields.optional(option.spec.key, option.spec.help)
                             : fields.with_default(option.spec.key, option.spec.help);
      const bool given = value.present();
      read_option(value, option.spec, slot);
      if (option.spec.key == "flows" && given) flows_given_ = true;
      if (option.spec.key == "flows_back" && given) back_given_ = true;
    }
    if (!fields.describing()) check(fields);
  }

  void finish() {
    group_.watcher = product_.rules;
    group_.both_ends = product_.both_ends || product_.rules.method == WatcherRules::Method::Hellos;
    group_.leaving = product_.leaving;
    const bool own = back_given_ || (says_flows_back_ && !flows_given_);
    group_.returning = own ? product_.returning : product_.leaving;
  }

 private:
  // Values of other methods mean nothing.
  void check(ObjectReader& fields) {
    using Method = WatcherRules::Method;
    const WatcherRules& rules = product_.rules;
    const auto only_with = [&](std::string_view key, Method method) {
      if (!fields.has(key) || rules.method == method) return;
      fields.error_at(
          key,
          "this means nothing with method " +
              quote(kWatcherMethods[static_cast<std::size_t>(rules.method)]),
          "this key with method " + quote(kWatcherMethods[static_cast<std::size_t>(method)]));
    };
    for (const std::string_view key : {"window", "loss", "look_every"})
      only_with(key, Method::Loss);
    for (const std::string_view key : {"dead_after", "slow_interval", "signals"})
      only_with(key, Method::Hellos);
    if (fields.has("timeout") && rules.method == Method::Hellos)
      fields.error_at("timeout", "a hello asks for no answer", "dead_after or count");
    if (fields.has("count") && rules.method == Method::Loss)
      fields.error_at("count", "this means nothing with method \"loss\"", "loss and window");
    if (rules.method == Method::Hellos && rules.patience() < rules.interval)
      fields.error_at("dead_after", "shorter than the interval: no way could ever be up",
                      "at least " + print_duration(rules.interval));
    if (rules.method == Method::Loss &&
        (rules.window + rules.answer_time()) / rules.interval > kMostLookedAt)
      fields.error_at("window", "more than " + std::to_string(kMostLookedAt) + " probes in it",
                      "a shorter window, or a longer interval");
    if (rules.answer_time() / rules.interval > kMostLookedAt)
      fields.error_at("timeout", "more than " + std::to_string(kMostLookedAt) + " probes in it",
                      "a shorter timeout, or a longer interval");
    if (rules.far_end == WatcherRules::FarEnd::Watches && !product_.both_ends &&
        rules.method != Method::Hellos)
      fields.error_at("far_end", "only one end watches", "learns or fixed, or both_ends true");
  }

  static constexpr std::int64_t kMostLookedAt = 10'000;
  AlternativesSpec& group_;
  WatcherProduct product_;
  bool says_flows_back_ = false;
  bool flows_given_ = false;
  bool back_given_ = false;
};

void read_watcher(Reader in, AlternativesSpec& group) {
  WatcherReader reader(group);
  in.text_or([&](Reader& product) { reader.read_product(product); },
             [&](Reader& object) {
               object.object([&](ObjectReader& fields) {
                 reader.read_product(fields.optional(
                     "profile",
                     "the name of a protocol or product; the values below are laid over its own"));
                 reader.read_values(fields);
               });
             });
  reader.finish();
}

void read_way(Reader& in, Draft& draft, HopCounts& counts, AlternativesSpec& group) {
  constexpr std::array<std::string_view, 2> kUsual{"primary", "backup"};
  const std::size_t number = group.ways.size();
  AlternativesSpec::Way way;
  way.first = draft.scenario.path.size();
  in.object([&](ObjectReader& fields) {
    way.name =
        number < kUsual.size() ? std::string(kUsual[number]) : "backup-" + std::to_string(number);
    if (in.describing()) way.name.clear();
    Reader name = fields.optional("name",
                                  "its name; primary, backup, backup-2 and so on when "
                                  "missing");
    name.name(way.name);
    const bool taken = std::ranges::any_of(
        group.ways, [&](const AlternativesSpec::Way& other) { return other.name == way.name; });
    if (taken && !in.describing())
      (name.present() ? name : in)
          .error("another way of this group has the name " + quote(way.name),
                 "a name of its own for each way");
    fields.with_default("path", "its links and middleboxes, from the internal end outwards")
        .array(0, kMostItems, [&](Reader& hop) { read_hop(hop, draft, counts, true); });
    fields.with_default("watched", "whether it is watched; one that is not is always up")
        .flag(way.watched);
    fields
        .with_default("filters_sources",
                      "whether its provider drops what comes with another source address than "
                      "those of its own middleboxes")
        .flag(way.filters_sources);
    Reader target = fields.optional(
        "target",
        "whom its watcher asks: a middlebox, or a link for the router at its far end, of this way "
        "or of the path beyond the group; the far end of the way when missing");
    std::string any;
    if (in.describing()) {
      target.name(any);
    } else if (target.present()) {
      counts.targets.push_back({target, draft.scenario.alternatives.size(), number});
    }
  });
  way.count = draft.scenario.path.size() - way.first;
  group.ways.push_back(std::move(way));
}

// A provider that filters has to know which addresses are its own.
void check_filters(const Reader& in, const Draft& draft, const AlternativesSpec& group) {
  for (const AlternativesSpec::Way& way : group.ways) {
    bool translates = false;
    for (std::size_t hop = way.first; hop < way.end(); ++hop) {
      const auto* box = std::get_if<MiddleboxSpec>(&draft.scenario.path[hop]);
      translates = translates || (box != nullptr && box->profile.translate);
    }
    if (!way.filters_sources || translates) continue;
    in.error("the way " + quote(way.name) + " filters sources, and has no address of its own",
             "a middlebox that translates in this way");
  }
}

// What some flows need that the ways do not have.
void check_flows(const Reader& in, const Draft& draft, const AlternativesSpec& group) {
  const auto wants_box = [](StandingFlows flows) { return flows != StandingFlows::Moved; };
  if (!wants_box(group.leaving) && !wants_box(group.returning)) return;
  for (const AlternativesSpec::Way& way : group.ways) {
    bool has_box = false;
    for (std::size_t hop = way.first; hop < way.end(); ++hop)
      has_box = has_box || std::holds_alternative<MiddleboxSpec>(draft.scenario.path[hop]);
    if (has_box) continue;
    in.error("the way " + quote(way.name) +
                 " has no middlebox, and only an entry in one can say "
                 "that a flow belongs to it",
             "flows \"moved\", or a middlebox in each way");
    return;
  }
}

}  // namespace

void read_alternatives(Reader in, Draft& draft, HopCounts& counts) {
  AlternativesSpec group;
  const SourceText::Position position = in.position();
  group.place = {in.pointer(), position.line, position.column};
  const std::size_t mistakes = in.describing() ? 0 : in.mistakes();
  in.object([&](ObjectReader& fields) {
    group.name = draft.names.read_new(
        fields.optional("name", "its name; ways-1, ways-2 and so on when missing"), in,
        "ways-" + std::to_string(++counts.groups),
        {Names::Kind::Alternatives, draft.scenario.alternatives.size()});
    fields.required("ways", "the chains, in the order of preference")
        .array(2, kMostWays, [&](Reader& way) { read_way(way, draft, counts, group); });
    read_watcher(fields.required("watcher",
                                 "the name of a protocol or product, or an object with "
                                 "its values"),
                 group);
  });
  if (in.describing()) return;
  if (draft.scenario.alternatives.size() >= kMostGroups)
    in.error("more than " + std::to_string(kMostGroups) + " groups of alternatives",
             "fewer of them");
  if (in.mistakes() == mistakes) check_filters(in, draft, group);
  if (in.mistakes() == mistakes) check_flows(in, draft, group);
  // One that is wrong still takes its place.
  while (group.ways.size() < 2) {
    group.ways.emplace_back();
    group.ways.back().first = draft.scenario.path.size();
  }
  draft.scenario.alternatives.push_back(std::move(group));
}

void read_targets(Draft& draft, HopCounts& counts) {
  Scenario& scenario = draft.scenario;
  for (HopCounts::Target& each : counts.targets) {
    const auto entry = draft.names.read_reference(each.in, {Names::Kind::Link, Names::Kind::Box});
    if (!entry) continue;
    AlternativesSpec& group = scenario.alternatives[each.group];
    AlternativesSpec::Way& way = group.ways[each.way];
    const std::size_t hop = entry->position;
    const bool in_way = hop >= way.first && hop < way.end();
    bool reached = in_way || hop >= group.end();
    for (std::size_t i = group.end(); i < hop && reached && !in_way; ++i)
      reached = !std::holds_alternative<ProxySpec>(scenario.path[i]);
    if (!in_way && way_of(scenario, hop)) reached = false;
    // Nor does a watcher see through another group.
    for (const AlternativesSpec& other : scenario.alternatives) {
      if (!in_way && other.first() >= group.end() && &other != &group && other.first() <= hop)
        reached = false;
    }
    if (!reached) {
      each.in.error(quote(each.in.as_written()) + " cannot be reached by this way alone",
                    "a link or middlebox of this way, or one beyond the group and before the next "
                    "group or proxy");
      continue;
    }
    if (group.both_ends && !in_way) {
      each.in.error("each end watches the way between them, and this lies beyond it",
                    "a link or middlebox of this way, or no target");
      continue;
    }
    if (group.watcher.method == WatcherRules::Method::Hellos) {
      each.in.error("hellos go from one end of the way to the other", "a way without target");
      continue;
    }
    way.target = hop;
  }
}

}  // namespace stayalive
