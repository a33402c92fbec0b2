// SPDX-License-Identifier: Apache-2.0
#include "report/advice/advice_tree.h"

#include "report/advice/cost.h"
#include "report/advice/failure.h"
#include "report/advice/notice.h"
#include "report/advice/today.h"
#include "report/run/closest_call_tree.h"
#include "study/trials/sequential_test.h"

namespace stayalive {
namespace {

const char* answer_name(IntervalTrial::Answer answer) {
  switch (answer) {
    case IntervalTrial::Answer::Holds:
      return "holds";
    case IntervalTrial::Answer::Fails:
      return "fails";
    case IntervalTrial::Answer::Undecided:
      return "undecided";
    case IntervalTrial::Answer::Refused:
      return "refused";
    case IntervalTrial::Answer::Unknown:
      return "unknown";
  }
  return "fails";
}

Tree trial_tree(const IntervalTrial& trial, bool chance) {
  Tree probability;
  if (chance) {
    const Interval likely = SequentialTest::confidence(trial.tally.held, trial.tally.runs);
    probability = Tree::record({{"low", likely.low}, {"high", likely.high}});
  }
  Tree tree = Tree::record({{"interval", trial.interval},
                            {"answer", answer_name(trial.answer)},
                            {"duration", trial.span},
                            {"runs", trial.tally.runs},
                            {"held", trial.tally.held},
                            {"probability", std::move(probability)}});
  tree.set("closest_call", closest_call_tree(trial.tally.closest_call));
  if (trial.holds()) tree.set("per_day", cost_tree(trial.tally.cost));
  return tree;
}

Tree failure_tree(const IntervalTrial& trial, const Constraint& constraint, bool chance) {
  Tree tree = trial_tree(trial, chance);
  const Blame& blame = constraint.blame;
  tree.set("because", failure_sentence(trial, constraint));
  tree.set("who", text_or_nothing(blame.who));
  tree.set("timer", text_or_nothing(blame.timer));
  tree.set("timeout", blame.timer.empty() ? Value() : Value(blame.timeout));
  tree.set("profile", text_or_nothing(constraint.profile));
  tree.set("status", constraint.status ? Value(name(*constraint.status)) : Value());
  tree.set("source", text_or_nothing(constraint.source));
  return tree;
}

Tree window_end_tree(const std::optional<WindowEnd>& end, bool chance) {
  if (!end) return nullptr;
  Tree tree = trial_tree(end->inside, chance);
  tree.set("beyond", end->outside ? failure_tree(*end->outside, end->constraint, chance) : Tree());
  return tree;
}

Tree recommendation_tree(const Advice& advice) {
  if (!advice.recommendation) return nullptr;
  const Recommendation& chosen = *advice.recommendation;
  Tree tree = trial_tree(chosen.trial, advice.chance);
  tree.set("strategy", advice.strategy.label(chosen.trial.interval));
  tree.set("searched", Tree::list_of(advice.searched));
  tree.set("margin", Tree::record({{"lost_keepalives", chosen.endurance.lost},
                                   {"outage", chosen.endurance.outage},
                                   {"longest_outage_tried", chosen.endurance.endless},
                                   {"late_percent", chosen.late_percent},
                                   {"as_wanted", chosen.full_margin}}));
  tree.set("notices", detection_tree(chosen.detection));
  tree.set("in_time", chosen.in_time);
  Tree pastes = Tree::list();
  for (const auto& [where, lines] : advice.strategy.pastes(chosen.trial.interval)) {
    pastes.add(Tree::record({{"where", where}, {"lines", lines}}));
  }
  tree.set("paste", std::move(pastes));
  tree.set("not_in_paste", Tree::list_of(advice.strategy.unsaid()));
  return tree;
}

Tree known_tree(const KnownSoFar& known, bool chance) {
  const auto tree = [chance](const std::optional<IntervalTrial>& trial) {
    return trial ? trial_tree(*trial, chance) : Tree();
  };
  return Tree::record(
      {{"holds", tree(known.holds)},
       {"seems_to_hold", tree(known.seems)},
       {"fails",
        known.fails ? failure_tree(known.fails->trial, known.fails->constraint, chance) : Tree()}});
}

}  // namespace

Tree advice_tree(const Advice& advice) {
  Tree contradiction = Tree::list();
  for (const Failure& failure : advice.contradiction) {
    contradiction.add(failure_tree(failure.trial, failure.constraint, advice.chance));
  }
  const double target = static_cast<double>(advice.rules.target_millionths) / 1e6;
  return Tree::record(
      {{"format", "stayalive-advice"},
       {"version", 1},
       {"strategy", advice.asked().label(std::nullopt)},
       {"through", advice.where},
       {"survive", advice.rules.survive},
       {"target", advice.chance ? Value(target) : Value()},
       {"runs", advice.runs},
       {"complete", !advice.interrupted},
       {"known_so_far",
        advice.interrupted && !advice.least ? known_tree(advice.known, advice.chance) : Tree()},
       {"today", advice.today ? today_tree(*advice.today) : Tree()},
       {"recommended", recommendation_tree(advice)},
       {"shortest", window_end_tree(advice.least, advice.chance)},
       {"longest", window_end_tree(advice.most, advice.chance)},
       {"longest_when_late", advice.longest_when_late ? Value(*advice.longest_when_late) : Value()},
       {"unlimited", advice.unlimited},
       {"beyond_hole", Tree::list_of(advice.beyond_hole)},
       {"contradiction", std::move(contradiction)},
       {"best", advice.best ? trial_tree(*advice.best, advice.chance) : Tree()},
       {"simplified", advice.strategy.product->simplified}});
}

}  // namespace stayalive
