// SPDX-License-Identifier: Apache-2.0
#include "report/advice_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "picture/blame_text.h"
#include "report/notice_text.h"

namespace stayalive {
namespace {

std::string counted(std::uint64_t count, const std::string& noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

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
      trial.answer == IntervalTrial::Answer::Undecided ? ", which does not decide it" : "";
  return fmt::format(" ({} of {} of {} held{})", trial.tally.held, counted(trial.tally.runs, "run"),
                     span, undecided);
}

void write_opening(std::ostream& out, const Advice& advice, const Style& style) {
  const StrategyChoice& strategy = advice.strategy;
  out << style.strong(strategy.label(std::nullopt)) << " through " << advice.where << '\n'
      << strategy.recipe->title << " (" << name(strategy.transport) << "), idle for "
      << print_duration(advice.rules.survive) << ".";
  if (advice.chance) {
    out << fmt::format(
        "  An interval holds when it does so with a probability of {} at least, by {}.",
        target_text(advice), counted(advice.runs, "run"));
  }
  out << "\n\n";
}

void write_margin(std::ostream& out, const Recommendation& chosen, const Advice& advice,
                  const Style& style) {
  const Endurance& endurance = chosen.endurance;
  std::string lost;
  if (endurance.endless) {
    lost =
        fmt::format("an outage of {}, the longest that was tried", print_duration(kLongestOutage));
  } else if (endurance.any) {
    lost = fmt::format("{} lost in a row and an outage of {}", counted(endurance.lost, "keepalive"),
                       print_duration(endurance.outage));
  } else {
    lost = "not a single lost keepalive";
  }
  out << "  Margin: once settled, it bears " << lost;
  if (!advice.unlimited) out << fmt::format(", and a timer that is {} % late", chosen.late_percent);
  out << ".\n";
  if (chosen.full_margin || advice.unlimited) return;
  out << style.warn(
      fmt::format("  That is less than {} in a row and {} %: the window leaves no more.\n",
                  counted(chosen.wanted_lost, "lost keepalive"), kWantedLatePercent));
}

std::string notices(const Notice& notice) {
  return notice.always ? fmt::format("notices within {}", notice_text(notice)) : "never notices";
}

void write_detection(std::ostream& out, const Recommendation& chosen) {
  const Detection& detection = chosen.detection;
  out << fmt::format(
      "  When the server crashes, the client {}; when the client does, the server {}.\n",
      notices(detection.crash[index(Role::Client)]), notices(detection.crash[index(Role::Server)]));
  if (detection.has_box) {
    const std::string dead = blackhole_text(detection);
    out << "  When a box loses its table, "
        << (dead == "for ever" ? "an end may never learn that the connection is dead"
                               : "the connection is dead for " + dead)
        << ".\n";
  }
}

void write_recommendation(std::ostream& out, const Advice& advice, const Style& style) {
  if (!advice.recommendation) return;
  const Recommendation& chosen = *advice.recommendation;
  const std::string interval = print_duration(chosen.trial.interval);
  if (advice.unlimited) {
    out << "No box on the way forgets within " << print_duration(advice.most->inside.span)
        << " at any interval: the keepalive only decides how soon a\ndead peer is noticed.\n";
  }
  out << style.good("Use " + interval) << evidence(advice, chosen.trial) << ".\n";
  write_margin(out, chosen, advice, style);
  write_detection(out, chosen);
  if (!chosen.in_time) {
    out << style.warn("  No interval in the window lets the client notice as soon as was asked.\n");
  }
}

void write_constraint(std::ostream& out, const Constraint& constraint) {
  if (constraint.status.empty()) return;
  if (constraint.status == "given") {
    out << "    The scenario sets this value itself.\n";
  } else {
    const std::string source =
        constraint.source.empty() ? "nobody has read it in a source" : constraint.source;
    out << fmt::format("    Profile {}, {}: {}\n", constraint.profile, constraint.status, source);
  }
}

void write_outside(std::ostream& out, const Advice& advice, const WindowEnd& end) {
  out << fmt::format("  {} does not hold{}: {}.\n", print_duration(end.outside->interval),
                     evidence(advice, *end.outside),
                     failure_sentence(*end.outside, end.constraint));
  write_constraint(out, end.constraint);
}

void write_window(std::ostream& out, const Advice& advice, const Style& style) {
  if (!advice.least) return;
  const std::string least = print_duration(advice.least->inside.interval);
  const std::string most = print_duration(advice.most->inside.interval);
  out << "\n" << style.strong(fmt::format("What holds: {} to {}", least, most)) << '\n';
  out << fmt::format("  {} holds{}", most, evidence(advice, advice.most->inside));
  out << (advice.most->outside ? ".\n" : ", the longest that can be tried.\n");
  if (advice.most->outside) write_outside(out, advice, *advice.most);
  out << fmt::format("  {} holds{}", least, evidence(advice, advice.least->inside));
  out << (advice.least->outside ? ".\n" : ", the shortest that the product takes.\n");
  if (advice.least->outside) write_outside(out, advice, *advice.least);
  if (advice.beyond_hole.empty()) return;
  out << style.warn(
      fmt::format("  Some longer ones hold, too, from {} on, beyond a hole in which "
                  "they do not; they are not used.\n",
                  print_duration(advice.beyond_hole.front())));
}

void write_costs(std::ostream& out, const Advice& advice, const Style& style) {
  if (!advice.least) return;
  out << '\n';
  Table table({"INTERVAL", "", "PACKETS/DAY", "BYTES/DAY", "RADIO WAKE-UPS/DAY"});
  const auto row = [&](const IntervalTrial& trial, const char* what) {
    const Cost& cost = trial.tally.cost;
    const std::string interval = print_duration(trial.interval);
    table.add({{interval, ""},
               {what, ""},
               {std::to_string(cost.per_day(cost.packets)), ""},
               {std::to_string(cost.per_day(cost.bytes)), ""},
               {std::to_string(cost.per_day(cost.wakeups)), ""}});
  };
  row(advice.least->inside, "shortest");
  if (advice.recommendation) row(advice.recommendation->trial, "recommended");
  row(advice.most->inside, "longest");
  table.print(out, style);
}

void write_contradiction(std::ostream& out, const Advice& advice, const Style& style) {
  if (advice.contradiction.empty()) return;
  out << style.bad("No interval holds.") << '\n';
  for (const Failure& failure : advice.contradiction) {
    out << fmt::format("  {} does not hold{}: {}.\n", print_duration(failure.trial.interval),
                       evidence(advice, failure.trial),
                       failure_sentence(failure.trial, failure.constraint));
    write_constraint(out, failure.constraint);
  }
  if (advice.contradiction.size() > 1) {
    out << "Shorter ones fail like the first, longer ones like the second: one of the two has to "
           "change.\n";
  } else {
    out << "Every other interval fails, too: something else than its length is the cause.\n";
  }
}

void write_pastes(std::ostream& out, const Advice& advice, const Style& style) {
  if (!advice.recommendation) return;
  const auto pastes = advice.strategy.pastes(advice.recommendation->trial.interval);
  for (const auto& [where, lines] : pastes) {
    out << '\n' << style.faint("# " + where) << '\n' << lines;
  }
  if (advice.strategy.recipe->note.empty()) return;
  out << "\nSimplified: " << advice.strategy.recipe->note << '\n';
}

}  // namespace

std::string failure_sentence(const IntervalTrial& trial, const Constraint& constraint) {
  if (trial.answer == IntervalTrial::Answer::Refused) {
    return "the program refuses it: " + trial.refusal;
  }
  const Blame& blame = constraint.blame;
  std::string words;
  if (!constraint.words.empty()) {
    words = fmt::format("the {} says \"{}\"", constraint.who, constraint.words);
  }
  if (blame.kind == FaultKind::Flow && blame.event == FlowEvent::Expired) {
    return fmt::format("{} forgets it, because its timer {} allows {} of silence", blame.who,
                       blame.timer, print_duration(blame.timeout));
  }
  if (blame.kind != FaultKind::None) {
    return short_blame(blame) + (words.empty() ? "" : ", and " + words);
  }
  return words.empty() ? "it never began" : words;
}

void write_advice_text(std::ostream& out, const Advice& advice, const Style& style) {
  write_opening(out, advice, style);
  if (advice.interrupted) out << style.warn("Interrupted: what follows is not complete.\n");
  write_recommendation(out, advice, style);
  write_contradiction(out, advice, style);
  write_window(out, advice, style);
  write_costs(out, advice, style);
  write_pastes(out, advice, style);
}

}  // namespace stayalive
