// SPDX-License-Identifier: Apache-2.0
#include "report/run/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "document/brief.h"
#include "document/not_yet.h"
#include "picture/blame_text.h"
#include "picture/failure_reason.h"
#include "picture/lost_request_text.h"
#include "picture/margin_text.h"
#include "picture/support_text.h"
#include "report/both_sides.h"
#include "report/early_end.h"
#include "report/run/alternatives.h"
#include "report/run/links.h"
#include "report/run/population.h"
#include "report/run/run_tree.h"
#include "report/run/servers.h"
#include "report/run/session.h"
#include "report/run/warning.h"
#include "report/run/weakest.h"
#include "run/support.h"

namespace stayalive {
namespace {

Cell outcome_cell(const SideReport& side) {
  if (!side.outcome) return Value();
  const std::string text(name(*side.outcome));
  switch (*side.outcome) {
    case Outcome::Alive: {
      const std::uint32_t losses = std::max(side.times_forgotten, side.losses);
      // Alive now, but not all the time.
      if (losses > 0) return {text, fmt::format("{} ({}x lost)", text, losses), Tone::Warn};
      if (side.reconnects > 0)
        return {text, fmt::format("{} (opened {}x)", text, side.reconnects + 1), Tone::Good};
      return {text, Tone::Good};
    }
    case Outcome::Remapped:
      return {text, Tone::Warn};
    case Outcome::Closed:
      return text;
    default:
      return {text, Tone::Bad};
  }
}

// end: of the run.
std::string noticed_at(const SideReport& side, TimePoint end) {
  const bool dead = side.outcome && *side.outcome == Outcome::Forgotten;
  if (!side.noticed_at) return dead ? not_by(end) : "-";
  return brief(side.noticed_at->time_since_epoch());
}

// When first, and how often where more than once.
Cell forgotten_cell(const std::optional<TimePoint>& first, std::uint32_t times) {
  if (!first || times <= 1) return Value(first);
  return {*first, fmt::format("{} ({}x)", brief(first->time_since_epoch()), times)};
}

std::string delivered_of(const MessageCounters& messages) {
  if (messages.sent + messages.unsent == 0) return "-";
  std::string text = fmt::format("{}/{}", messages.delivered, messages.sent);
  if (messages.late > 0) text += fmt::format(" ({} late)", messages.late);
  if (messages.unsent > 0) text += fmt::format(" +{} unsent", messages.unsent);
  for (std::size_t i = 0; i < messages.errors.size(); ++i) {
    if (messages.errors[i] > 0) text += fmt::format(", {}x {}", messages.errors[i], kErrorNames[i]);
  }
  return text;
}

// People see nothing where a box forgot it all the same.
Cell closest_call_cell(const ConnectionReport& connection) {
  if (!connection.closest_call) return Value();
  const ClosestCall* margin = margin_of(connection);
  if (margin == nullptr) return {connection.closest_call->left, "-"};
  return margin_cell(margin);
}

// Not where a warning says it, too.
void add_slip_warning(std::vector<Block>& blocks, const RunReport& report,
                      const ConnectionReport& connection) {
  const ClosestCall* margin = margin_of(connection);
  if (std::ranges::count(report.warnings, connection.name, &Warning::held_barely) > 0) return;
  if (margin == nullptr || !margin->within_slip()) return;
  blocks.push_back(Item{{{connection.name + " " + slip_warning(*margin), Tone::Warn}}, 2, 4});
}

std::string in_one_field(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : "; ") + text;
  return all;
}

Table connections_table() {
  std::vector<Column> columns{Column::for_programs("scenario"),
                              Column::of("CONNECTION", "connection"),
                              Column::of("CLIENT", "client_outcome"),
                              Column::of("SERVER", "server_outcome"),
                              Column::of("FORGOTTEN", "forgotten_at", Unit::Instant).ranked(1),
                              Column::for_programs("times_forgotten", Unit::Count),
                              Column::for_people("NOTICED").ranked(2),
                              Column::for_programs("client_noticed_at", Unit::Instant),
                              Column::for_programs("server_noticed_at", Unit::Instant),
                              Column::of("CLOSEST CALL", "closest_call", Unit::Span).ranked(2),
                              Column::for_programs("closest_call_box"),
                              Column::for_programs("closest_call_timer"),
                              Column::for_programs("closest_call_status"),
                              Column::of("BLACKHOLE", "blackhole", Unit::Span).ranked(3),
                              Column::for_people("KEEPALIVES").ranked(5),
                              Column::for_people("DELIVERED").ranked(4),
                              Column::of("BLAME", "blame").wrapping(24).below_if_narrower()};
  for (const std::string side : {"client", "server"}) {
    for (const char* count :
         {"keepalives", "messages_sent", "messages_delivered", "messages_late", "messages_lost",
          "messages_unsent", "messages_answered", "messages_errors"}) {
      columns.push_back(Column::for_programs(side + "_" + count, Unit::Count));
    }
    columns.push_back(Column::for_programs(side + "_close_give_up", Unit::Span));
  }
  columns.push_back(Column::for_programs("ended_early"));
  for (const char* more : {"weakest_value", "weakest_status", "set", "warnings"})
    columns.push_back(Column::for_programs(more));
  return Table(std::move(columns));
}

void add_connection(Table& table, const RunReport& report, const ConnectionReport& connection) {
  const TimePoint end = later(kStart, report.duration);
  const SideReport& client = connection.sides[index(Role::Client)];
  const SideReport& server = connection.sides[index(Role::Server)];
  const SideReport& first = client.forgotten_at ? client : server;
  const std::uint32_t times = std::max(client.times_forgotten, server.times_forgotten);
  const std::optional<ClosestCall>& closest = connection.closest_call;
  std::vector<Cell> cells{
      report.file,
      connection.name,
      outcome_cell(client),
      outcome_cell(server),
      forgotten_cell(first.forgotten_at, times),
      times,
      both_sides(noticed_at(client, end), noticed_at(server, end)),
      client.noticed_at,
      server.noticed_at,
      closest_call_cell(connection),
      closest ? Value(closest->who) : Value(),
      closest ? Value(closest->timer) : Value(),
      closest ? Value(std::string(name(closest->status))) : Value(),
      std::max(client.blackhole, server.blackhole),
      fmt::format("{}+{}", client.counters.keepalives, server.counters.keepalives),
      both_sides(delivered_of(client.messages), delivered_of(server.messages)),
      short_blame(connection.blame)};
  for (const SideReport* side : {&client, &server}) {
    const MessageCounters& messages = side->messages;
    for (const std::uint64_t count :
         {side->counters.keepalives, messages.sent, messages.delivered, messages.late,
          messages.lost, messages.unsent, messages.answered, messages.refused()}) {
      cells.emplace_back(count);
    }
    cells.emplace_back(side->close_give_up ? Value(side->close_give_up->left) : Value());
  }
  cells.emplace_back(early_end_value(report.early_end));
  const Support* least_sure = weakest(connection.rests_on);
  cells.emplace_back(weakest_value(least_sure));
  cells.emplace_back(weakest_status(least_sure));
  cells.emplace_back(text_or_nothing(in_one_field(report.set)));
  std::vector<std::string> warnings;
  for (const Warning& warning : report.warnings) warnings.push_back(warning.text);
  cells.emplace_back(text_or_nothing(in_one_field(warnings)));
  table.add(std::move(cells));
}

// What rests on the same values is told once.
void add_supports(std::vector<Block>& blocks, const RunReport& report) {
  std::vector<std::pair<std::string, std::string>> told;  // the sentence, and of whom
  for (const ConnectionReport& connection : report.connections) {
    const std::string text = support_sentence(connection.rests_on);
    if (text.empty()) continue;
    const auto same = std::ranges::find(told, text, &std::pair<std::string, std::string>::first);
    if (same == told.end()) {
      told.emplace_back(text, connection.name);
    } else {
      same->second += ", " + connection.name;
    }
  }
  for (const auto& [text, names] : told) blocks.push_back(Item{{names + ": " + text}, 2, 4});
}

void add_lost_requests(std::vector<Block>& blocks, const ConnectionReport& connection) {
  constexpr std::size_t kTold = 3;
  for (const std::string& sentence : lost_request_sentences(connection, kTold))
    blocks.push_back(Item{{sentence}, 2, 4});
}

void add_last_words(std::vector<Block>& blocks, const ConnectionReport& connection) {
  for (const Role role : {Role::Client, Role::Server}) {
    const SideReport& side = connection.sides[index(role)];
    if (side.message.empty()) continue;
    const std::string text = fmt::format("{} {}: {}", connection.name, name(role), side.message);
    blocks.push_back(Item{{text}, 2, 4});
  }
}

void add_expectation(std::vector<Block>& blocks, const ExpectationReport& expectation) {
  constexpr std::size_t kText = 9;
  const Phrase verdict = !expectation.decided ? Phrase("open ", Tone::Warn)
                         : expectation.holds  ? Phrase("holds", Tone::Good)
                                              : Phrase("FAILS", Tone::Bad);
  blocks.push_back(Item{{verdict, "  " + expectation.text}, 2, kText});
  if (expectation.decided && !expectation.holds) {
    blocks.push_back(Item{{"found: " + expectation.found}, kText, kText + 2});
    const std::string reason = failure_reason(expectation);
    if (!reason.empty()) blocks.push_back(Item{{"because: " + reason}, kText, kText + 2});
  }
}

void add_run(std::vector<Block>& blocks, const RunReport& report) {
  if (!report.title.empty()) blocks.push_back(Heading{{{report.title, Tone::Strong}}});
  if (!report.lesson.empty()) blocks.push_back(Paragraph{{report.lesson}});
  blocks.push_back(
      Line{{fmt::format("{} simulated, seed {}, digest {:016x}", print_duration(report.duration),
                        report.seed, report.digest)}});
  if (report.early_end) blocks.push_back(Line{{early_end_phrase(report)}});
  blocks.push_back(Gap{});
  add_run_body(blocks, report);
}

}  // namespace

