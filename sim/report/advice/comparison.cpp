// SPDX-License-Identifier: Apache-2.0
#include "report/advice/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "picture/blame_text.h"
#include "picture/margin_text.h"
#include "report/advice/confidence.h"
#include "report/advice/cost.h"
#include "report/advice/notice.h"
#include "report/run/closest_call_tree.h"
#include "report/run/weakest.h"
#include "run/support.h"
#include "study/trials/confidence.h"

namespace stayalive {
namespace {

Cell contestant_held(const ComparisonRow& row) {
  const Tally& tally = row.tally;
  std::string text = tally.held == tally.runs ? "yes" : "no";
  if (row.chance) {
    const Interval likely = confidence(tally.held, tally.runs);
    text = fmt::format("{}/{} ({:.0f}-{:.0f} %)", tally.held, tally.runs, 100 * likely.low,
                       100 * likely.high);
  }
  const Tone tone = tally.held == tally.runs ? Tone::Good
                    : tally.held == 0        ? Tone::Bad
                                             : Tone::Warn;
  return {tally.held, text, tone};
}

Value contestant_died(const Tally& tally) {
  return tally.died.count > 0 ? Value(tally.died.least) : Value();
}

Evidence evidence_of(const ComparisonRow& row) {
  return {row.death->rests_on, row.death->next, row.turned};
}

Tree row_tree(const ComparisonRow& row) {
  const Tally& tally = row.tally;
  Tree probability;
  if (row.chance) {
    const Interval likely = confidence(tally.held, tally.runs);
    probability = Tree::record({{"low", likely.low}, {"high", likely.high}});
  }
  const bool died = tally.died.count > 0;
  return Tree::record(
      {{"strategy", row.label},
       {"transport", row.transport},
       {"holds",
        Tree::record({{"runs", tally.runs}, {"held", tally.held}, {"probability", probability}})},
       {"died_after", contestant_died(tally)},
       {"blame", died ? Value(short_blame(tally.blame)) : Value()},
       {"closest_call", closest_call_tree(tally.closest_call)},
       {"next_message", row.death ? next_messages_tree(row.death->next) : Tree(nullptr)},
       {"confidence", row.death ? confidence_tree(evidence_of(row)) : Tree(nullptr)},
       {"notices", detection_tree(row.detection)},
       {"complete", row.whole},
       {"per_day", tally.cost.time > Duration::zero() ? cost_tree(tally.cost) : Tree(nullptr)}});
}

Table comparison_table(const Comparison& comparison) {
  std::vector<Column> columns{
      Column::of("STRATEGY", "strategy"),
      Column::for_programs("transport"),
      Column::for_programs("runs", Unit::Count),
      Column::of("HELD", "held"),
      Column::of("DIED AFTER", "died_after", Unit::Span).ranked(1),
      Column::of("CLOSEST CALL", "closest_call", Unit::Span).ranked(2),
      Column::for_programs("closest_call_status"),
      Column::for_people("CRASH NOTICED").ranked(2),
      Column::for_programs("client_notices_crash", Unit::Span),
      Column::for_programs("server_notices_crash", Unit::Span),
      Column::for_people("BOX FORGETS").ranked(3),
      Column::of("PACKETS/DAY", "packets_per_day", Unit::Count).ranked(6),
      Column::of("BYTES/DAY", "bytes_per_day", Unit::Bytes).ranked(5),
      Column::of("AWAKE/DAY", "radio_awake_per_day", Unit::Span).ranked(4),
      Column::of("WAKE-UPS/DAY", "radio_wakeups_per_day", Unit::Count).ranked(7),
      Column::of("BLAME", "blame").wrapping(24).below_if_narrower(),
      Column::for_programs("weakest_value"),
      Column::for_programs("weakest_status")};
  add_media_columns(columns);
  Table table(std::move(columns));
  for (const ComparisonRow& row : comparison.rows) {
    const Cost& cost = row.tally.cost;
    const auto& [client, server] = row.detection.crash;
    const bool known = row.detection.known;
    const bool settled = cost.time > Duration::zero();
    const auto daily = [&](std::uint64_t count) {
      return settled ? Value(cost.per_day(count)) : Value();
    };
    std::vector<Cell> cells{
        {row.label, Tone::Strong},
        row.transport,
        row.tally.runs,
        contestant_held(row),
        contestant_died(row.tally),
        margin_cell(row.tally.closest_call ? &*row.tally.closest_call : nullptr),
        row.tally.closest_call ? Value(std::string(name(row.tally.closest_call->status))) : Value(),
        crash_text(row.detection),
        known && client.always ? Value(client.worst) : Value(),
        known && server.always ? Value(server.worst) : Value(),
        blackhole_text(row.detection),
        daily(cost.packets),
        daily(cost.bytes),
        cost.awake_per_day(),
        daily(cost.wakeups),
        short_blame(row.tally.blame),
        weakest_value(row.death ? weakest(row.death->rests_on) : nullptr),
        weakest_status(row.death ? weakest(row.death->rests_on) : nullptr)};
    add_media_cells(cells, settled ? &cost : nullptr);
    table.add(std::move(cells));
  }
  return table;
}

// What they cost on each medium, in a table of its own.
void add_media(std::vector<Block>& blocks, const Comparison& comparison) {
  std::vector<std::pair<std::string, const Cost*>> connections;
  for (const ComparisonRow& row : comparison.rows) {
    if (row.tally.cost.time > Duration::zero())
      connections.emplace_back(row.label, &row.tally.cost);
  }
  if (connections.empty()) return;
  blocks.push_back(Gap{});
  blocks.push_back(media_table(connections));
  blocks.push_back(Gap{});
  blocks.push_back(Paragraph{{media_note()}});
}

// How sure it is of what does not hold; once for all rows of which the same is to be said.
void add_confidence(std::vector<Block>& blocks, const Comparison& comparison) {
  std::vector<std::pair<std::vector<std::string>, std::string>> said;
  for (const ComparisonRow& row : comparison.rows) {
    if (!row.death) continue;
    std::vector<std::string> sentences = confidence_sentences(evidence_of(row));
    if (sentences.empty()) continue;
    const auto same = std::ranges::find(said, sentences, [](const auto& one) { return one.first; });
    if (same != said.end()) {
      same->second += ", " + row.label;
    } else {
      said.emplace_back(std::move(sentences), row.label);
    }
  }
  for (const auto& [sentences, labels] : said) {
    blocks.push_back(Gap{});
    blocks.push_back(Line{{labels + ": how sure that is"}});
    for (const std::string& text : sentences) blocks.push_back(Item{{text}, 2, 4});
  }
}

// On which values the closest calls rest; once for all rows with the same.
void add_margins_of_held(std::vector<Block>& blocks, const Comparison& comparison) {
  std::vector<std::pair<std::string, std::string>> said;
  for (const ComparisonRow& row : comparison.rows) {
    if (!row.tally.closest_call || row.tally.held < row.tally.runs) continue;
    const ClosestCall& call = *row.tally.closest_call;
    const std::string text = fmt::format("{}, {}", short_call(call), words(call.status));
    const auto same = std::ranges::find(said, text, [](const auto& one) { return one.first; });
    if (same == said.end()) {
      said.emplace_back(text, row.label);
    } else {
      same->second += ", " + row.label;
    }
  }
  if (!said.empty()) blocks.push_back(Gap{});
  for (const auto& [text, labels] : said)
    blocks.push_back(Item{{fmt::format("{} held against {}", labels, text)}, 2, 4});
}

std::vector<Block> comparison_blocks(const Comparison& comparison, bool on_media) {
  std::vector<Block> blocks{Line{{fmt::format("Through {}; runs of {}", comparison.where,
                                              print_duration(comparison.span))}},
                            Gap{}, comparison_table(comparison)};
  add_margins_of_held(blocks, comparison);
  for (const ComparisonRow& row : comparison.rows) {
    const std::optional<ClosestCall>& call = row.tally.closest_call;
    if (!call || !call->within_slip()) continue;
    blocks.push_back(Item{{{row.label + " " + slip_warning(*call), Tone::Warn}}, 2, 4});
  }
  for (const ComparisonRow& row : comparison.rows) {
    if (row.whole) continue;
    blocks.push_back(Item{{{row.label + " was not looked at to the end: who notices its death, and "
                                        "what it costs, is not known.",
                            Tone::Warn}},
                          2,
                          4});
  }
  if (comparison.interrupted) {
    blocks.push_back(Line{{{"Interrupted: the rest is missing.", Tone::Warn}}});
  }
  blocks.push_back(Gap{});
  blocks.push_back(Paragraph{
      {"CLOSEST CALL: how much of a box's timer was left when the packet came that renewed it "
       "latest.  CRASH NOTICED: how long at most until the client notices that the server's host "
       "has "
       "crashed, and the other way round.  BOX FORGETS: how long at most the connection is dead "
       "after a box on the way has lost its table.  These two, and the costs, are those of a "
       "connection "
       "that has settled; -: it does not live so long."}});
  if (on_media) add_media(blocks, comparison);
  add_confidence(blocks, comparison);
  return blocks;
}

}  // namespace

Document describe_comparison(const Comparison& comparison, bool on_media) {
  const auto data = [&comparison] {
    Tree rows = Tree::list();
    for (const ComparisonRow& row : comparison.rows) rows.add(row_tree(row));
    return Tree::record({{"format", "stayalive-comparison"},
                         {"version", 1},
                         {"through", comparison.where},
                         {"duration", comparison.span},
                         {"complete", !comparison.interrupted},
                         {"rows", std::move(rows)}});
  };
  return {data, [&comparison, on_media] { return comparison_blocks(comparison, on_media); }};
}

}  // namespace stayalive
