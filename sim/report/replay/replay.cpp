// SPDX-License-Identifier: Apache-2.0
#include "report/replay/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "document/brief.h"
#include "picture/instant.h"
#include "report/counted.h"
#include "report/replay/replay_tree.h"

namespace stayalive {
namespace {

// For people: so many rows, and so many flows with sentences of their own.
constexpr std::size_t kMostRows = 40;
constexpr std::size_t kMostTold = 20;

const char* speaker(Side side) { return side == Side::Internal ? "the client" : "the server"; }

std::string transport_of(const ReplayedFlow& flow) {
  return flow.protocol == Protocol::Tcp ? "tcp" : "udp";
}

// What matters most first.
std::vector<const ReplayedFlow*> by_weight(const ReplayResult& result) {
  std::vector<const ReplayedFlow*> flows;
  for (const ReplayedFlow& flow : result.flows) flows.push_back(&flow);
  const auto weight = [](const ReplayedFlow& flow) {
    if (flow.death && flow.death->met_at) return 0;
    if (flow.broken) return 1;
    if (flow.fate == ReplayedFlow::Fate::Forgotten) return 2;
    return flow.taken_up > 0 ? 3 : 4;
  };
  std::ranges::stable_sort(
      flows, [&](const ReplayedFlow* a, const ReplayedFlow* b) { return weight(*a) < weight(*b); });
  return flows;
}

std::string timer_phrase(const ReplayedFlow::Death& death) {
  if (death.setting.empty() || death.setting == name(death.timer))
    return fmt::format("{} of {}", name(death.timer), print_duration(death.timeout));
  return fmt::format("{} ({}) of {}", name(death.timer), death.setting,
                     print_duration(death.timeout));
}

std::string fate_sentence(const ReplayedFlow& flow) {
  if (!flow.death) return "";
  const ReplayedFlow::Death& death = *flow.death;
  if (flow.fate == ReplayedFlow::Fate::Refused) {
    return fmt::format("{} would not have let it begin: {}.", death.box, name(death.drop));
  }
  std::string text =
      death.event == FlowEvent::Expired
          ? fmt::format("{} would have forgotten it at {}, when {} ran out", death.box,
                        print_instant(death.forgotten_at), timer_phrase(death))
          : fmt::format("{} would have lost it at {}", death.box,
                        print_instant(death.forgotten_at));
  if (!death.met_at) return text + "; nothing was sent after that.";
  text += fmt::format("; what {} sent at {} came {} too late", speaker(death.met_from),
                      print_instant(*death.met_at), brief(*death.met_at - death.forgotten_at));
  if (death.picked_up) text += " and would have left from another port";
  text += ".";
  if (const ReplayedFlow::Wait* wait = flow.decisive_wait())
    text += fmt::format(" It needs more than {}.", print_duration(wait->longest));
  return text;
}

std::string keepalive_sentence(const ReplayedFlow& flow) {
  const FoundKeepalive& its = *flow.keepalive;
  const std::string what = its.probe ? "TCP keepalives" : fmt::format("{} bytes", its.bytes);
  return fmt::format("{} sends {} every {}.",
                     its.from == Side::Internal ? "The client" : "The server", what,
                     brief(its.interval));
}

std::string broken_sentence(const BrokenFlow& broken) {
  std::string text;
  const std::string silence = brief(broken.silence);
  const std::string at = print_instant(broken.at);
  switch (broken.how) {
    case BrokenFlow::How::Reset:
      text = fmt::format("In the capture {} was answered with RST at {}, after {} of silence",
                         speaker(broken.from), at, silence);
      break;
    case BrokenFlow::How::Unasked:
      text = fmt::format("In the capture a RST ended it at {}, after {} of silence", at, silence);
      break;
    case BrokenFlow::How::Silence:
      text = fmt::format("In the capture {} got no answer from {} on, after {} of silence",
                         speaker(broken.from), at, silence);
      break;
  }
  if (broken.survived > Duration::zero())
    text += fmt::format(" ({} had done no harm)", brief(broken.survived));
  if (broken.looks_like.empty()) return text + ".";
  std::vector<std::string> names;
  for (const BrokenFlow::Candidate& its : broken.looks_like)
    names.push_back(
        fmt::format("{} ({} {})", its.profile, name(its.timer), print_duration(its.timeout)));
  text += ": looks like ";
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += i == 0 ? "" : i + 1 == names.size() && broken.others == 0 ? " or " : ", ";
    text += names[i];
  }
  if (broken.others > 0) text += fmt::format(" or {} others", broken.others);
  return text + ".";
}

std::vector<std::string> sentences_of(const ReplayedFlow& flow) {
  std::vector<std::string> all;
  if (std::string fate = fate_sentence(flow); !fate.empty()) all.push_back(std::move(fate));
  if (flow.taken_up > 0)
    all.push_back(fmt::format("A box would have forgotten it {} and taken it up again, as it was.",
                              counted(flow.taken_up, "time")));
  if (flow.broken) all.push_back(broken_sentence(*flow.broken));
  if (!all.empty() && flow.keepalive) all.push_back(keepalive_sentence(flow));
  return all;
}

std::string keepalive_cell(const ReplayedFlow& flow) {
  if (!flow.keepalive) return "-";
  return fmt::format("{} {}", flow.keepalive->from == Side::Internal ? "client" : "server",
                     brief(flow.keepalive->interval));
}

std::string needs_cell(const ReplayedFlow::Wait& wait) {
  return wait.longest == Duration::zero() ? "-" : ">" + brief(wait.longest);
}

Tone tone_of(const ReplayedFlow& flow) {
  if (flow.survives()) return flow.taken_up > 0 ? Tone::Warn : Tone::Good;
  return flow.fate == ReplayedFlow::Fate::Forgotten ? Tone::Warn : Tone::Bad;
}

Table::Row row_of(const ReplayedFlow& flow) {
  const ReplayedFlow::Wait* wait = flow.decisive_wait();
  const auto optional_text = [](bool there, const std::string& text) {
    return there ? Value(text) : Value();
  };
  std::optional<TimePoint> forgotten_at;
  std::optional<TimePoint> met_at;
  if (flow.death) {
    forgotten_at = flow.death->forgotten_at;
    met_at = flow.death->met_at;
  }
  return {{flow.number, print_endpoint(flow.client), print_endpoint(flow.server),
           transport_of(flow), flow.first, flow.last, flow.packets[0] + flow.packets[1],
           Cell(flow.longest_silence, brief(flow.longest_silence)),
           optional_text(flow.keepalive.has_value(), keepalive_cell(flow)),
           optional_text(wait != nullptr, wait == nullptr ? "" : wait->box),
           optional_text(wait != nullptr, wait == nullptr ? "" : std::string(name(wait->timer))),
           wait == nullptr ? Value() : Value(wait->timeout),
           wait == nullptr ? Cell(Value()) : Cell(wait->longest, needs_cell(*wait)),
           Value(forgotten_at), Value(met_at), Cell(std::string(name(flow.fate)), tone_of(flow))}};
}

Table flow_table(const ReplayStory& story) {
  std::vector<Column> columns{Column::of("FLOW", "flow", Unit::Count),
                              Column::of("CLIENT", "client"),
                              Column::of("SERVER", "server"),
                              Column::of("PROTOCOL", "protocol").ranked(5),
                              Column::for_programs("first", Unit::Instant),
                              Column::for_programs("last", Unit::Instant),
                              Column::of("PACKETS", "packets", Unit::Count).ranked(3),
                              Column::of("SILENCE", "longest_silence", Unit::Span).ranked(2),
                              Column::of("KEEPALIVE", "keepalive").ranked(1),
                              Column::for_programs("box"),
                              Column::of("TIMER", "timer").ranked(4),
                              Column::for_programs("timeout", Unit::Span),
                              Column::of("NEEDS", "needs_more_than", Unit::Span),
                              Column::for_programs("forgotten_at", Unit::Instant),
                              Column::for_programs("met_at", Unit::Instant),
                              Column::of("FATE", "fate")};
  return Table(std::move(columns), [story](Audience audience, const Table::Visit& visit) {
    if (audience == Audience::Programs) {
      for (const ReplayedFlow& flow : story.result->flows) visit(row_of(flow));
      return;
    }
    const std::vector<const ReplayedFlow*> flows = by_weight(*story.result);
    const std::size_t shown = story.all ? flows.size() : std::min(flows.size(), kMostRows);
    for (std::size_t i = 0; i < shown; ++i) visit(row_of(*flows[i]));
  });
}

std::string summary(const ReplayResult& result) {
  using Fate = ReplayedFlow::Fate;
  std::string text =
      fmt::format("{} in {}", counted(result.flows.size(), "flow"), brief(result.span));
  if (result.boxes.empty()) return text;
  text += " through ";
  for (std::size_t i = 0; i < result.boxes.size(); ++i)
    text += (i == 0 ? "" : " and ") + result.boxes[i];
  text += ": ";
  const std::size_t begun = text.size();
  const auto list = [&](Fate fate, const char* what) {
    const std::uint64_t count = result.count(fate);
    if (count == 0) return;
    text += fmt::format("{}{} {}", text.size() == begun ? "" : ", ", count, what);
  };
  list(Fate::Dies, "would have died");
  list(Fate::Remapped, "would have got another port");
  list(Fate::Refused, "would not have begun");
  list(Fate::Forgotten, "forgotten after the last packet");
  list(Fate::Lives, "alive at the end");
  list(Fate::Ended, "ended in order");
  return text;
}

void add_left_out(std::vector<Block>& blocks, const ReplayStory& story) {
  const ReplayResult& result = *story.result;
  std::string text;
  const auto add = [&](std::uint64_t count, const char* what) {
    if (count == 0) return;
    text +=
        fmt::format("{}{} {}", text.empty() ? "Left out: " : ", ", counted(count, "packet"), what);
  };
  add(story.left_out.ipv6, "of IPv6");
  add(story.left_out.other + result.unreadable, "that are no whole TCP or UDP over IPv4");
  add(story.left_out.undated, "without an instant");
  add(result.icmp, "of ICMP");
  add(result.beyond, "of further flows (--max-flows)");
  if (!text.empty()) blocks.push_back(Paragraph{{text + "."}});
  if (result.back_in_time == 0) return;
  blocks.push_back(Paragraph{{fmt::format(
      "{} earlier than the one before; each counts as if it came with that one.",
      result.back_in_time == 1 ? "One packet is"
                               : fmt::format("{} packets are", result.back_in_time))}});
}

void add_stories(std::vector<Block>& blocks, const ReplayStory& story) {
  std::size_t told = 0;
  for (const ReplayedFlow* flow : by_weight(*story.result)) {
    const std::vector<std::string> sentences = sentences_of(*flow);
    if (sentences.empty()) continue;
    if (++told > kMostTold && !story.all) break;
    blocks.push_back(Gap{});
    blocks.push_back(
        Heading{{{fmt::format("Flow {}: {} to {}", flow->number, print_endpoint(flow->client),
                              print_endpoint(flow->server)),
                  Tone::Strong}},
                2});
    for (const std::string& sentence : sentences) blocks.push_back(Paragraph{{sentence}});
  }
  const std::size_t flows = story.result->flows.size();
  if (story.all || (told <= kMostTold && flows <= kMostRows)) return;
  blocks.push_back(Gap{});
  blocks.push_back(
      Paragraph{{"There are more: --all shows every flow, --format json or csv has them."}});
}

}  // namespace

Document describe_replay(const ReplayStory& story) {
  return {[story] { return replay_tree(story); },
          [story] {
            std::vector<Block> blocks;
            blocks.push_back(Heading{{{story.capture, Tone::Strong}}});
            blocks.push_back(Line{{summary(*story.result)}});
            blocks.push_back(Gap{});
            if (!story.result->flows.empty()) blocks.push_back(flow_table(story));
            add_stories(blocks, story);
            std::vector<Block> left_out;
            add_left_out(left_out, story);
            if (!left_out.empty()) blocks.push_back(Gap{});
            for (Block& block : left_out) blocks.push_back(std::move(block));
            return blocks;
          }};
}

}  // namespace stayalive
