// SPDX-License-Identifier: Apache-2.0
#include "report/run/servers.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "document/table.h"
#include "picture/admission_text.h"
#include "report/tenths.h"

namespace stayalive {
namespace {

Cell bad_if_any(std::uint64_t count) { return {count, count == 0 ? Tone::Plain : Tone::Bad}; }

// "of 2": how many it may have at once.
Value places_of(const ServingRules& rules) {
  if (rules.workers > 0) return rules.workers;
  if (rules.max_connections > 0) return rules.max_connections;
  return {};
}

Table servers_table() {
  return Table({Column::for_programs("scenario"), Column::of("SERVER", "server"),
                Column::of("PLACES", "places", Unit::Count),
                Column::of("SERVED AT ONCE", "most_served", Unit::Count),
                Column::of("ON AVERAGE", "mean_served"),
                Column::of("ACCEPTED", "server_accepted", Unit::Count),
                Column::of("WAITED", "server_waited", Unit::Count),
                Column::of("LONGEST WAIT", "server_longest_wait", Unit::Span),
                Column::of("WAITING AT ONCE", "most_waiting", Unit::Count).ranked(1),
                Column::of("SYNS DROPPED", "server_dropped_syns", Unit::Count),
                Column::for_programs("server_ignored", Unit::Count),
                Column::of("KEPT OUT", "server_kept_out", Unit::Count),
                Column::of("TURNED AWAY", "server_turned_away", Unit::Count).ranked(2),
                Column::for_programs("server_left_waiting", Unit::Count),
                Column::of("CLOSED IDLE", "server_closed_idle", Unit::Count).ranked(3)});
}

// For programs alone: people read the sentences.
Table admissions_table() {
  return Table({Column::for_programs("scenario"), Column::of("CALLS", "calls"),
                Column::of("AT", "at_server"), Column::of("ACCEPTED", "accepted", Unit::Count),
                Column::of("WAITED", "waited", Unit::Count),
                Column::of("LONGEST WAIT", "longest_wait", Unit::Span),
                Column::for_programs("waiting", Unit::Count),
                Column::of("LEFT", "left_waiting", Unit::Count).ranked(2),
                Column::of("SYNS DROPPED", "dropped_syns", Unit::Count),
                Column::for_programs("ignored", Unit::Count),
                Column::of("KEPT OUT", "kept_out", Unit::Count),
                Column::of("TURNED AWAY", "turned_away", Unit::Count).ranked(1),
                Column::for_programs("closed_idle", Unit::Count)});
}

void add_server(Table& table, const RunReport& report, const ServerReport& its) {
  const Admission& sums = its.sums;
  table.add({report.file,
             its.name,
             places_of(its.rules),
             its.figures.most_served,
             {tenths(its.mean_served()), in_tenths(its.mean_served())},
             sums.accepted,
             sums.waited,
             sums.longest_wait,
             its.figures.most_waiting,
             bad_if_any(sums.dropped_syns),
             sums.ignored,
             bad_if_any(its.kept_out),
             bad_if_any(sums.turned_away),
             sums.left_waiting,
             sums.closed_idle});
}

void add_admission(Table& table, const RunReport& report, const ConnectionReport& connection) {
  const AdmissionReport& its = *connection.admission;
  const Admission& figures = its.figures;
  table.add({report.file, connection.name, its.server, figures.accepted, figures.waited,
             figures.longest_wait, figures.waiting, figures.left_waiting,
             bad_if_any(figures.dropped_syns), figures.ignored, bad_if_any(its.kept_out),
             bad_if_any(figures.turned_away), figures.closed_idle});
}

}  // namespace

void add_servers(std::vector<Block>& blocks, const RunReport& report) {
  Table servers = servers_table();
  for (const ServerReport& server : report.servers) add_server(servers, report, server);
  if (servers.empty()) return;
  blocks.push_back(std::move(servers));
  blocks.push_back(Gap{});
  Table admissions = admissions_table();
  for (const ConnectionReport& connection : report.connections) {
    if (connection.admission) add_admission(admissions, report, connection);
  }
  if (admissions.empty()) return;
  blocks.push_back(std::move(admissions));
  blocks.push_back(Gap{});
  for (const ConnectionReport& connection : report.connections) {
    const std::string text = admission_text(connection);
    if (!text.empty()) blocks.push_back(Item{{connection.name + ": " + text}, 2, 4});
  }
}

Tree servers_tree(const std::vector<ServerReport>& servers) {
  Tree list = Tree::list();
  for (const ServerReport& its : servers) {
    const ServingRules& rules = its.rules;
    const auto some = [](std::uint32_t number) { return number == 0 ? Value() : Value(number); };
    list.add(Tree::record({{"name", its.name},
                           {"host", its.host},
                           {"profile", text_or_nothing(its.profile)},
                           {"workers", some(rules.workers)},
                           {"max_connections", some(rules.max_connections)},
                           {"backlog", rules.backlog},
                           {"served", its.served},
                           {"most_served", its.figures.most_served},
                           {"mean_served", tenths(its.mean_served())},
                           {"most_waiting", its.figures.most_waiting},
                           {"accepted", its.sums.accepted},
                           {"waited", its.sums.waited},
                           {"longest_wait", its.sums.longest_wait},
                           {"waiting", its.sums.waiting},
                           {"left_waiting", its.sums.left_waiting},
                           {"dropped_syns", its.sums.dropped_syns},
                           {"ignored", its.sums.ignored},
                           {"kept_out", its.kept_out},
                           {"turned_away", its.sums.turned_away},
                           {"closed_idle", its.sums.closed_idle}}));
  }
  return list;
}

Tree admission_tree(const ConnectionReport& connection) {
  if (!connection.admission) return nullptr;
  const AdmissionReport& its = *connection.admission;
  const Admission& figures = its.figures;
  return Tree::record({{"server", its.server},
                       {"accepted", figures.accepted},
                       {"waited", figures.waited},
                       {"longest_wait", figures.longest_wait},
                       {"waiting", figures.waiting},
                       {"left_waiting", figures.left_waiting},
                       {"dropped_syns", figures.dropped_syns},
                       {"ignored", figures.ignored},
                       {"kept_out", its.kept_out},
                       {"turned_away", figures.turned_away},
                       {"closed_idle", figures.closed_idle}});
}

}  // namespace stayalive
