// SPDX-License-Identifier: Apache-2.0
#include "report/probe/probe_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "document/brief.h"
#include "report/counted.h"
#include "report/probe/measured_profile.h"

namespace stayalive {
namespace {

constexpr std::array<Measure, 4> kLifetimes{Measure::UdpSingle, Measure::UdpStream,
                                            Measure::TcpEstablished, Measure::TcpHalfClosed};

std::string_view stop_name(const std::optional<ProbeStop>& stop) {
  if (!stop) return "running";
  switch (*stop) {
    case ProbeStop::Known:
      return "known";
    case ProbeStop::Time:
      return "time-limit";
    case ProbeStop::Nobody:
      return "no-answer";
    case ProbeStop::NoRoom:
      return "no-room";
    case ProbeStop::Asked:
      break;
  }
  return "interrupted";
}

std::string stop_sentence(const ProbeStory& story) {
  if (!story.stop) return "";
  switch (*story.stop) {
    case ProbeStop::Known:
      return "";
    case ProbeStop::Time:
      return fmt::format(
          "The time limit of {} was over before everything was known; a timer can be found in "
          "about a fifth of it.",
          print_duration(story.plan->time_limit));
    case ProbeStop::Nobody:
      return story.found->flows == 0
                 ? fmt::format(
                       "{} does not answer. Does `stayalive reflector` run there, and may "
                       "UDP and TCP reach its port?",
                       story.host)
                 : fmt::format("{} has not answered for a minute; this is known so far.",
                               story.host);
    case ProbeStop::NoRoom:
      return fmt::format("The reflector at {} has no room for another probe.", story.host);
    case ProbeStop::Asked:
      break;
  }
  return "Interrupted; this is known so far.";
}

bool asked_for(const ProbeStory& story, Measure measure) {
  return std::ranges::find(story.plan->measures, measure) != story.plan->measures.end();
}

// What the votes of a measure say, in words for people and for programs.
struct ProbeAnswer {
  std::string key;
  std::string question;
  std::string answer;  // empty: not known
  std::uint32_t flows = 0;
};

std::string word_of(const Votes& votes, std::string_view yes, std::string_view no) {
  const auto verdict = votes.verdict();
  if (!verdict) return "";
  const bool good = *verdict == TrialEnd::Alive || *verdict == TrialEnd::Same;
  return std::string(good ? yes : no);
}

std::string late_word(const Votes& votes) {
  const auto verdict = votes.verdict();
  if (!verdict) return "";
  switch (*verdict) {
    case TrialEnd::Answered:
    case TrialEnd::Alive:
      return "taken up";
    case TrialEnd::Reset:
      return "RST";
    default:
      return "silence";
  }
}

std::vector<ProbeAnswer> answers_of(const ProbeStory& story) {
  const Findings& found = *story.found;
  std::vector<ProbeAnswer> answers;
  const auto add = [&](Measure measure, std::string_view key, std::string_view question,
                       std::string answer) {
    if (!asked_for(story, measure)) return;
    answers.push_back(
        {std::string(key), std::string(question), std::move(answer), found.of(measure).all()});
  };
  const auto yes = [&](Measure measure) { return word_of(found.of(measure), "yes", "no"); };
  const auto stream = answer_makes_stream(found);
  add(Measure::UdpAnswered, "stream_by_answer", "an answer alone makes UDP a stream",
      stream ? (*stream ? "yes" : "no") : "");
  add(Measure::UdpRefreshedOut, "refreshed_by_outbound", "UDP from inside refreshes",
      yes(Measure::UdpRefreshedOut));
  add(Measure::UdpRefreshedIn, "refreshed_by_inbound", "UDP from outside refreshes",
      yes(Measure::UdpRefreshedIn));
  add(Measure::UdpRefreshedBoth, "refreshed_by_both", "UDP from both sides refreshes",
      yes(Measure::UdpRefreshedBoth));
  add(Measure::LateFromInside, "late_from_inside", "late TCP from inside meets",
      late_word(found.of(Measure::LateFromInside)));
  add(Measure::TcpEstablished, "late_from_outside", "late TCP from outside meets",
      late_word(found.late_from_outside));
  if (asked_for(story, Measure::TcpEstablished))
    answers.back().flows = found.late_from_outside.all();
  add(Measure::MappingPort, "mapping_for_other_port", "external port for another remote port",
      word_of(found.of(Measure::MappingPort), "the same", "another"));
  add(Measure::MappingAddress, "mapping_for_other_address",
      "external port for another remote address",
      word_of(found.of(Measure::MappingAddress), "the same", "another"));
  add(Measure::FilterPort, "lets_in_other_port", "another remote port may send in",
      yes(Measure::FilterPort));
  add(Measure::FilterAddress, "lets_in_other_address", "another remote address may send in",
      yes(Measure::FilterAddress));
  add(Measure::Hairpin, "hairpinning", "two inside reach each other outside",
      yes(Measure::Hairpin));
  return answers;
}

Tone tone_of_search(const Findings::Lifetime& lifetime) {
  return lifetime.finished && lifetime.edge.dead ? Tone::Good : Tone::Warn;
}

Table timer_table(const ProbeStory& story) {
  Table table({Column::of("TIMER", "timer"), Column::of("ALIVE AFTER", "alive_after", Unit::Span),
               Column::of("DEAD AFTER", "dead_after", Unit::Span),
               Column::of("SURVIVED", "survived", Unit::Count).ranked(1),
               Column::of("DIED", "died", Unit::Count).ranked(1),
               Column::of("SPOILT", "spoilt", Unit::Count).ranked(2), Column::of("", "state")});
  for (const Measure measure : kLifetimes) {
    const auto& lifetime = story.found->lifetime(measure);
    if (!lifetime) continue;
    const LifetimeSearch::Edge& edge = lifetime->edge;
    std::string state = lifetime->finished ? "" : "unfinished";
    if (edge.told) state = "the box told it";
    if (lifetime->finished && !edge.dead) state = "none died";
    if (edge.longest) state = "some lived for " + brief(*edge.longest);
    table.add({Cell(name(measure)),
               edge.alive_flows == 0 ? Cell(Value()) : Cell(edge.survived, brief(edge.survived)),
               edge.dead ? Cell(*edge.dead, brief(*edge.dead)) : Cell(Value()), edge.alive_flows,
               edge.dead_flows, lifetime->spoilt, Cell(state, tone_of_search(*lifetime))});
  }
  return table;
}

Table answer_table(const ProbeStory& story) {
  Table table({Column::for_people("BEHAVIOUR"), Column::for_programs("behaviour"),
               Column::of("SEEN", "seen"), Column::of("FLOWS", "flows", Unit::Count)});
  for (const ProbeAnswer& answer : answers_of(story)) {
    table.add({answer.question, answer.key,
               answer.answer.empty() ? Cell(Value()) : Cell(answer.answer), answer.flows});
  }
  return table;
}

std::string place_sentence(const Findings& found) {
  std::string text = found.translated() ? fmt::format("{} is seen as {}: the path translates.",
                                                      print_address(found.local.address),
                                                      print_address(found.seen.address))
                                        : fmt::format("{} is seen as it is: nothing translates.",
                                                      print_address(found.local.address));
  if (found.translated() && found.ports_kept + found.ports_changed > 0) {
    text += found.ports_changed == 0 ? " Ports are kept."
            : found.ports_kept == 0  ? " Ports are changed."
                                     : fmt::format(" {} of {} ports are kept.", found.ports_kept,
                                                   found.ports_kept + found.ports_changed);
  }
  if (found.outside_addresses > 1)
    text += fmt::format(" It has {} addresses outside.", found.outside_addresses);
  return text + fmt::format(" A round trip takes {}; {} of {} control messages were repeated.",
                            brief(found.round_trip), found.control_repeated, found.control_sent);
}

// What a probe of this kind never learns, and what this reflector cannot show.
std::vector<std::string> left_out(const ProbeStory& story) {
  std::vector<std::string> reasons{
      "the timers of a TCP connection that is opening, closed from both sides or reset: they need "
      "raw sockets",
      "which side's packets refresh TCP: what one side sends, the other acknowledges"};
  if (story.found->control_sent == 0 || story.found->seen.port == 0) return reasons;
  if (!story.found->other_port)
    reasons.emplace_back(
        "mapping and filtering by port: the reflector "
        "has one port only");
  if (!story.found->other_address)
    reasons.emplace_back("mapping and filtering by address: the reflector has one address only");
  return reasons;
}

Tree probe_tree(const ProbeStory& story) {
  const Findings& found = *story.found;
  Tree timers = Tree::list();
  for (const Measure measure : kLifetimes) {
    const auto& lifetime = found.lifetime(measure);
    if (!lifetime) continue;
    const LifetimeSearch::Edge& edge = lifetime->edge;
    timers.add(
        Tree::record({{"timer", name(measure)},
                      {"alive_after", edge.alive_flows == 0 ? Value() : Value(edge.survived)},
                      {"dead_after", Value(edge.dead)},
                      {"longest", Value(edge.longest)},
                      {"told", edge.told},
                      {"survived", edge.alive_flows},
                      {"died", edge.dead_flows},
                      {"spoilt", lifetime->spoilt},
                      {"finished", lifetime->finished}}));
  }
  Tree behaviours = Tree::record();
  for (const ProbeAnswer& answer : answers_of(story)) {
    behaviours.set(answer.key, Tree::record({{"seen", text_or_nothing(answer.answer)},
                                             {"flows", answer.flows}}));
  }
  return Tree::record({{"format", "stayalive-probe"},
                       {"version", 1},
                       {"host", story.host},
                       {"stopped", stop_name(story.stop)},
                       {"spent", found.spent},
                       {"flows", found.flows},
                       {"local", print_address(found.local.address)},
                       {"seen", print_address(found.seen.address)},
                       {"translated", found.translated()},
                       {"ports_kept", found.ports_kept},
                       {"ports_changed", found.ports_changed},
                       {"round_trip", found.round_trip},
                       {"control_sent", found.control_sent},
                       {"control_repeated", found.control_repeated},
                       {"timers", timers},
                       {"behaviours", behaviours},
                       {"left_out", Tree::list_of(left_out(story))}});
}

std::vector<Block> probe_blocks(const ProbeStory& story) {
  const Findings& found = *story.found;
  std::vector<Block> blocks;
  blocks.push_back(Heading{{{fmt::format("The path to {}", story.host), Tone::Strong}}});
  const std::string stop = stop_sentence(story);
  const bool nothing = found.seen.port == 0;
  if (!nothing) {
    blocks.push_back(Paragraph{{fmt::format("{} in {}. {}", counted(found.flows, "flow"),
                                            brief(found.spent), place_sentence(found))}});
  }
  if (!stop.empty()) blocks.push_back(Paragraph{{{stop, Tone::Warn}}});
  if (nothing) return blocks;
  blocks.push_back(Gap{});
  blocks.push_back(timer_table(story));
  if (!answers_of(story).empty()) {
    blocks.push_back(Gap{});
    blocks.push_back(answer_table(story));
  }
  blocks.push_back(Gap{});
  blocks.push_back(Paragraph{{"Not measured:"}});
  for (const std::string& reason : left_out(story)) blocks.push_back(Item{{reason}, 2, 4});
  return blocks;
}

}  // namespace

Document describe_probe(const ProbeStory& story) {
  return {[story] { return probe_tree(story); }, [story] { return probe_blocks(story); }};
}

}  // namespace stayalive
