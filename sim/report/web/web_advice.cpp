// SPDX-License-Identifier: Apache-2.0
#include "report/web/web_advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/text.h"
#include "document/brief.h"

namespace stayalive {
namespace {

using WebFault = PauseOutcome::Fault;

std::string_view name_of_fault(WebFault fault) {
  switch (fault) {
    case WebFault::None:
      return "none";
    case WebFault::ServerCloses:
      return "server-closes";
    case WebFault::BoxForgets:
      return "box-forgets";
    case WebFault::PeerCloses:
      return "peer-closes";
    case WebFault::Other:
      return "other";
  }
  return "other";
}

// Two figures and as many noughts as it takes, in groups of three.
std::string rounded(double number) {
  std::string digits = fmt::format("{:.0f}", number);
  for (std::size_t i = 2; i < digits.size(); ++i) digits[i] = '0';
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

// "1 in 16,000": a share as people compare such; "none".
std::string one_in(double share) {
  if (share < 1e-15) return "none";
  return share >= 0.1 ? fmt::format("{:.0f} %", share * 100) : "1 in " + rounded(1 / share);
}

std::string what_happens(const PauseOutcome& outcome) {
  std::string seen = outcome.status == 0 ? "lost" : fmt::format("answered {}", outcome.status);
  switch (outcome.fault) {
    case WebFault::ServerCloses:
      return fmt::format("{}: it met the close of {}", seen, outcome.who);
    case WebFault::BoxForgets:
      return fmt::format("{}: {} had forgotten the connection", seen, outcome.who);
    case WebFault::PeerCloses:
      return fmt::format("closed: it met the close of {}", outcome.who);
    case WebFault::None:
    case WebFault::Other:
      break;
  }
  return seen;
}

std::string pause_text(const PauseWindow& window) {
  if (window.to == kForever) return "from " + print_duration(window.from);
  return fmt::format("{} to {}", print_duration(window.from), print_duration(window.to));
}

Tree window_tree(const PauseWindow& window, const std::vector<WebRule>& rules) {
  return Tree::record(
      {{"from", window.from},
       {"to", window.to == kForever ? Value() : Value(window.to)},
       {"fault", name_of_fault(window.outcome.fault)},
       {"who", text_or_nothing(window.outcome.who)},
       {"status", window.outcome.status == 0 ? Value() : Value(window.outcome.status)},
       {"by_the_server", is_servers_doing(window.outcome, rules)},
       {"share_at_one_in_10s", window.share(kMeanPauses[0])},
       {"share_at_one_in_1m", window.share(kMeanPauses[1])},
       {"share_at_one_in_10m", window.share(kMeanPauses[2])}});
}

Tree row_tree_of(const WebRow& row, const std::vector<WebRule>& rules) {
  Tree windows = Tree::list();
  for (const PauseWindow& window : row.windows) windows.add(window_tree(window, rules));
  const bool holds = row.holds();
  return Tree::record({{"keep_alive_timeout", row.keep_alive},
                       {"holds", holds},
                       {"failing_at_one_in_10s", row.poisson[0]},
                       {"failing_at_one_in_1m", row.poisson[1]},
                       {"failing_at_one_in_10m", row.poisson[2]},
                       {"worst_pause", holds ? Value() : Value(row.worst_pause)},
                       {"worst_failures", holds ? Value() : Value(row.aligned_failures)},
                       {"worst_requests", holds ? Value() : Value(kAlignedRequests)},
                       {"windows", windows}});
}

Tree web_tree(const WebAdvice& advice) {
  Tree rules = Tree::list();
  for (const WebRule& rule : advice.rules) {
    rules.add(Tree::record({{"who", rule.who},
                            {"layer", rule.proxy ? 7 : 4},
                            {"timer", rule.timer == kForever ? Value() : Value(rule.timer)},
                            {"pooled", rule.proxy ? Value(rule.pooled) : Value()}}));
  }
  Tree others = Tree::list();
  for (const WebRow& row : advice.others) others.add(row_tree_of(row, advice.rules));
  return Tree::record({{"format", "stayalive-web-advice"},
                       {"version", 1},
                       {"server", advice.question.server},
                       {"where", advice.question.path.words()},
                       {"rules", rules},
                       {"today", row_tree_of(advice.today, advice.rules)},
                       {"least", advice.least},
                       {"most", advice.most},
                       {"recommended", advice.recommended},
                       {"others", others},
                       {"runs", advice.runs}});
}

// Which of the two must be longer.
std::string rule_sentence(const WebRule& rule, const WebAdvice& advice) {
  const std::string kept = print_duration(advice.question.keep_alive);
  if (rule.proxy && !rule.pooled) {
    return fmt::format(
        "{} (layer 7) opens a connection to the server for each request: how long the server keeps "
        "one does not matter.",
        rule.who);
  }
  if (rule.timer == kForever) {
    return fmt::format("{} has no timer for idle connections: whoever closes first is the server.",
                       rule.who);
  }
  if (rule.proxy) {
    return fmt::format(
        "{} (layer 7) sends requests on connections to the server that have been idle for up to "
        "{}: the server must keep them for longer, and keeps them for {}.",
        rule.who, print_duration(rule.timer), kept);
  }
  return fmt::format(
      "{} (layer 4) forgets a connection that has been idle for {}: the server must close it "
      "sooner, and does so after {}.",
      rule.who, print_duration(rule.timer), kept);
}

std::string bounds_text(const WebAdvice& advice) {
  if (advice.least && advice.most) {
    return fmt::format("from {} to {}", print_duration(*advice.least),
                       print_duration(*advice.most));
  }
  if (advice.least) return "from " + print_duration(*advice.least) + " on";
  return "up to " + print_duration(*advice.most);
}

void add_verdict(std::vector<Block>& blocks, const WebAdvice& advice) {
  const WebRow& today = advice.today;
  if (today.holds()) {
    blocks.push_back(
        Line{{{"Holds", Tone::Good},
              fmt::format(": with {} no request fails because of the server's timeout.",
                          print_duration(today.keep_alive))}});
  } else {
    blocks.push_back(Line{
        {{"Breaks", Tone::Bad},
         fmt::format(": with {} a client that asks every {} loses {} of {} requests; of Poisson "
                     "clients one request a minute loses {}.",
                     print_duration(today.keep_alive), print_duration(today.worst_pause),
                     today.aligned_failures, kAlignedRequests, one_in(today.poisson[1]))}});
  }
  if (!advice.recommended) {
    blocks.push_back(
        Line{{"No timeout of the server holds: a proxy keeps connections for longer than a box "
              "behind it "
              "remembers them.  One of these two has to change."}});
  } else if (advice.least || advice.most) {
    blocks.push_back(Line{{fmt::format("Nothing fails with a timeout {}.", bounds_text(advice))}});
  }
  if (advice.recommended && !today.holds()) {
    blocks.push_back(
        Line{{"Set it to ", {print_duration(*advice.recommended), Tone::Strong}, "."}});
  } else if (advice.recommended && (advice.least || advice.most)) {
    blocks.push_back(
        Line{{"Leave it at ", {print_duration(*advice.recommended), Tone::Strong}, "."}});
  }
}

Table window_table(const WebAdvice& advice) {
  Table table({Column::of("A REQUEST AFTER A PAUSE", "pause"),
               Column::for_programs("from", Unit::Span), Column::for_programs("to", Unit::Span),
               Column::of("1 PER 10s", "share_at_one_in_10s", Unit::Ratio).ranked(2),
               Column::of("1 PER 1m", "share_at_one_in_1m", Unit::Ratio).ranked(1),
               Column::of("1 PER 10m", "share_at_one_in_10m", Unit::Ratio).ranked(3),
               Column::of("IS", "what").wrapping(24).below_if_narrower()});
  for (const PauseWindow& window : advice.today.windows) {
    std::vector<Cell> cells{pause_text(window), window.from,
                            window.to == kForever ? Value() : Value(window.to)};
    for (const Duration mean : kMeanPauses)
      cells.push_back({window.share(mean), one_in(window.share(mean))});
    cells.emplace_back(what_happens(window.outcome));
    table.add(std::move(cells));
  }
  return table;
}

Table margin_table(const WebAdvice& advice) {
  Table table({Column::of("KEPT FOR", "keep_alive_timeout", Unit::Span),
               Column::of("1 PER 10s", "failing_at_one_in_10s", Unit::Ratio).ranked(2),
               Column::of("1 PER 1m", "failing_at_one_in_1m", Unit::Ratio),
               Column::of("1 PER 10m", "failing_at_one_in_10m", Unit::Ratio).ranked(3),
               Column::of("WORST PAUSE", "worst_pause", Unit::Span).ranked(1),
               Column::for_people("LOSES"), Column::for_programs("worst_failures", Unit::Count),
               Column::for_programs("worst_requests", Unit::Count)});
  std::vector<const WebRow*> rows{&advice.today};
  for (const WebRow& row : advice.others) rows.push_back(&row);
  std::ranges::sort(rows, {}, &WebRow::keep_alive);
  for (const WebRow* row : rows) {
    const bool holds = row->holds();
    std::vector<Cell> cells{{row->keep_alive, print_duration(row->keep_alive),
                             row == &advice.today ? Tone::Strong : Tone::Plain}};
    for (const double share : row->poisson) cells.push_back({share, one_in(share)});
    cells.push_back({holds ? Value() : Value(row->worst_pause),
                     holds ? "-" : print_duration(row->worst_pause)});
    cells.push_back(
        {holds ? Value() : Value(row->aligned_failures),
         holds ? "none" : fmt::format("{} of {}", row->aligned_failures, kAlignedRequests),
         holds ? Tone::Good : Tone::Bad});
    cells.push_back(holds ? Value() : Value(row->aligned_failures));
    cells.push_back(holds ? Value() : Value(kAlignedRequests));
    table.add(std::move(cells));
  }
  return table;
}

std::vector<Block> web_blocks(const WebAdvice& advice) {
  std::vector<Block> blocks{Heading{
      {{advice.question.server, Tone::Strong},
       fmt::format(" with a keep-alive timeout of {}: {}",
                   print_duration(advice.question.keep_alive), advice.question.path.words())}}};
  if (advice.rules.empty())
    blocks.push_back(Paragraph{{"Nothing stands before the server that has a timer of its own."}});
  for (const WebRule& rule : advice.rules)
    blocks.push_back(Item{{rule_sentence(rule, advice)}, 2, 4});
  blocks.push_back(Gap{});
  add_verdict(blocks, advice);
  blocks.push_back(Gap{});
  if (!advice.today.windows.empty()) {
    blocks.push_back(Heading{{"What fails today"}, 2});
    blocks.push_back(window_table(advice));
    blocks.push_back(Gap{});
    blocks.push_back(Paragraph{
        {"A pause lies between two instants at which a client asks; the shares are those of "
         "Poisson clients that ask once in 10s, 1m or 10m on average.  A client that meets a close "
         "itself may repeat what is repeatable, and most do; what a proxy has lost only the proxy "
         "may."}});
  }
  if (!advice.others.empty()) {
    blocks.push_back(Gap{});
    blocks.push_back(Heading{{"What a margin is worth"}, 2});
    blocks.push_back(margin_table(advice));
  }
  blocks.push_back(Gap{});
  blocks.push_back(Paragraph{{fmt::format(
      "Found in {} runs, with {} each way between the last hop and the server and a server that "
      "answers at once.  The kernels and programs of both ends may be later than here: leave some "
      "seconds of margin.",
      advice.runs, print_duration(kServerLine))}});
  return blocks;
}

}  // namespace

Document describe_web_advice(const WebAdvice& advice) {
  return {[&advice] { return web_tree(advice); }, [&advice] { return web_blocks(advice); }};
}

}  // namespace stayalive
