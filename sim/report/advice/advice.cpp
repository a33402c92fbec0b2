// SPDX-License-Identifier: Apache-2.0
#include "report/advice/advice.h"

#include <fmt/format.h>

#include "base/text.h"
#include "picture/margin_text.h"
#include "report/advice/advice_tree.h"
#include "report/advice/failure.h"
#include "report/advice/notice.h"
#include "report/advice/today.h"
#include "report/counted.h"
#include "strategy/strategy.h"
#include "study/trials/confidence.h"

namespace stayalive {
namespace {

std::string target_text(const Advice& advice) {
  std::string text =
      fmt::format("{:.4f}", static_cast<double>(advice.rules.target_millionths) / 1e4);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text + " %";
}

// "held in 400 of 400 runs of 7d"; empty where one run tells.
std::string evidence(const Advice& advice, const IntervalTrial& trial) {
  if (trial.answer == IntervalTrial::Answer::Refused) return "";
  const std::string span = print_duration(trial.span);
  if (!advice.chance && trial.tally.runs > 1 && trial.holds()) {
    return fmt::format(" (in {} of {})", counted(trial.tally.runs, "run"), span);
  }
  if (!advice.chance) return fmt::format(" (run for {})", span);
  const char* undecided =
      trial.answer == IntervalTrial::Answer::Undecided ? ", which does not show it" : "";
  return fmt::format(" ({} of {} of {} held{})", trial.tally.held, counted(trial.tally.runs, "run"),
                     span, undecided);
}

void add_opening(std::vector<Block>& blocks, const Advice& advice) {
  const StrategyChoice& strategy = advice.strategy;
  blocks.push_back(
      Heading{{{advice.asked().label(std::nullopt), Tone::Strong}, " through " + advice.where}});
  std::string text = fmt::format("{} ({}), idle for {}.", strategy.product->title,
                                 name(strategy.transport), print_duration(advice.rules.survive));
  if (advice.chance) {
    text += fmt::format(
        "  An interval holds when it does so with a probability of {} at least; {} in all.",
        target_text(advice), counted(advice.runs, "run"));
  }
  blocks.push_back(Line{{text}});
  blocks.push_back(Gap{});
  if (!advice.interrupted) return;
  blocks.push_back(
      Line{{{"Stopped before the search was over: what follows is what is known so "
             "far.",
             Tone::Warn}}});
}

Item detail(std::string text, Tone tone = Tone::Plain) { return {{{std::move(text), tone}}, 2, 4}; }

void add_today(std::vector<Block>& blocks, const Advice& advice) {
  if (!advice.today) return;
  const std::vector<std::string> sentences = today_sentences(*advice.today);
  const Tone tone = advice.today->holds() ? Tone::Plain : Tone::Warn;
  blocks.push_back(Item{{{sentences.front(), tone}}, 0, 2});
  for (std::size_t i = 1; i < sentences.size(); ++i) blocks.push_back(detail(sentences[i]));
  blocks.push_back(Gap{});
}

void add_margin(std::vector<Block>& blocks, const Recommendation& chosen, const Advice& advice) {
  const Endurance& endurance = chosen.endurance;
  if (!chosen.detection.known) return;
  std::string text = "Margin: once settled, it bears ";
  if (endurance.endless) {
    text +=
        fmt::format("an outage of {}, the longest that was tried", print_duration(kLongestOutage));
  } else if (endurance.any()) {
    text +=
        counted(endurance.lost, "keepalive") + " lost in a row and " +
        (endurance.outage > Duration::zero() ? "an outage of " + print_duration(endurance.outage)
                                             : "no outage of a second");
  } else {
    text += "not a single lost keepalive";
  }
  if (!advice.unlimited) {
    text += fmt::format(", and a timer that is {} % late{}", chosen.late_percent,
                        chosen.late_percent == kMostLatePercent ? " at least" : "");
  }
  blocks.push_back(detail(text + "."));
  if (advice.strategy.ends() == "both ends") {
    blocks.push_back(
        detail("That counts on both ends, which keep it alive independently of each "
               "other: the server has to be told, too."));
  }
  if (chosen.full_margin || advice.unlimited) return;
  blocks.push_back(
      detail(fmt::format("That is less than {} in a row and {} %: the window leaves no more.",
                         counted(chosen.wanted_lost, "lost keepalive"), kWantedLatePercent),
             Tone::Warn));
}

void add_closest_call(std::vector<Block>& blocks, const Advice& advice) {
  const Tally& tally = advice.recommendation->trial.tally;
  if (!tally.closest_call) return;
  const ClosestCall& call = *tally.closest_call;
  std::string text = fmt::format("Closest call: {} left ({}, {})", brief_left(call.left),
                                 short_call(call), words(call.status));
  if (call.within_slip())
    text += fmt::format("; a real timer may be late by {}", brief_left(call.slip));
  blocks.push_back(detail(text + ".", call.within_slip() ? Tone::Warn : Tone::Plain));
}

std::string notices(const Notice& notice) {
  return notice.always ? fmt::format("notices within {}", notice_text(notice))
                       : "does not notice within " + print_duration(kLongestWait);
}

void add_detection(std::vector<Block>& blocks, const Detection& detection) {
  if (!detection.known) {
    blocks.push_back(
        detail("It ends by itself, so soon that margin and detection are not known.", Tone::Warn));
    return;
  }
  blocks.push_back(detail(
      fmt::format("When the server crashes, the client {}; when the client does, the server {}.",
                  notices(detection.crash[index(Role::Client)]),
                  notices(detection.crash[index(Role::Server)]))));
  if (!detection.has_box) return;
  const std::string dead = blackhole_text(detection);
  std::string text = "the connection is dead for " + dead + ".";
  if (dead == "again and again") text = "it is forgotten again and again from then on.";
  blocks.push_back(detail("When a box loses its table, " + text));
}

// ": a crash is then noticed within 30.4s and 2h27m41s"; empty where neither end notices one.
std::string late_crash_words(const Detection& detection) {
  std::string text;
  for (const Role role : {Role::Client, Role::Server}) {
    const std::optional<Duration> late = latest_crash_notice(detection, role);
    if (!late) continue;
    text +=
        fmt::format("{}{} by the {}", text.empty() ? ": a crash is then noticed within " : " and ",
                    brief_bound(*late), name(role));
  }
  return text;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  return text;
}

// " with interval=5s and count=3"; empty when only the interval was searched.
std::string searched_words(const Advice& advice) {
  std::vector<std::string> settings;
  for (const std::string& key : advice.searched) {
    settings.push_back(advice.strategy.option_text(key));
  }
  return settings.empty() ? "" : " with " + joined(settings);
}

void add_recommendation(std::vector<Block>& blocks, const Advice& advice) {
  if (!advice.recommendation) return;
  const Recommendation& chosen = *advice.recommendation;
  if (advice.unlimited) {
    blocks.push_back(Paragraph{
        {fmt::format("No box on the way forgets within {} at any interval: the keepalive only "
                     "decides how soon a dead peer is noticed.",
                     print_duration(advice.most->inside.span))}});
  }
  blocks.push_back(Line{{{"Use " + print_duration(chosen.trial.interval), Tone::Good},
                         {searched_words(advice), Tone::Good},
                         evidence(advice, chosen.trial) + "."}});
  add_closest_call(blocks, advice);
  if (!advice.searched.empty()) {
    const std::optional<Duration>& defaults = advice.interval_of_defaults;
    blocks.push_back(detail(
        defaults ? fmt::format("Choosing nothing else, it would have to be {}, with {}.",
                               print_duration(*defaults), joined(advice.settings_of_defaults))
                 : "With the defaults of " + joined(advice.searched) + " none is in time."));
  }
  add_margin(blocks, chosen, advice);
  add_detection(blocks, chosen.detection);
  if (advice.strategy.transport == Transport::Tcp && chosen.detection.known) {
    blocks.push_back(
        detail("These are times of exact timers; those of a kernel's TCP run late by "
               "up to an eighth" +
               late_crash_words(chosen.detection) + "."));
  }
  if (chosen.in_time) return;
  blocks.push_back(
      detail("No interval in the window lets the client notice as soon as was asked.", Tone::Warn));
}

// What does not hold, why, and where the value of the timer is from.
void add_failure(std::vector<Block>& blocks, const Advice& advice, const IntervalTrial& trial,
                 const Constraint& constraint) {
  blocks.push_back(
      detail(fmt::format("{} does not hold{}: {}.", print_duration(trial.interval),
                         evidence(advice, trial), failure_sentence(trial, constraint))));
  if (!constraint.status) return;
  std::string text = "This value was given: it is not the profile's own.";
  if (constraint.status != ValueStatus::Given) {
    text = fmt::format(
        "Profile {}, {}: {}", constraint.profile, words(*constraint.status),
        constraint.source.empty() ? "nobody has read it in a source" : constraint.source);
  }
  blocks.push_back(Item{{text}, 4, 6});
}

void add_window_end(std::vector<Block>& blocks, const Advice& advice, const WindowEnd& end,
                    const char* no_further) {
  blocks.push_back(
      detail(fmt::format("{} holds{}{}", print_duration(end.inside.interval),
                         evidence(advice, end.inside), end.outside ? "." : no_further)));
  if (end.outside) add_failure(blocks, advice, *end.outside, end.constraint);
}

void add_window(std::vector<Block>& blocks, const Advice& advice) {
  if (!advice.least) return;
  blocks.push_back(Gap{});
  blocks.push_back(
      Heading{{{fmt::format("What holds: {} to {}", print_duration(advice.least->inside.interval),
                            print_duration(advice.most->inside.interval)),
                Tone::Strong}},
              2});
  add_window_end(blocks, advice, *advice.most, ", the longest that can be tried.");
  if (advice.longest_when_late && *advice.longest_when_late < advice.most->inside.interval) {
    blocks.push_back(detail(fmt::format(
        "{} is the longest that holds when the kernel that measures it is as late as it may be.",
        print_duration(*advice.longest_when_late))));
  }
  add_window_end(blocks, advice, *advice.least, ", the shortest that the product takes.");
  if (advice.beyond_hole.empty()) return;
  blocks.push_back(detail(
      fmt::format("Some longer ones hold, too, from {} on, beyond a hole in which they do not; "
                  "they are not used.",
                  print_duration(advice.beyond_hole.front())),
      Tone::Warn));
}

// Instead of the window, where the search was stopped before it was found.
void add_known(std::vector<Block>& blocks, const Advice& advice) {
  if (!advice.interrupted || advice.least) return;
  const KnownSoFar& known = advice.known;
  if (known.holds) {
    blocks.push_back(detail(fmt::format("{} holds{}.", print_duration(known.holds->interval),
                                        evidence(advice, *known.holds)),
                            Tone::Good));
  }
  if (known.seems) {
    const Tally& tally = known.seems->tally;
    blocks.push_back(detail(fmt::format(
        "{} held in {} of {} of {}; whether it does for {} is not known.",
        print_duration(known.seems->interval), tally.held, counted(tally.runs, "short run"),
        print_duration(known.seems->span), print_duration(advice.rules.survive))));
  }
  if (known.fails) add_failure(blocks, advice, known.fails->trial, known.fails->constraint);
  blocks.push_back(
      detail("Not known: where the window of intervals that hold ends, what margin they leave, and "
             "whether others hold.  So none is recommended.",
             Tone::Warn));
}

void add_costs(std::vector<Block>& blocks, const Advice& advice) {
  if (!advice.least) return;
  Table table({Column::of("INTERVAL", "interval", Unit::Span), Column::of("", "interval_is"),
               Column::of("PACKETS/DAY", "packets_per_day", Unit::Count).ranked(2),
               Column::of("BYTES/DAY", "bytes_per_day", Unit::Bytes).ranked(3),
               Column::of("RADIO AWAKE/DAY", "radio_awake_per_day", Unit::Span).ranked(1),
               Column::of("WAKE-UPS/DAY", "radio_wakeups_per_day", Unit::Count).ranked(4),
               Column::for_programs("closest_call", Unit::Span),
               Column::for_programs("closest_call_box"), Column::for_programs("closest_call_timer"),
               Column::for_programs("closest_call_status")});
  const auto add_row = [&table](const IntervalTrial& trial, const char* which) {
    const Cost& cost = trial.tally.cost;
    const std::optional<ClosestCall>& call = trial.tally.closest_call;
    table.add({{trial.interval, print_duration(trial.interval)},
               which,
               cost.per_day(cost.packets),
               cost.per_day(cost.bytes),
               cost.awake_per_day(),
               cost.per_day(cost.wakeups),
               call ? Value(call->left) : Value(),
               call ? Value(call->who) : Value(),
               call ? Value(call->timer) : Value(),
               call ? Value(std::string(name(call->status))) : Value()});
  };
  add_row(advice.least->inside, "shortest");
  if (advice.recommendation) add_row(advice.recommendation->trial, "recommended");
  add_row(advice.most->inside, "longest");
  blocks.push_back(Gap{});
  blocks.push_back(std::move(table));
}

// "in 37 of 40 runs of 1d: with a probability of 80 to 97 %".
std::string how_often(const IntervalTrial& trial) {
  const Interval likely = confidence(trial.tally.held, trial.tally.runs);
  return fmt::format("in {} of {} of {}: with a probability of {:.0f} to {:.0f} %",
                     trial.tally.held, counted(trial.tally.runs, "run"), print_duration(trial.span),
                     100 * likely.low, 100 * likely.high);
}

void add_best(std::vector<Block>& blocks, const Advice& advice) {
  const Duration interval = advice.best->interval;
  blocks.push_back(Line{{fmt::format("The best that was tried is {}, which held {}.",
                                     print_duration(interval), how_often(*advice.best))}});
  for (const Failure& failure : advice.contradiction) {
    add_failure(blocks, advice, failure.trial, failure.constraint);
  }
  bool shorter = false;
  bool longer = false;
  for (const Failure& failure : advice.contradiction) {
    (failure.trial.interval < interval ? shorter : longer) = true;
  }
  if (shorter && longer) {
    blocks.push_back(
        Line{{"What ends shorter ones and what ends longer ones leave no room between "
              "them: one of the two has to change."}});
  }
}

// Why no interval can hold at a proxy; empty where another one might.
std::string proxy_sentence(const Advice& advice) {
  const Blame& blame = advice.contradiction.front().constraint.blame;
  if (blame.kind != FaultKind::Proxy || blame.timer.empty()) return "";
  if (blame.timer == name(ProxyTimer::Lifetime)) {
    return fmt::format(
        "{} ends a connection of that age whatever passes: no keepalive prolongs it.", blame.who);
  }
  if (!advice.strategy.product->strategy->probes) return "";
  return fmt::format(
      "The kernel's probes end at {}, which counts only what programs send: it takes "
      "a keepalive of the program itself, or a longer {}.",
      blame.who, blame.timer);
}

void add_contradiction(std::vector<Block>& blocks, const Advice& advice) {
  if (advice.contradiction.empty() && !advice.best) return;
  blocks.push_back(Line{{{advice.best ? fmt::format("No interval holds with a probability of {}.",
                                                    target_text(advice))
                                      : "No interval holds.",
                          Tone::Bad}}});
  if (advice.best) return add_best(blocks, advice);
  for (const Failure& failure : advice.contradiction) {
    add_failure(blocks, advice, failure.trial, failure.constraint);
  }
  const bool two = advice.contradiction.size() > 1;
  if (const std::string why = two ? "" : proxy_sentence(advice); !why.empty())
    return blocks.push_back(Paragraph{{why}});
  blocks.push_back(
      Line{{two ? "Shorter ones fail like the first, longer ones like the second: one of the two "
                  "has to change."
                : "Every other interval fails, too: something else than its length is the "
                  "cause."}});
}

void add_pastes(std::vector<Block>& blocks, const Advice& advice) {
  if (!advice.recommendation) return;
  const auto pastes = advice.strategy.pastes(advice.recommendation->trial.interval);
  for (const auto& [where, lines] : pastes) {
    blocks.push_back(Gap{});
    blocks.push_back(Verbatim{lines, where});
  }
  if (const std::vector<std::string> unsaid = advice.strategy.unsaid(); !unsaid.empty()) {
    std::string text =
        pastes.empty() ? "Simulated with " : "Simulated, too, but not in these lines: ";
    for (std::size_t i = 0; i < unsaid.size(); ++i) text += (i > 0 ? ", " : "") + unsaid[i];
    blocks.push_back(Gap{});
    blocks.push_back(Line{{text + "."}});
  }
  if (advice.strategy.product->simplified.empty()) return;
  blocks.push_back(Gap{});
  blocks.push_back(Line{{"Simplified: " + advice.strategy.product->simplified}});
}

}  // namespace

Document describe_advice(const Advice& advice) {
  const auto blocks = [&advice] {
    std::vector<Block> all;
    add_opening(all, advice);
    add_today(all, advice);
    add_recommendation(all, advice);
    add_contradiction(all, advice);
    add_known(all, advice);
    add_window(all, advice);
    add_costs(all, advice);
    add_pastes(all, advice);
    return all;
  };
  return {[&advice] { return advice_tree(advice); }, blocks};
}

}  // namespace stayalive
