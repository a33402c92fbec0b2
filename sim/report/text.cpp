// SPDX-License-Identifier: Apache-2.0
#include "report/text.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/story.h"

namespace stayalive {
namespace {

std::string when(const std::optional<TimePoint>& at) {
  if (!at) return "-";
  // To the millisecond; the JSON result has every digit.
  const auto rounded = std::chrono::round<std::chrono::milliseconds>(at->time_since_epoch());
  return print_duration(rounded);
}

std::string span(Duration duration) {
  return print_duration(std::chrono::round<std::chrono::milliseconds>(duration));
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

std::string ratio(const MessageCounters& messages) {
  if (messages.sent + messages.unsent == 0) return "-";
  std::string text = fmt::format("{}/{}", messages.delivered, messages.sent);
  if (messages.late > 0) text += fmt::format(" ({} late)", messages.late);
  if (messages.unsent > 0) text += fmt::format(" +{} unsent", messages.unsent);
  return text;
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
  if (!report.lesson.empty()) out << report.lesson << '\n';
  out << fmt::format("{} simulated, seed {}, digest {:016x}\n\n", print_duration(report.duration),
                     report.seed, report.digest);
  Table table({"CONNECTION", "CLIENT", "SERVER", "FORGOTTEN", "CLIENT NOTICED", "SERVER NOTICED",
               "BLACKHOLE", "KEEPALIVES", "DELIVERED >", "DELIVERED <", "BLAME"});
  for (const ConnectionReport& connection : report.connections) {
    const SideReport& client = connection.sides[index(Role::Client)];
    const SideReport& server = connection.sides[index(Role::Server)];
    const std::optional<TimePoint>& forgotten =
        client.forgotten_at ? client.forgotten_at : server.forgotten_at;
    table.add({{connection.name, ""},
               outcome_cell(client, style),
               outcome_cell(server, style),
               {when(forgotten), ""},
               {noticed(client), ""},
               {noticed(server), ""},
               {span(std::max(client.blackhole, server.blackhole)), ""},
               {fmt::format("{}+{}", client.counters.keepalives, server.counters.keepalives), ""},
               {ratio(client.messages), ""},
               {ratio(server.messages), ""},
               {short_blame(connection.blame), ""}});
  }
  table.print(out, style);
  out << '\n';
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
