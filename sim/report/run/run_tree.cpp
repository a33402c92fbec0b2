// SPDX-License-Identifier: Apache-2.0
#include "report/run/run_tree.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/early_end.h"
#include "report/run/alternatives.h"
#include "report/run/blame_tree.h"
#include "report/run/closest_call_tree.h"
#include "report/run/links.h"
#include "report/run/population_tree.h"
#include "report/run/servers.h"
#include "report/run/session_tree.h"
#include "report/run/support_tree.h"
#include "report/run/warning.h"

namespace stayalive {
namespace {

Tree packets_tree(const SideCounters& counters) {
  Tree by_kind = Tree::record();
  for (std::size_t kind = 0; kind < kPacketKinds; ++kind) {
    if (counters.sent_by_kind[kind] == 0) continue;
    by_kind.set(name(static_cast<PacketKind>(kind)), counters.sent_by_kind[kind]);
  }
  return Tree::record({{"packets_sent", counters.packets_sent},
                       {"bytes_sent", counters.bytes_sent},
                       {"packets_received", counters.packets_received},
                       {"bytes_received", counters.bytes_received},
                       {"keepalives", counters.keepalives},
                       {"keepalive_answers", counters.keepalive_answers},
                       {"radio_wakeups", counters.wakeups},
                       {"packets_sent_by_kind", by_kind}});
}

Tree close_give_up_tree(const std::optional<CloseGiveUp>& wait) {
  if (!wait) return nullptr;
  return Tree::record({{"limit", wait->limit},
                       {"left", wait->left},
                       {"waited", wait->waited},
                       {"unanswered", wait->unanswered},
                       {"at", wait->at}});
}

// Each status that a proxy answered with at least once.
Tree errors_tree(const MessageCounters& messages) {
  Tree tree = Tree::record();
  for (std::size_t i = 0; i < messages.errors.size(); ++i) {
    if (messages.errors[i] > 0) tree.set(std::string(kErrorNames[i]), messages.errors[i]);
  }
  return tree;
}

Tree lost_requests_tree(const std::vector<LostRequestReport>& requests) {
  Tree list = Tree::list();
  for (const LostRequestReport& lost : requests) {
    list.add(Tree::record({{"number", lost.number},
                           {"asked_at", lost.asked_at},
                           {"at", lost.at},
                           {"hop", lost.hop},
                           {"peer", lost.peer},
                           {"why", name(lost.why)},
                           {"reused", lost.reused},
                           {"repeatable", lost.repeatable},
                           {"repeated", lost.repeated},
                           {"status", lost.status == 0 ? Value() : Value(lost.status)}}));
  }
  return list;
}

Tree side_tree(const SideReport& side) {
  Tree timeline = Tree::list();
  for (const Transition& transition : side.timeline) {
    timeline.add(Tree::record({{"at", transition.at}, {"outcome", name(transition.outcome)}}));
  }
  return Tree::record(
      {{"host", side.host},
       {"outcome", side.outcome ? Value(name(*side.outcome)) : Value()},
       {"opened_at", side.opened_at},
       {"forgotten_at", side.forgotten_at},
       {"noticed_at", side.noticed_at},
       {"times_forgotten", side.times_forgotten},
       {"reconnects", side.reconnects},
       {"losses", side.losses},
       {"blackhole", side.blackhole},
       {"error", side.error == SocketError::None ? Value() : Value(name(side.error))},
       {"message", text_or_nothing(side.message)},
       {"exit_code", side.exit_code},
       {"blame", blame_tree(side.blame)},
       {"timeline", timeline},
       {"close_give_up", close_give_up_tree(side.close_give_up)},
       {"messages", Tree::record({{"sent", side.messages.sent},
                                  {"delivered", side.messages.delivered},
                                  {"late", side.messages.late},
                                  {"lost", side.messages.lost},
                                  {"unsent", side.messages.unsent},
                                  {"asked", side.messages.asked},
                                  {"answered", side.messages.answered},
                                  {"errors", errors_tree(side.messages)},
                                  {"failed", side.messages.failed},
                                  {"repeated", side.messages.repeated},
                                  {"duplicate", side.messages.duplicate}})},
       {"packets", packets_tree(side.counters)}});
}

Tree supports_tree(const std::vector<Support>& supports) {
  Tree list = Tree::list();
  for (const Support& support : supports) list.add(support_tree(support));
  return list;
}

// Of a connection with TLS.
Tree tls_tree(const SideCounters& client) {
  return Tree::record({{"handshakes", client.tls_handshakes},
                       {"resumed", client.tls_resumed},
                       {"round_trips", client.tls_round_trips}});
}

Tree connection_tree(const ConnectionReport& connection) {
  Tree tree = Tree::record({{"name", connection.name},
                            {"strategy", connection.strategy},
                            {"transport", connection.transport},
                            {"outcome", name(connection.outcome)},
                            {"blame", blame_tree(connection.blame)},
                            {"closest_call", closest_call_tree(connection.closest_call)},
                            {"rests_on", supports_tree(connection.rests_on)},
                            {"lost_requests", lost_requests_tree(connection.lost_requests)},
                            {"client", side_tree(connection.sides[index(Role::Client)])},
                            {"server", side_tree(connection.sides[index(Role::Server)])}});
  if (connection.population) tree.set("population", population_tree(*connection.population));
  const SideCounters& client = connection.sides[index(Role::Client)].counters;
  if (client.tls_handshakes > 0) tree.set("tls", tls_tree(client));
  if (connection.session) tree.set("session", session_tree(*connection.session));
  if (connection.admission) tree.set("at_server", admission_tree(connection));
  if (!connection.ways.empty()) tree.set("ways", shares_tree(connection.ways));
  return tree;
}

Value verdict(const ExpectationReport& expectation) {
  return expectation.decided ? Value(expectation.holds) : Value();
}

Tree early_end_of(const RunReport& report) {
  Tree tree = early_end_tree(report.early_end);
  if (report.early_end) tree.set("planned", report.planned);
  return tree;
}

}  // namespace

Tree holds_tree(std::span<const RunReport> reports) {
  if (std::ranges::any_of(reports, &RunReport::fails)) return false;
  if (std::ranges::all_of(reports, &RunReport::holds)) return true;
  return nullptr;
}

Tree run_tree(const RunReport& report) {
  Tree connections = Tree::list();
  for (const ConnectionReport& connection : report.connections)
    connections.add(connection_tree(connection));
  Tree expectations = Tree::list();
  for (const ExpectationReport& expectation : report.expectations) {
    expectations.add(Tree::record({{"expect", expectation.text},
                                   {"pointer", expectation.pointer},
                                   {"holds", verdict(expectation)},
                                   {"found", expectation.found},
                                   {"blame", blame_tree(expectation.blame)}}));
  }
  Tree tree = Tree::record({{"scenario", text_or_nothing(report.file)},
                            {"title", report.title},
                            {"set", Tree::list_of(report.set)},
                            {"seed", report.seed},
                            {"duration", report.duration},
                            {"ended_early", early_end_of(report)},
                            {"events", report.events},
                            {"digest", fmt::format("{:016x}", report.digest)},
                            {"holds", holds_tree({&report, 1})}});
  tree.set("connections", std::move(connections));
  if (!report.links.empty()) tree.set("links", links_tree(report.links));
  if (!report.servers.empty()) tree.set("servers", servers_tree(report.servers));
  if (!report.alternatives.empty())
    tree.set("alternatives", alternatives_tree(report.alternatives));
  tree.set("expectations", std::move(expectations));
  tree.set("warnings", warnings_tree(report.warnings));
  return tree;
}

}  // namespace stayalive
