// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/proxy_options.h"

#include <algorithm>
#include <array>
#include <vector>

namespace stayalive {
namespace {

constexpr Duration kShortestProxyTimer = 1ms;
constexpr Duration kLongestProxyTimer = 8784h;

// In the order of the enumerations of ProxyRules.
constexpr std::array<std::string_view, 2> kActivities{"either", "read"};
constexpr std::array<std::string_view, 3> kInactivities{"half-close", "close", "reset"};
constexpr std::array<std::string_view, 3> kHalfCloses{"pass-on", "close-both", "keep"};
constexpr std::array<std::string_view, 3> kProxyEndings{"fin", "reset", "fin-and-reset"};
constexpr std::array<std::string_view, 4> kPassedResets{"neither", "server", "client", "both"};
constexpr std::array<std::string_view, 2> kIdleEndings{"close", "reset"};

constexpr OptionSpec proxy_timer(std::string_view key, std::string_view help) {
  return OptionSpec::of_span(key, help, kShortestProxyTimer, kLongestProxyTimer);
}

constexpr std::array kProxyTimerOptions{
    ProxyOption{proxy_timer("idle_timeout",
                            "closes both connections when no application byte has passed in either "
                            "direction for so long; never when missing"),
                [](ProxyRules& to) -> OptionSlot { return to.idle_timeout; }},
    ProxyOption{
        proxy_timer("client_timeout",
                    "no byte on the client's connection for so long: on_inactivity; never when "
                    "missing"),
        [](ProxyRules& to) -> OptionSlot { return to.client_timeout; }},
    ProxyOption{
        proxy_timer("server_timeout",
                    "no byte on the server's connection for so long: on_inactivity; never when "
                    "missing"),
        [](ProxyRules& to) -> OptionSlot { return to.server_timeout; }},
    ProxyOption{
        proxy_timer("tunnel_timeout",
                    "takes the place of client_timeout and server_timeout once both connections "
                    "stand: no byte in either direction for so long closes both"),
        [](ProxyRules& to) -> OptionSlot { return to.tunnel_timeout; }},
    ProxyOption{
        proxy_timer("lifetime",
                    "closes both connections so long after the client's was accepted, whatever "
                    "passes; never when missing"),
        [](ProxyRules& to) -> OptionSlot { return to.lifetime; }},
    ProxyOption{
        proxy_timer("connect_timeout",
                    "how long the server may take to accept its connection; when missing as "
                    "long as the proxy's kernel tries"),
        [](ProxyRules& to) -> OptionSlot { return to.connect_timeout; }},
    ProxyOption{OptionSpec::of_span("granularity",
                                    "0s: a timer runs out at its time; otherwise at the first "
                                    "multiple of this span at or after it",
                                    Duration::zero(), 24h),
                [](ProxyRules& to) -> OptionSlot { return to.granularity; }},
};

constexpr std::array kProxyActionOptions{
    ProxyOption{
        OptionSpec::of_choice("activity",
                              "which bytes begin client_timeout or server_timeout anew: either, "
                              "read from its connection or written to it; read, read from it only",
                              kActivities),
        [](ProxyRules& to) -> OptionSlot { return to.activity; }},
    ProxyOption{
        OptionSpec::of_flag("probes_count", "whether TCP keepalive probes count as activity, too"),
        [](ProxyRules& to) -> OptionSlot { return to.probes_count; }},
    ProxyOption{OptionSpec::of_choice("on_inactivity",
                                      "what client_timeout and server_timeout do: half-close, stop "
                                      "to read there and send a FIN to the other side; close or "
                                      "reset, end both connections",
                                      kInactivities),
                [](ProxyRules& to) -> OptionSlot { return to.on_inactivity; }},
    ProxyOption{OptionSpec::of_choice(
                    "on_idle", "whether its other timers end them with FIN (close) or RST (reset)",
                    kIdleEndings),
                [](ProxyRules& to) -> OptionSlot { return to.reset_when_idle; }},
    ProxyOption{OptionSpec::of_choice("half_close",
                                      "when one side closes its direction: pass-on, the other side "
                                      "is told and may go on; close-both, both connections are "
                                      "closed; keep, the other side is not told",
                                      kHalfCloses),
                [](ProxyRules& to) -> OptionSlot { return to.half_close; }},
    ProxyOption{OptionSpec::of_choice("client_ending",
                                      "what it sends to the client when a timer closes both: a "
                                      "FIN, a RST, or a RST right behind the FIN",
                                      kProxyEndings),
                [](ProxyRules& to) -> OptionSlot { return to.client_ending; }},
    ProxyOption{
        OptionSpec::of_choice("server_ending", "the same towards the server", kProxyEndings),
        [](ProxyRules& to) -> OptionSlot { return to.server_ending; }},
    ProxyOption{OptionSpec::of_choice("passed_reset",
                                      "to whom it sends a RST, and not a FIN, when the connection "
                                      "of the other side breaks",
                                      kPassedResets),
                [](ProxyRules& to) -> OptionSlot { return to.passed_reset; }},
};

std::vector<ProxyOption> all_proxy_options() {
  std::vector<ProxyOption> all(kProxyTimerOptions.begin(), kProxyTimerOptions.end());
  all.insert(all.end(), kProxyActionOptions.begin(), kProxyActionOptions.end());
  return all;
}

}  // namespace

std::span<const ProxyOption> proxy_options() {
  static const std::vector<ProxyOption> all = all_proxy_options();
  return all;
}

const ProxyOption* find_proxy_option(std::string_view key) {
  const auto found = std::ranges::find_if(
      proxy_options(), [key](const ProxyOption& option) { return option.spec.key == key; });
  return found == proxy_options().end() ? nullptr : &*found;
}

ValueStatus proxy_status_of(const std::vector<ValueStatus>& statuses, std::string_view key) {
  if (statuses.empty()) return ValueStatus::Given;
  const ProxyOption* option = find_proxy_option(key);
  if (option == nullptr) return ValueStatus::Chosen;
  return statuses[static_cast<std::size_t>(option - proxy_options().data())];
}

}  // namespace stayalive
