// SPDX-License-Identifier: Apache-2.0
#include "study/web/web_advice.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace stayalive {
namespace {

using PauseFault = PauseOutcome::Fault;

constexpr Duration kBound = 100us;        // to which bounds are found
constexpr Duration kBeside = 10s;         // from a timer, beyond any line
constexpr Duration kUsualMargin = 5s;     // above a proxy's timer
constexpr Duration kLongestSure = 8784h;  // a timeout beyond is none

Duration whole(Duration span, Duration unit) { return span / unit * unit; }

// From the server inwards: boxes up to the next proxy, and that proxy.
std::vector<WebRule> rules_before_server(const Scenario& scenario) {
  std::vector<WebRule> rules;
  for (std::size_t i = scenario.path.size(); i-- > 0;) {
    if (const auto* box = std::get_if<MiddleboxSpec>(&scenario.path[i])) {
      rules.push_back({box->name, false, box->profile.timeouts[Timeout::TcpEstablished], true});
    } else if (const auto* proxy = std::get_if<ProxySpec>(&scenario.path[i])) {
      const HttpProxyRules& http = proxy->rules.http;
      rules.push_back({proxy->name, true, http.pool_idle_timeout, http.pool_size > 0});
      break;
    }
  }
  return rules;
}

WebRow play(PauseTrials& trials, const std::vector<WebRule>& rules, Duration keep_alive) {
  WebRow row;
  row.keep_alive = keep_alive;
  row.windows = trials.windows(keep_alive);
  for (const PauseWindow& window : row.windows) {
    if (!is_servers_doing(window.outcome, rules)) continue;
    for (std::size_t i = 0; i < kMeanPauses.size(); ++i)
      row.poisson[i] += window.share(kMeanPauses[i]);
    const bool open = window.to == kForever;
    const Duration pause = open ? window.from + 1s : window.from + (window.to - window.from) / 2;
    const std::uint64_t failures = trials.failures(keep_alive, pause, kAlignedRequests);
    if (row.worst_pause != Duration::zero() && failures <= row.aligned_failures) continue;
    row.worst_pause = pause;
    row.aligned_failures = failures;
  }
  return row;
}

bool holds_at(PauseTrials& trials, const std::vector<WebRule>& rules, Duration keep_alive) {
  const std::vector<PauseWindow> windows = trials.windows(keep_alive);
  return std::ranges::none_of(windows, [&rules](const PauseWindow& window) {
    return is_servers_doing(window.outcome, rules);
  });
}

// The last timeout that holds, from one that does towards one that does not.
Duration bound(PauseTrials& trials, const std::vector<WebRule>& rules, Duration holds,
               Duration fails) {
  while ((holds > fails ? holds - fails : fails - holds) > kBound) {
    const Duration middle = fails + (holds - fails) / 2;
    (holds_at(trials, rules, middle) ? holds : fails) = middle;
  }
  return holds;
}

// The bound that each rule sets; a rule that sets none that can be found leaves none.
void find_bounds(PauseTrials& trials, WebAdvice& advice) {
  for (const WebRule& rule : advice.rules) {
    if (!rule.pooled || rule.timer >= kLongestSure) continue;
    const Duration above = rule.timer + kBeside;
    const Duration below = rule.timer - std::min(rule.timer / 2, kBeside);
    const std::vector<WebRule> alone{rule};
    const Duration inside = rule.proxy ? above : below;
    const Duration outside = rule.proxy ? below : above;
    if (!holds_at(trials, alone, inside) || holds_at(trials, alone, outside)) continue;
    const Duration edge = bound(trials, alone, inside, outside);
    if (rule.proxy) {
      const Duration up = whole(edge + 1ms - 1ns, 1ms);
      advice.least = std::max(advice.least.value_or(up), up);
    } else {
      const Duration down = whole(edge, 1ms);
      advice.most = std::min(advice.most.value_or(down), down);
    }
  }
}

void recommend(WebAdvice& advice) {
  if (advice.today.holds()) {
    advice.recommended = advice.question.keep_alive;
    return;
  }
  if (advice.least && advice.most && *advice.least > *advice.most) return;
  if (advice.least) {
    // The next multiple of five seconds that leaves the margin, or what lies between the bounds.
    Duration chosen = whole(*advice.least + kUsualMargin + 5s - 1ns, 5s);
    if (advice.most && chosen > *advice.most)
      chosen = *advice.least + (*advice.most - *advice.least) / 2;
    advice.recommended = chosen;
  } else if (advice.most) {
    const Duration chosen = *advice.most / 6 * 5;
    advice.recommended = chosen > 20s ? whole(chosen, 10s) : whole(chosen, 1ms);
  }
}

// Timeouts around each rule's timer, which show what a margin is worth.
std::vector<Duration> others_than(const WebAdvice& advice) {
  std::vector<Duration> all;
  for (const WebRule& rule : advice.rules) {
    if (!rule.pooled || rule.timer >= kLongestSure) continue;
    for (const Duration off : {Duration{-30s}, Duration{-5s}, Duration{-1s}, Duration::zero(),
                               Duration{1s}, Duration{5s}, Duration{30s}})
      all.push_back(rule.timer + off);
  }
  if (advice.recommended) all.push_back(*advice.recommended);
  std::erase_if(all,
                [&](Duration span) { return span < 1ms || span == advice.question.keep_alive; });
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace

bool is_servers_doing(const PauseOutcome& outcome, const std::vector<WebRule>& rules) {
  if (outcome.fault != PauseFault::ServerCloses && outcome.fault != PauseFault::BoxForgets)
    return false;
  return std::ranges::any_of(rules, [&outcome](const WebRule& rule) {
    if (outcome.fault == PauseFault::BoxForgets) return !rule.proxy && rule.who == outcome.who;
    return rule.proxy && outcome.who == "server";
  });
}

Result<WebAdvice> advise_server(const WebQuestion& question) {
  Result<PauseTrials> prepared = PauseTrials::prepare(question);
  if (!prepared.ok()) return prepared.errors();
  PauseTrials trials = std::move(prepared).value();
  WebAdvice advice;
  advice.question = question;
  advice.rules = rules_before_server(trials.scenario());
  advice.today = play(trials, advice.rules, question.keep_alive);
  find_bounds(trials, advice);
  recommend(advice);
  // Two rules that contradict each other may hide each other's bound.
  if (advice.recommended && !holds_at(trials, advice.rules, *advice.recommended))
    advice.recommended.reset();
  for (const Duration keep_alive : others_than(advice))
    advice.others.push_back(play(trials, advice.rules, keep_alive));
  advice.runs = trials.runs();
  return advice;
}

}  // namespace stayalive
