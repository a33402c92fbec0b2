// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/pool_options.h"

#include <array>

namespace stayalive {
namespace {

constexpr Duration kShortestPoolSpan = 1ms;
constexpr Duration kLongestPoolSpan = 8784h;
constexpr std::int64_t kMostRequestsAtOnce = 1000;

// In the order of the enumerations of SessionSpec and ReconnectSpec.
constexpr std::array<std::string_view, 2> kPoolOrders{"last-used", "longest-idle"};
constexpr std::array<std::string_view, 2> kPoolMeanwhile{"wait", "fail"};
constexpr std::array<std::string_view, 3> kPoolRepeats{"nothing", "repeatable", "everything"};

constexpr OptionSpec pool_span(std::string_view key, std::string_view help) {
  return OptionSpec::of_span(key, help, kShortestPoolSpan, kLongestPoolSpan);
}

constexpr std::array kPoolOptions{
    PoolOption{OptionSpec::of_count("size", "most connections at once", 1, SessionSpec::kMostSize),
               [](PoolRules& to) -> OptionSlot { return to.keeps.size; }},
    PoolOption{OptionSpec::of_count("min_idle", "so many unused connections are kept ready", 0,
                                    SessionSpec::kMostSize),
               [](PoolRules& to) -> OptionSlot { return to.keeps.min_idle; }},
    PoolOption{OptionSpec::of_count("max_idle",
                                    "most unused connections; the one given back last is closed", 0,
                                    SessionSpec::kMostSize),
               [](PoolRules& to) -> OptionSlot { return to.keeps.max_idle; }},
    PoolOption{pool_span("idle_limit",
                         "an unused connection is closed after so long, but none of the last "
                         "min_idle; never when missing"),
               [](PoolRules& to) -> OptionSlot { return to.keeps.idle_limit; }},
    PoolOption{OptionSpec::of_span("look_every",
                                   "how often the pool looks for connections past idle_limit; 0s: "
                                   "each is closed exactly then",
                                   Duration::zero(), 24h),
               [](PoolRules& to) -> OptionSlot { return to.keeps.look_every; }},
    PoolOption{pool_span("lifetime",
                         "a connection is closed so long after it was opened, or when it is given "
                         "back after that; never when missing"),
               [](PoolRules& to) -> OptionSlot { return to.keeps.lifetime; }},
    PoolOption{OptionSpec::of_span(
                   "check_before_use",
                   "a connection that was unused for so long is asked whether it still works "
                   "before a request is given to it; 0s: each but a new one; none when missing",
                   Duration::zero(), kLongestPoolSpan),
               [](PoolRules& to) -> OptionSlot { return to.keeps.check_before_use; }},
    PoolOption{pool_span("check_every",
                         "an unused connection is asked when nothing was heard on it for so long; "
                         "never when missing"),
               [](PoolRules& to) -> OptionSlot { return to.keeps.check_every; }},
    PoolOption{pool_span("check_timeout", "one that does not answer in so long is closed"),
               [](PoolRules& to) -> OptionSlot { return to.keeps.check_timeout; }},
    PoolOption{OptionSpec::of_choice("order",
                                     "which of several unused connections carries a request: the "
                                     "one used last, or the one unused for longest",
                                     kPoolOrders),
               [](PoolRules& to) -> OptionSlot { return to.keeps.order; }},
    PoolOption{pool_span("wait_limit",
                         "a request that waits so long for a connection fails; it waits for ever "
                         "when missing"),
               [](PoolRules& to) -> OptionSlot { return to.keeps.wait_limit; }},
    PoolOption{
        OptionSpec::of_count("requests_at_once",
                             "most requests at once on one connection; over HTTP/2 as many as "
                             "the server allows, unless this says more than one",
                             1, kMostRequestsAtOnce),
        [](PoolRules& to) -> OptionSlot { return to.keeps.requests_at_once; }},
    PoolOption{OptionSpec::of_flag("notices_close",
                                   "whether the pool learns at once that an unused connection was "
                                   "closed; otherwise only when it uses or asks it"),
               [](PoolRules& to) -> OptionSlot { return to.keeps.notices_close; }},
};

constexpr std::array kPoolLossOptions{
    PoolOption{OptionSpec::of_choice("meanwhile",
                                     "a request waits for the next attempt, or fails, when its "
                                     "connection cannot be opened",
                                     kPoolMeanwhile),
               [](PoolRules& to) -> OptionSlot { return to.loses.meanwhile; }},
    PoolOption{OptionSpec::of_span("pause", "how long it waits after an attempt in vain",
                                   Duration::zero(), kLongestPoolSpan),
               [](PoolRules& to) -> OptionSlot { return to.loses.pause; }},
    PoolOption{OptionSpec::of_choice(
                   "repeat",
                   "which requests that were sent on a lost connection are sent again on another",
                   kPoolRepeats),
               [](PoolRules& to) -> OptionSlot { return to.loses.repeat; }},
    PoolOption{OptionSpec::of_count("repeat_limit", "how often one request is sent again at most",
                                    1, 1'000'000),
               [](PoolRules& to) -> OptionSlot { return to.loses.repeat_limit; }},
    PoolOption{OptionSpec::of_flag("repeat_on_used_only",
                                   "and only if the lost connection had carried an answer before"),
               [](PoolRules& to) -> OptionSlot { return to.loses.repeat_on_used_only; }},
};

}  // namespace

std::span<const PoolOption> pool_options() { return kPoolOptions; }

std::span<const PoolOption> pool_loss_options() { return kPoolLossOptions; }

}  // namespace stayalive
