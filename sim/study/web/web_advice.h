// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "study/web/pause_trials.h"
#include "study/web/web_question.h"

namespace stayalive {

// Whose timeout must be longer, and what happens where it is not.  At layer 7 a server must keep an
// idle connection for longer than the proxy that sends requests on it; at layer 4 it must close one
// before the box forgets it.  Every number is found by playing it.

// How often the clients of the tables ask, on average.
inline constexpr std::array<Duration, 3> kMeanPauses{10s, 60s, 600s};

// One station before the server whose timer the server's has to do with.
struct WebRule {
  std::string who;
  bool proxy = false;         // layer 7: the server must be longer; otherwise layer 4: shorter
  Duration timer = kForever;  // the pool's idle timeout, or tcp.established; kForever: it has none
  bool pooled = true;         // a proxy without a pool asks for nothing
};

// What happens with one keep-alive timeout of the server.
struct WebRow {
  Duration keep_alive{};
  std::vector<PauseWindow> windows;  // all of them
  // Of those that the server's timeout brings about: the share of requests that fail, by
  // kMeanPauses; and of a client that asks at the worst constant pause, of so many requests.
  std::array<double, kMeanPauses.size()> poisson{};
  Duration worst_pause{};  // zero: none fails
  std::uint64_t aligned_failures = 0;
  bool holds() const { return worst_pause == Duration::zero(); }
};
inline constexpr std::uint32_t kAlignedRequests = 60;

struct WebAdvice {
  WebQuestion question;
  std::vector<WebRule> rules;
  WebRow today;
  std::vector<WebRow> others;  // other timeouts, ascending
  // With these and everything between nothing fails; empty: no bound, or none that was found.
  std::optional<Duration> least;
  std::optional<Duration> most;
  std::optional<Duration> recommended;  // today's where that holds; empty: nothing holds
  std::uint64_t runs = 0;
};

// Whether the server's timeout decides it, rather than one of another hop.
bool is_servers_doing(const PauseOutcome& outcome, const std::vector<WebRule>& rules);
Result<WebAdvice> advise_server(const WebQuestion& question);

}  // namespace stayalive
