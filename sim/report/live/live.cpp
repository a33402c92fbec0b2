// SPDX-License-Identifier: Apache-2.0
#include "report/live/live.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "document/brief.h"
#include "report/counted.h"
#include "report/early_end.h"
#include "report/run/run.h"
#include "report/run/run_tree.h"

namespace stayalive {
namespace {

constexpr std::size_t kInside = 0;
constexpr std::size_t kOutside = 1;

Duration real_time(const LiveReport& report) {
  return report.run.duration / static_cast<int>(report.scale);
}

Tree counts_tree(const LiveCounts& counts) {
  Tree lost = Tree::record();
  for (std::size_t i = 0; i < kLiveLosses; ++i)
    lost.set(name(static_cast<LiveLoss>(i)), counts.lost[i]);
  Tree unreadable = Tree::record();
  for (std::size_t i = 0; i < kWireErrors; ++i) {
    if (counts.unreadable[i] > 0)
      unreadable.set(name(static_cast<WireError>(i)), counts.unreadable[i]);
  }
  return Tree::record({{"from_client", counts.entered[kInside]},
                       {"from_server", counts.entered[kOutside]},
                       {"to_client", counts.left[kInside]},
                       {"to_server", counts.left[kOutside]},
                       {"from_boxes", counts.answered},
                       {"lost", lost},
                       {"unreadable", unreadable}});
}

Tree live_tree(const LiveReport& report, const LiveEnding& ending) {
  Tree boxes = Tree::list();
  for (std::size_t i = 0; i < report.boxes.size(); ++i)
    boxes.add(Tree::record({{"name", report.boxes[i]}, {"flows", report.held[i]}}));
  return Tree::record({{"scale", report.scale},
                       {"real_time", real_time(report)},
                       {"exit_code", ending.exit_code},
                       {"processor_time", ending.processor_time},
                       {"boxes", boxes},
                       {"flows", report.flows},
                       {"packets_of_other_flows", report.beyond},
                       {"packets", counts_tree(report.counts)}});
}

std::string heading(const LiveReport& report) {
  std::string text = "Live through ";
  for (std::size_t i = 0; i < report.boxes.size(); ++i)
    text += (i == 0 ? "" : ", ") + report.boxes[i];
  return report.boxes.empty() ? "Live through lines only" : text;
}

std::string time_line(const LiveReport& report, const LiveEnding& ending) {
  std::string text = brief(real_time(report)) + " of real time";
  if (report.scale > 1) {
    text += fmt::format(", in which {} passed for the boxes (scale {}); instants below are theirs",
                        brief(report.run.duration), report.scale);
  }
  return text + fmt::format("; the command ended with exit code {}", ending.exit_code);
}

std::string packets_line(const LiveReport& report) {
  const LiveCounts& counts = report.counts;
  std::string text = fmt::format(
      "{} in {}: {} of the client's reached the server, {} of the "
      "server's the client",
      counted(counts.entered[kInside] + counts.entered[kOutside], "packet"),
      counted(report.flows, "flow"), counts.left[kOutside], counts.left[kInside]);
  if (counts.answered > 0) text += fmt::format("; boxes sent {} of their own", counts.answered);
  return text + ".";
}

std::string lost_line(const LiveReport& report) {
  static constexpr std::array<const char*, kLiveLosses> kWords{
      "that are no whole TCP or UDP over IPv4",
      "by chance",
      "in full queues",
      "on cut lines",
      "at boxes that were rebooting",
      "because too many were on the way"};
  std::string text;
  for (std::size_t i = 0; i < kLiveLosses; ++i) {
    const std::uint64_t count = report.counts.lost[i];
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "Lost: " : ", ", count, kWords[i]);
  }
  if (report.beyond > 0) {
    text += fmt::format("{}{} passed that belong to no flow that is followed",
                        text.empty() ? "" : "; ", counted(report.beyond, "packet"));
  }
  return text.empty() ? text : text + ".";
}

}  // namespace

Document describe_live(const LiveReport& report, const LiveEnding& ending) {
  const auto data = [&report, ending] {
    const RunReport& run = report.run;
    Tree runs = Tree::list();
    runs.add(run_tree(run));
    Tree tree = Tree::record(
        {{"format", "stayalive-result"}, {"version", 1}, {"holds", holds_tree({&run, 1})}});
    tree.set("live", live_tree(report, ending));
    tree.set("runs", std::move(runs));
    return tree;
  };
  const auto blocks = [&report, ending] {
    std::vector<Block> all;
    all.push_back(Heading{{{heading(report), Tone::Strong}}});
    all.push_back(Paragraph{{time_line(report, ending)}});
    if (report.run.early_end)
      all.push_back(Paragraph{{"The session was " + report.run.early_end->words() + "."}});
    all.push_back(Paragraph{{packets_line(report)}});
    if (const std::string lost = lost_line(report); !lost.empty()) all.push_back(Paragraph{{lost}});
    all.push_back(Gap{});
    add_run_body(all, report.run);
    return all;
  };
  return {data, blocks};
}

}  // namespace stayalive
