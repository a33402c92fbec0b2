// SPDX-License-Identifier: Apache-2.0
#include "report/text.h"

#include <fmt/format.h>

#include <sstream>

#include "base/text.h"
#include "document/brief.h"
#include "picture/blame_text.h"
#include "report/population_text.h"

namespace stayalive {
namespace {

std::string when(const std::optional<TimePoint>& at) {
  return at ? brief(at->time_since_epoch()) : "-";
}

Table::Cell outcome_cell(const SideReport& side, const Style& style) {
  if (!side.outcome) return {"-", ""};
  const std::string text(name(*side.outcome));
  switch (*side.outcome) {
    case Outcome::Alive:
      // Alive now, but not all the time.
      if (side.times_forgotten > 0 || side.reconnects > 0) {
        const std::string gaps =
            text + fmt::format(" ({}x lost)", std::max(side.times_forgotten, side.reconnects));
        return {gaps, style.warn(gaps)};
      }
      return {text, style.good(text)};
    case Outcome::Remapped:
      return {text, style.warn(text)};
    case Outcome::Closed:
      return {text, ""};
    default:
      return {text, style.bad(text)};
  }
}

std::string noticed(const SideReport& side) {
  const bool dead = side.outcome && *side.outcome == Outcome::Forgotten;
  if (!side.noticed_at) return dead ? "never" : "-";
  return when(side.noticed_at);
}

// When first, and how often where more than once.
std::string forgotten_cell(const SideReport& client, const SideReport& server) {
  const SideReport& first = client.forgotten_at ? client : server;
  const std::uint32_t times = std::max(client.times_forgotten, server.times_forgotten);
  return when(first.forgotten_at) + (times > 1 ? fmt::format(" ({}x)", times) : "");
}

std::string ratio(const MessageCounters& messages) {
  if (messages.sent + messages.unsent == 0) return "-";
  std::string text = fmt::format("{}/{}", messages.delivered, messages.sent);
  if (messages.late > 0) text += fmt::format(" ({} late)", messages.late);
  if (messages.unsent > 0) text += fmt::format(" +{} unsent", messages.unsent);
  return text;
}

// Words in lines of at most `width` letters (bytes), each line ended.
std::string wrapped(const std::string& text, std::size_t width) {
  std::string lines;
  std::size_t column = 0;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (column > 0 && column + 1 + word.size() > width) {
      lines += '\n';
      column = 0;
    }
    if (column > 0) lines += ' ';
    lines += word;
    column += word.size() + (column > 0 ? 1 : 0);
  }
  return lines + "\n";
}

// What both sides have to say, the client first; once when it is the same nothing.
std::string pair(const std::string& client, const std::string& server) {
  return client == "-" && server == "-" ? "-" : client + " | " + server;
}

void last_words(std::ostream& out, const ConnectionReport& connection) {
  for (const Role role : {Role::Client, Role::Server}) {
    const SideReport& side = connection.sides[index(role)];
    if (side.message.empty()) continue;
    out << fmt::format("  {} {}: {}\n", connection.name, name(role), side.message);
  }
}

}  // namespace

void write_text(std::ostream& out, const RunReport& report, const Style& style) {
  if (!report.title.empty()) out << style.strong(report.title) << '\n';
  if (!report.lesson.empty()) out << wrapped(report.lesson, 100);
  out << fmt::format("{} simulated, seed {}, digest {:016x}\n\n", print_duration(report.duration),
                     report.seed, report.digest);
  Table table({"CONNECTION", "CLIENT", "SERVER", "FORGOTTEN", "NOTICED", "BLACKHOLE", "KEEPALIVES",
               "DELIVERED", "BLAME"});
  bool any = false;
  for (const ConnectionReport& connection : report.connections) {
    if (connection.population) continue;
    any = true;
    const SideReport& client = connection.sides[index(Role::Client)];
    const SideReport& server = connection.sides[index(Role::Server)];
    table.add({{connection.name, ""},
               outcome_cell(client, style),
               outcome_cell(server, style),
               {forgotten_cell(client, server), ""},
               {pair(noticed(client), noticed(server)), ""},
               {brief(std::max(client.blackhole, server.blackhole)), ""},
               {fmt::format("{}+{}", client.counters.keepalives, server.counters.keepalives), ""},
               {pair(ratio(client.messages), ratio(server.messages)), ""},
               {short_blame(connection.blame), ""}});
  }
  if (any) {
    table.print(out, style);
    out << '\n';
  }
  write_populations(out, report, style);
  for (const ConnectionReport& connection : report.connections) last_words(out, connection);
  for (const ExpectationReport& expectation : report.expectations) {
    if (expectation.holds) {
      out << style.good("  holds  ") << expectation.text << '\n';
    } else {
      out << style.bad("  FAILS  ") << expectation.text << "\n         found: " << expectation.found
          << '\n';
    }
  }
}

}  // namespace stayalive
