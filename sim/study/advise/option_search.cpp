// SPDX-License-Identifier: Apache-2.0
#include "study/advise/option_search.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "strategy/strategy.h"

namespace stayalive {
namespace {

using Knob = Product::Knob;

// The largest interval that people use and that is no longer than `span`; in the product's units.
Duration round_span(Duration span, const Product& product) {
  Duration rounded = std::max<Duration>(product.interval()->unit, 1s);
  for (const Duration nice : nice_intervals()) {
    if (nice <= span) rounded = std::max(rounded, nice);
  }
  return rounded;
}

// The strategy with one setting of the product; empty where the user has given one of its options.
std::optional<StrategyChoice> with_setting(StrategyChoice strategy,
                                           const std::vector<Knob>& setting, Duration within) {
  for (const Knob& knob : setting) {
    const OptionSpec& spec = *knob.option;
    if (strategy.given.contains(spec.key)) return std::nullopt;
    if (spec.type == OptionType::Count) {
      strategy.options.set(spec.key, knob.numerator);
    } else {
      const Duration share = within / knob.denominator * knob.numerator;
      strategy.options.set(spec.key, round_span(share, *strategy.product));
    }
    strategy.given.emplace(spec.key);
  }
  return strategy;
}

// The more, the better is the advice: in time, with the wanted margin.
int rank(const Advice& advice) {
  if (!advice.recommendation) return 0;
  const Recommendation& chosen = *advice.recommendation;
  return chosen.in_time ? (chosen.full_margin || advice.unlimited ? 3 : 2) : 1;
}

bool is_better(const Advice& other, const Advice& best, Duration within) {
  if (rank(other) != rank(best)) return rank(other) > rank(best);
  if (!other.recommendation) return false;
  const Recommendation& chosen = *other.recommendation;
  if (chosen.endurance.outage < within / 4) return false;
  return 2 * chosen.trial.interval >= 3 * best.recommendation->trial.interval;
}

}  // namespace

StrategyChoice Advice::asked() const {
  StrategyChoice plain = strategy;
  for (const std::string& key : searched) plain.given.erase(key);
  return plain;
}

Advice advise_with_options(Subject& subject, const AdviseOptions& options) {
  Advice best = advise(subject, options);
  if (!options.notice_within) return best;
  const StrategyChoice own = subject.strategy;
  std::optional<Duration> own_interval;
  if (rank(best) > 1) own_interval = best.recommendation->trial.interval;
  std::uint64_t runs = best.runs;
  for (const std::vector<Knob>& setting : own.product->searched) {
    const auto strategy = with_setting(own, setting, *options.notice_within);
    if (!strategy || options.rules.stop.stop_requested()) continue;
    subject.strategy = *strategy;
    if (!subject.at(subject.strategy.usual()).ok()) continue;
    Advice other = advise(subject, options);
    runs += other.runs;
    if (other.interrupted || !is_better(other, best, *options.notice_within)) continue;
    best = std::move(other);
    best.interval_of_defaults = own_interval;
    StrategyChoice plain = own;
    if (own_interval) plain.options = own.at(*own_interval);
    for (const Knob& knob : setting) {
      best.searched.emplace_back(knob.option->key);
      if (own_interval) best.settings_of_defaults.push_back(plain.option_text(knob.option->key));
    }
  }
  best.runs = runs;
  best.interrupted = options.rules.stop.stop_requested();
  subject.strategy = best.strategy;
  return best;
}

}  // namespace stayalive