void add_run_body(std::vector<Block>& blocks, const RunReport& report) {
  Table table = connections_table();
  for (const ConnectionReport& connection : report.connections) {
    if (!connection.population) add_connection(table, report, connection);
  }
  if (!table.empty()) {
    blocks.push_back(std::move(table));
    blocks.push_back(Gap{});
  }
  add_populations(blocks, report);
  add_sessions(blocks, report);
  add_servers(blocks, report);
  add_links(blocks, report);
  add_alternatives(blocks, report);
  for (const ConnectionReport& connection : report.connections)
    add_slip_warning(blocks, report, connection);
  add_supports(blocks, report);
  for (const ConnectionReport& connection : report.connections)
    add_lost_requests(blocks, connection);
  for (const ConnectionReport& connection : report.connections) add_last_words(blocks, connection);
  for (const ExpectationReport& expectation : report.expectations) {
    add_expectation(blocks, expectation);
  }
  for (const Warning& warning : report.warnings) add_warning(blocks, report.file, warning, 2);
}

Document describe_runs(std::span<const RunReport> reports) {
  const auto data = [reports] {
    Tree runs = Tree::list();
    for (const RunReport& report : reports) runs.add(run_tree(report));
    Tree tree = Tree::record(
        {{"format", "stayalive-result"}, {"version", 1}, {"holds", holds_tree(reports)}});
    tree.set("runs", std::move(runs));
    return tree;
  };
  const auto blocks = [reports] {
    std::vector<Block> all;
    for (const RunReport& report : reports) {
      if (!all.empty()) all.push_back(Gap{});
      add_run(all, report);
    }
    return all;
  };
  return {data, blocks};
}

}  // namespace stayalive
