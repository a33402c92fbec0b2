// SPDX-License-Identifier: Apache-2.0
#include "report/run/session.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "document/brief.h"
#include "picture/blame_text.h"
#include "report/counted.h"

namespace stayalive {
namespace {

Table sessions_table() {
  return Table(
      {Column::for_programs("scenario"), Column::of("CONNECTIONS OF", "connections_of"),
       Column::of("OPENED", "opened", Unit::Count),
       Column::for_programs("last_opened_at", Unit::Instant),
       Column::of("REQUESTS", "requests", Unit::Count),
       Column::of("ANSWERED", "answered", Unit::Count), Column::of("FAILED", "failed", Unit::Count),
       Column::of("REPEATED", "repeated", Unit::Count).ranked(2),
       Column::of("CHECKS", "checks", Unit::Count).ranked(3),
       Column::of("LAST CLOSED", "last_closed_at", Unit::Instant), Column::of("BY", "closed_by"),
       Column::of("BLAME", "blame").wrapping(16).ranked(1)});
}

Cell bad_count(std::uint64_t count) { return {count, count == 0 ? Tone::Plain : Tone::Bad}; }

void add_total(Table& table, const RunReport& report, const ConnectionReport& connection) {
  const SessionReport& session = *connection.session;
  const PlaceFigures& sums = session.sums;
  table.add({report.file, connection.name, sums.opened, Value(), sums.carried, sums.answered,
             bad_count(sums.failed + session.figures.failed_waiting), sums.repeated, sums.checks,
             Value(), Value(), short_blame(connection.blame)});
}

void add_place(Table& table, const RunReport& report, const PlaceReport& place) {
  const PlaceFigures& its = place.figures;
  const bool ended = its.ended_by != SocketEnd::None;
  table.add({report.file, place.name, its.opened, its.opened > 0 ? Value(its.opened_at) : Value(),
             its.carried, its.answered, bad_count(its.failed), its.repeated, its.checks,
             ended ? Value(its.ended_at) : Value(), ended ? Value(name(its.ended_by)) : Value(),
             short_blame(place.blame)});
}

std::string waits_of(const SessionReport& session) {
  const SessionFigures& figures = session.figures;
  std::string text = fmt::format("{} open at most, {} at the end", figures.most_open, session.open);
  if (figures.waited > 0)
    text += fmt::format("; {} waited for a connection, {} at most",
                        counted(figures.waited, "request"), brief(figures.longest_wait));
  if (figures.failed_waiting > 0)
    text += fmt::format("; {} got none", counted(figures.failed_waiting, "request"));
  if (figures.refused > 0)
    text += fmt::format("; {} to open one in vain", counted(figures.refused, "attempt"));
  if (figures.checks_failed > 0)
    text += fmt::format("; {} failed", counted(figures.checks_failed, "check"));
  return text;
}

// "page: loaded in 1.2s; 6 connections for 27 requests, 21 of them on a used one, ..."
std::string page_line(const ConnectionReport& connection) {
  const SessionReport& session = *connection.session;
  const PageFigures& pages = session.figures.pages;
  const SideCounters& client = connection.sides[index(Role::Client)].counters;
  std::string text = pages.loaded == 1
                         ? fmt::format("loaded in {}", brief(pages.first_load))
                         : fmt::format("loaded {} of {} times", pages.loaded, pages.begun);
  if (pages.loaded > 1)
    text +=
        fmt::format(", at first in {}, in the mean in {}, at most in {}", brief(pages.first_load),
                    brief(session.mean_load()), brief(pages.longest_load));
  if (pages.failed > 0) text += fmt::format("; {} failed", counted(pages.failed, "load"));
  if (pages.missed > 0)
    text += fmt::format("; {} not begun in time", counted(pages.missed, "load"));
  return text + fmt::format("; {} for {}, {} of them on a used one; {}, {} bytes",
                            counted(session.sums.opened, "handshake"),
                            counted(session.sums.carried, "request"), session.reused(),
                            counted(session.round_trips(), "round trip"),
                            client.bytes_sent + client.bytes_received);
}

// "TLS: 6 handshakes, 5 of them resumed".
void add_tls(std::vector<Block>& blocks, const ConnectionReport& connection) {
  const SideCounters& client = connection.sides[index(Role::Client)].counters;
  if (client.tls_handshakes == 0) return;
  blocks.push_back(
      Item{{fmt::format("{}: TLS: {}, {} of them resumed; {}", connection.name,
                        counted(client.tls_handshakes, "handshake"), client.tls_resumed,
                        counted(client.tls_round_trips, "round trip"))},
           2,
           4});
}

}  // namespace

void add_sessions(std::vector<Block>& blocks, const RunReport& report) {
  Table table = sessions_table();
  for (const ConnectionReport& connection : report.connections) {
    if (!connection.session) continue;
    add_total(table, report, connection);
    for (const PlaceReport& place : connection.session->places) add_place(table, report, place);
  }
  if (!table.empty()) {
    blocks.push_back(std::move(table));
    blocks.push_back(Gap{});
  }
  for (const ConnectionReport& connection : report.connections) {
    add_tls(blocks, connection);
    if (!connection.session) continue;
    if (connection.session->page)
      blocks.push_back(Item{{connection.name + ": " + page_line(connection)}, 2, 4});
    blocks.push_back(Item{{connection.name + ": " + waits_of(*connection.session)}, 2, 4});
  }
}

}  // namespace stayalive
