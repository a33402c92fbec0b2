// SPDX-License-Identifier: Apache-2.0
#include "report/comparison_text.h"

#include <fmt/format.h>

#include "base/text.h"
#include "document/brief.h"
#include "picture/blame_text.h"
#include "report/notice_text.h"
#include "study/trials/confidence.h"

namespace stayalive {
namespace {

Table::Cell held_cell(const ComparisonRow& row, const Style& style) {
  const Tally& tally = row.tally;
  std::string text = tally.held == tally.runs ? "yes" : "no";
  if (row.chance) {
    const Interval likely = confidence(tally.held, tally.runs);
    text = fmt::format("{}/{} ({:.0f}-{:.0f} %)", tally.held, tally.runs, 100 * likely.low,
                       100 * likely.high);
  }
  if (tally.held == tally.runs) return {text, style.good(text)};
  return {text, tally.held == 0 ? style.bad(text) : style.warn(text)};
}

std::string pair(const std::array<Notice, 2>& notices) {
  return notice_text(notices[index(Role::Client)]) + " | " +
         notice_text(notices[index(Role::Server)]);
}

}  // namespace

void write_comparison_text(std::ostream& out, const Comparison& comparison, const Style& style) {
  out << "Through " << comparison.where << "; runs of " << print_duration(comparison.span)
      << "\n\n";
  Table table({"STRATEGY", "HELD", "DIED AFTER", "CRASH NOTICED", "BOX FORGETS", "PACKETS/DAY",
               "BYTES/DAY", "WAKE-UPS/DAY", "BLAME"});
  for (const ComparisonRow& row : comparison.rows) {
    const Cost& cost = row.tally.cost;
    table.add({{row.label, style.strong(row.label)},
               held_cell(row, style),
               {row.tally.died.count == 0 ? "-" : brief(row.tally.died.least), ""},
               {pair(row.detection.crash), ""},
               {blackhole_text(row.detection), ""},
               {std::to_string(cost.per_day(cost.packets)), ""},
               {std::to_string(cost.per_day(cost.bytes)), ""},
               {std::to_string(cost.per_day(cost.wakeups)), ""},
               {short_blame(row.tally.blame), ""}});
  }
  table.print(out, style);
  if (comparison.interrupted) out << style.warn("Interrupted: the rest is missing.\n");
  out << "\nCRASH NOTICED: how long at most until the client notices that the server's host has "
         "crashed, and\nthe other way round.  BOX FORGETS: how long at most the connection is dead "
         "after a box on the way\nhas lost its table.\n";
}

}  // namespace stayalive
