// SPDX-License-Identifier: Apache-2.0
#include "report/suite_text.h"

#include <fmt/format.h>

#include "base/text.h"
#include "document/place.h"
#include "picture/blame_text.h"

namespace stayalive {
namespace {

std::string when(TimePoint at) {
  return print_duration(std::chrono::round<std::chrono::milliseconds>(at.time_since_epoch()));
}

// "1 scenario", "2 scenarios".
std::string counted(std::size_t count, const char* noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string outcome_of(const SideReport& side) {
  return side.outcome ? std::string(name(*side.outcome)) : "never began";
}

void write_failures(std::ostream& out, const RunReport& report, const Style& style) {
  for (const ExpectationReport& expectation : report.expectations) {
    if (expectation.holds) continue;
    out << "      " << style.faint(place(report.file, expectation.line, expectation.column)) << '\n'
        << style.good("      - expected: " + expectation.text) << '\n'
        << style.bad("      + found:    " + expectation.found) << '\n';
  }
}

void write_item(std::ostream& out, const SuiteItem& item, const Style& style) {
  switch (item.status()) {
    case SuiteStatus::Holds:
      out << style.good("ok   ") << ' ' << item.file
          << style.faint(fmt::format(" ({})", item.report->expectations.size())) << '\n';
      break;
    case SuiteStatus::Fails:
      out << style.bad("FAIL ") << ' ' << item.file
          << fmt::format(" ({} of {})", item.failed(), item.report->expectations.size()) << '\n';
      write_failures(out, *item.report, style);
      break;
    case SuiteStatus::NoExpectations:
      out << style.warn("-    ") << ' ' << item.file << ": no expectations\n";
      break;
    case SuiteStatus::Wrong:
      out << style.bad("ERROR") << ' ' << item.file << ": "
          << counted(item.errors.size(), "mistake") << '\n';
      break;
  }
}

std::string summary(const Suite& suite) {
  const std::size_t hold = suite.count(SuiteStatus::Holds);
  const std::size_t fail = suite.count(SuiteStatus::Fails);
  const std::size_t without = suite.count(SuiteStatus::NoExpectations);
  const std::size_t wrong = suite.count(SuiteStatus::Wrong);
  std::string text =
      fmt::format("{}: {} hold{}, {} fail{}", counted(suite.items.size(), "scenario"), hold,
                  hold == 1 ? "s" : "", fail, fail == 1 ? "s" : "");
  if (without > 0) {
    text += fmt::format(", {} without expectations", without);
  }
  if (wrong > 0) text += fmt::format(", {} cannot be run", wrong);
  text += fmt::format("; {}, {} failed", counted(suite.expectations(), "expectation"),
                      suite.failed_expectations());
  if (!suite.skipped.empty()) {
    text += "; " + counted(suite.skipped.size(), "other JSON file") + " skipped";
  }
  return text;
}

std::string holds_or_fails(bool holds) { return holds ? "holds" : "fails"; }

void write_connection(std::ostream& out, const ConnectionChange& change, const Style& style) {
  out << "      " << change.name << '\n'
      << style.faint("      - was: " + (change.was ? in_one_line(*change.was) : "not there"))
      << '\n'
      << "      + now: " << (change.now ? in_one_line(*change.now) : "gone") << '\n';
}

}  // namespace

std::string in_one_line(const ConnectionReport& connection) {
  const SideReport& client = connection.sides[index(Role::Client)];
  const SideReport& server = connection.sides[index(Role::Server)];
  std::string text = client.outcome == server.outcome
                         ? outcome_of(client)
                         : "client " + outcome_of(client) + ", server " + outcome_of(server);
  const std::optional<TimePoint>& client_forgotten = client.forgotten_at;
  const std::optional<TimePoint>& server_forgotten = server.forgotten_at;
  if (client_forgotten && client_forgotten == server_forgotten) {
    text += "; forgotten at " + when(*client_forgotten);
  } else {
    if (client_forgotten) text += "; client forgotten at " + when(*client_forgotten);
    if (server_forgotten) text += "; server forgotten at " + when(*server_forgotten);
  }
  if (client.noticed_at) text += "; client noticed at " + when(*client.noticed_at);
  if (server.noticed_at) text += "; server noticed at " + when(*server.noticed_at);
  const std::string blame = short_blame(connection.blame);
  return blame.empty() ? text : text + "; blame " + blame;
}

void write_suite_text(std::ostream& out, const Suite& suite, const Style& style) {
  for (const SuiteItem& item : suite.items) write_item(out, item, style);
  out << '\n' << summary(suite) << '\n';
}

void write_changes_text(std::ostream& out, const Changes& changes, const Style& style) {
  std::size_t changed = 0;
  std::size_t added = 0;
  std::size_t gone = 0;
  out << "\nSince " << changes.baseline << ":\n";
  for (const ScenarioChange& change : changes.scenarios) {
    if (!change.held) {
      ++added;
      out << style.warn("new     ") << ' ' << change.file << '\n';
      continue;
    }
    if (!change.holds) {
      ++gone;
      out << style.warn("gone    ") << ' ' << change.file << '\n';
      continue;
    }
    ++changed;
    out << style.warn("changed ") << ' ' << change.file;
    if (change.held != change.holds) {
      out << ": was: " << holds_or_fails(*change.held)
          << ", now: " << holds_or_fails(*change.holds);
    }
    out << '\n';
    for (const ConnectionChange& connection : change.connections) {
      write_connection(out, connection, style);
    }
  }
  out << fmt::format("{} compared: {} changed; {} new, {} gone\n",
                     counted(changes.compared, "scenario"), changed, added, gone);
}

}  // namespace stayalive
