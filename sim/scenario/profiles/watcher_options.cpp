// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/watcher_options.h"

#include <array>
#include <vector>

namespace stayalive {
namespace {

constexpr Duration kShortestWatch = 1ms;
constexpr Duration kLongestWatch = 24h;
constexpr std::int64_t kMostWatched = 1000;

constexpr OptionSpec watch_span(std::string_view key, std::string_view help) {
  return OptionSpec::of_span(key, help, kShortestWatch, kLongestWatch);
}
constexpr OptionSpec watch_pause(std::string_view key, std::string_view help,
                                 Duration most = kLongestWatch) {
  return OptionSpec::of_span(key, help, Duration::zero(), most);
}

constexpr std::array kWatcherOptions{
    WatcherOption{
        OptionSpec::of_choice("method",
                              "how it decides: probes counts answers that do not come one after "
                              "the other, loss looks at the share of missing answers among the "
                              "latest, hellos listens for what the other end sends by itself",
                              kWatcherMethods),
        [](WatcherProduct& to) -> OptionSlot { return to.rules.method; }},
    WatcherOption{OptionSpec::of_flag("both_ends",
                                      "whether each end of the ways has a watcher of its own and "
                                      "chooses by it; always so with method hellos"),
                  [](WatcherProduct& to) -> OptionSlot { return to.both_ends; }},
    WatcherOption{
        OptionSpec::of_choice("far_end",
                              "what the end without a watcher does with packets that no address "
                              "of a way decides: learns sends them by the way by which it heard "
                              "the other end last, fixed always by the first way; watches: it has "
                              "a watcher",
                              kFarEnds),
        [](WatcherProduct& to) -> OptionSlot { return to.rules.far_end; }},
    WatcherOption{watch_pause("start", "when it sends for the first time"),
                  [](WatcherProduct& to) -> OptionSlot { return to.rules.start; }},
    WatcherOption{watch_span("interval", "from one probe or hello to the next"),
                  [](WatcherProduct& to) -> OptionSlot { return to.rules.interval; }},
    WatcherOption{OptionSpec::of_count("spread",
                                       "percent of the interval by which each may come sooner, at "
                                       "random (BFD: 25)",
                                       0, 90),
                  [](WatcherProduct& to) -> OptionSlot { return to.rules.spread; }},
    WatcherOption{watch_pause("slow_interval",
                              "with method hellos: no shorter than this while the way is down "
                              "(BFD: 1 s)"),
                  [](WatcherProduct& to) -> OptionSlot { return to.rules.slow_interval; }},
    WatcherOption{watch_span("timeout",
                             "an answer that takes longer does not count; as long as the interval "
                             "when missing"),
                  [](WatcherProduct& to) -> OptionSlot { return to.rules.timeout; }},
    WatcherOption{OptionSpec::of_count("count",
                                       "so many missing answers in a row, or with method hellos "
                                       "so many intervals of silence, and the way is down",
                                       1, kMostWatched),
                  [](WatcherProduct& to) -> OptionSlot { return to.rules.count; }},
};

constexpr std::array kMoreWatcherOptions{
    WatcherOption{watch_span("dead_after",
                             "with method hellos: after so long without one the way is down (max "
                             "age); count intervals when missing"),
                  [](WatcherProduct& to) -> OptionSlot { return to.rules.dead_after; }},
    WatcherOption{watch_span("window", "with method loss: how far back the probes are looked at"),
                  [](WatcherProduct& to) -> OptionSlot { return to.rules.window; }},
    WatcherOption{OptionSpec::of_count("loss",
                                       "with method loss: the way is down where more than so many "
                                       "percent of them, in whole percent, have no answer",
                                       0, 99),
                  [](WatcherProduct& to) -> OptionSlot { return to.rules.loss; }},
    WatcherOption{watch_span("look_every", "with method loss: how often it looks"),
                  [](WatcherProduct& to) -> OptionSlot { return to.rules.look_every; }},
    WatcherOption{OptionSpec::of_count("up_count",
                                       "so many answers, hellos or good looks in a row, and the "
                                       "way is up again",
                                       1, kMostWatched),
                  [](WatcherProduct& to) -> OptionSlot { return to.rules.up_count; }},
    WatcherOption{OptionSpec::of_flag("signals",
                                      "with method hellos: whether they say that their sender "
                                      "hears nothing, upon which the other end gives up, too"),
                  [](WatcherProduct& to) -> OptionSlot { return to.rules.signals; }},
    WatcherOption{OptionSpec::of_count("bytes", "of each, behind the IP header", 8, 1480),
                  [](WatcherProduct& to) -> OptionSlot { return to.rules.bytes; }},
    WatcherOption{watch_pause("down_delay", "from a way's end until another one is taken"),
                  [](WatcherProduct& to) -> OptionSlot { return to.rules.down_delay; }},
    WatcherOption{watch_pause("hold_down",
                              "how long a better way has to be up before it is taken again; "
                              "\"never\": only when the present one is down",
                              kForever),
                  [](WatcherProduct& to) -> OptionSlot { return to.rules.hold_down; }},
    WatcherOption{watch_pause("settles_for",
                              "nothing passes for so long after each change of the way (STP: "
                              "listening and learning)"),
                  [](WatcherProduct& to) -> OptionSlot { return to.rules.settles_for; }},
    WatcherOption{
        OptionSpec::of_choice("flows",
                              "what becomes of flows that stand when a way is given up: kept, "
                              "they stay with the way whose box has an entry of them; killed, "
                              "its box forgets all; moved, their next packet goes the new way; "
                              "masqueraded, as Linux with one table: that packet is dropped with "
                              "the entry; old-address, as Linux with SNAT: the entry goes on "
                              "translating, and its packets leave by the new way",
                              kStandingFlows),
        [](WatcherProduct& to) -> OptionSlot { return to.leaving; }},
    WatcherOption{OptionSpec::of_choice("flows_back",
                                        "the same when a better way is taken again; as flows when "
                                        "missing",
                                        kStandingFlows),
                  [](WatcherProduct& to) -> OptionSlot { return to.returning; }},
};

}  // namespace

std::span<const WatcherOption> watcher_options() {
  static const std::vector<WatcherOption> kAll = [] {
    std::vector<WatcherOption> all(kWatcherOptions.begin(), kWatcherOptions.end());
    all.insert(all.end(), kMoreWatcherOptions.begin(), kMoreWatcherOptions.end());
    return all;
  }();
  return kAll;
}

}  // namespace stayalive
