// SPDX-License-Identifier: Apache-2.0
#include "report/sweep_csv.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "document/csv.h"
#include "picture/blame_text.h"
#include "study/trials/confidence.h"

namespace stayalive {
namespace {

std::string seconds(bool known, Duration span) { return known ? print_seconds(span) : ""; }

// Of a single run nothing can be said.
std::string bound(const Tally& tally, double probability) {
  return tally.runs > 1 ? fmt::format("{:.4f}", probability) : "";
}

void add_side(std::vector<std::string>& fields, const Tally& tally, Role role) {
  for (const std::uint64_t count : tally.outcomes[index(role)]) {
    fields.push_back(std::to_string(count));
  }
  const SpanStatistics& noticed = tally.noticed[index(role)];
  fields.push_back(seconds(noticed.count > 0, noticed.mean()));
  fields.push_back(std::to_string(tally.never_noticed[index(role)]));
}

std::vector<std::string> row(const Tally& tally) {
  const Interval interval = confidence(tally.held, tally.runs);
  const bool died = tally.died.count > 0;
  const Cost& cost = tally.cost;
  std::vector<std::string> fields{tally.name,
                                  std::to_string(tally.runs),
                                  std::to_string(tally.held),
                                  bound(tally, interval.low),
                                  bound(tally, interval.high),
                                  seconds(died, tally.died.least),
                                  seconds(died, tally.blackhole.most)};
  for (const Role role : {Role::Client, Role::Server}) add_side(fields, tally, role);
  for (const std::uint64_t count : {cost.keepalives, cost.packets, cost.bytes, cost.wakeups}) {
    fields.push_back(std::to_string(cost.per_day(count)));
  }
  fields.push_back(died ? short_blame(tally.blame) : "");
  fields.push_back(tally.failed_seed ? std::to_string(*tally.failed_seed) : "");
  return fields;
}

}  // namespace

void write_sweep_csv(std::ostream& out, const Sweep& sweep) {
  std::vector<std::string> titles;
  for (const Axis& axis : sweep.axes) titles.push_back(axis.path);
  for (const char* title :
       {"connection", "runs", "held", "held_low", "held_high", "died_after", "blackhole"}) {
    titles.emplace_back(title);
  }
  for (const char* side : {"client", "server"}) {
    for (const std::string_view outcome : kOutcomeNames) {
      titles.push_back(fmt::format("{}_{}", side, outcome));
    }
    titles.push_back(fmt::format("{}_noticed_after", side));
    titles.push_back(fmt::format("{}_never_noticed", side));
  }
  for (const char* title : {"keepalives_per_day", "packets_per_day", "bytes_per_day",
                            "radio_wakeups_per_day", "blame", "failed_seed"}) {
    titles.emplace_back(title);
  }
  write_csv_row(out, titles);
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    const std::vector<std::size_t> place = sweep.place(i);
    for (const Tally& tally : sweep.points[i].connections) {
      std::vector<std::string> fields;
      for (std::size_t axis = 0; axis < place.size(); ++axis) {
        fields.push_back(label(sweep.axes[axis].values[place[axis]]));
      }
      for (std::string& text : row(tally)) fields.push_back(std::move(text));
      write_csv_row(out, fields);
    }
  }
}

}  // namespace stayalive
