// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/serving_options.h"

#include <array>

namespace stayalive {
namespace {

// In the order of the enumeration of ServingRules.
constexpr std::array<std::string_view, 2> kServerWhenFull{"wait", "close"};

constexpr std::array kServingOptions{
    ServingOption{
        OptionSpec::of_count("workers",
                             "processes or threads, of which a connection holds one from accept() "
                             "to close (Apache prefork: MaxRequestWorkers); 0: an event loop, "
                             "where none is held",
                             0, ServingRules::kMost),
        [](ServingRules& to) -> OptionSlot { return to.workers; }},
    ServingOption{OptionSpec::of_count("max_connections",
                                       "connections accepted and not closed at most (nginx: "
                                       "worker_connections); 0: any number",
                                       0, ServingRules::kMost),
                  [](ServingRules& to) -> OptionSlot { return to.max_connections; }},
    ServingOption{OptionSpec::of_choice("when_full",
                                        "at max_connections others wait in the accept queue, or "
                                        "are accepted and closed at once",
                                        kServerWhenFull),
                  [](ServingRules& to) -> OptionSlot { return to.when_full; }},
    ServingOption{OptionSpec::of_flag("closes_idle",
                                      "at max_connections the connection that has waited longest "
                                      "for a next request is closed for each that waits to be "
                                      "accepted; with HTTP"),
                  [](ServingRules& to) -> OptionSlot { return to.closes_idle; }},
    ServingOption{
        OptionSpec::of_count("backlog",
                             "of listen(), and no more than net.core.somaxconn: one connection "
                             "more waits in the accept queue, and SYNs beyond are dropped",
                             1, ServingRules::kMost),
        [](ServingRules& to) -> OptionSlot { return to.backlog; }},
    ServingOption{OptionSpec::of_span("defer_accept",
                                      "TCP_DEFER_ACCEPT: a connection is not accepted before its "
                                      "first data, or before this has passed; 0s: off",
                                      Duration::zero(), 1h),
                  [](ServingRules& to) -> OptionSlot { return to.defer_accept; }},
    ServingOption{OptionSpec::of_flag("syn_cookies",
                                      "tcp_syncookies: while as many handshakes are under way as "
                                      "backlog says, a SYN is answered with a cookie, and dropped "
                                      "otherwise"),
                  [](ServingRules& to) -> OptionSlot { return to.syn_cookies; }},
    ServingOption{OptionSpec::of_flag("abort_on_overflow",
                                      "tcp_abort_on_overflow: whoever ends its handshake when the "
                                      "accept queue is full is reset, and ignored otherwise"),
                  [](ServingRules& to) -> OptionSlot { return to.abort_on_overflow; }},
};

}  // namespace

std::span<const ServingOption> serving_options() { return kServingOptions; }

}  // namespace stayalive
