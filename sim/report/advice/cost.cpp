// SPDX-License-Identifier: Apache-2.0
#include "report/advice/cost.h"

#include <utility>

#include "scenario/profiles/media.h"
#include "study/trials/medium_cost.h"

namespace stayalive {
namespace {

bool has_radio(const Medium& medium) { return medium.rules.tail_time > Duration::zero(); }

Value energy_of(const MediumCost& cost) {
  return cost.milliwatt_hours ? Value(*cost.milliwatt_hours) : Value();
}

Value share_of(const MediumCost& cost) {
  return cost.share_of_battery ? Value(*cost.share_of_battery) : Value();
}

Tree media_tree(const Cost& cost) {
  Tree media = Tree::record();
  for (const Medium* medium : builtin_media()) {
    const MediumCost on = cost_on(*medium, cost);
    media.set(medium->name, Tree::record({{"bytes", on.bytes},
                                          {"awake", on.awake},
                                          {"milliwatt_hours", energy_of(on)},
                                          {"share_of_battery", share_of(on)}}));
  }
  return media;
}

}  // namespace

Tree cost_tree(const Cost& cost) {
  return Tree::record({{"packets", cost.per_day(cost.packets)},
                       {"bytes", cost.per_day(cost.bytes)},
                       {"keepalives", cost.per_day(cost.keepalives)},
                       {"radio_wakeups", cost.per_day(cost.wakeups)},
                       {"radio_awake", cost.awake_per_day()},
                       {"media", media_tree(cost)}});
}

void add_media_columns(std::vector<Column>& columns) {
  for (const Medium* medium : builtin_media()) {
    columns.push_back(Column::for_programs(medium->name + "_bytes_per_day", Unit::Bytes));
    if (!has_radio(*medium)) continue;
    columns.push_back(Column::for_programs(medium->name + "_milliwatt_hours_per_day", Unit::Count));
    columns.push_back(Column::for_programs(medium->name + "_share_of_battery", Unit::Ratio));
  }
}

void add_media_cells(std::vector<Cell>& cells, const Cost* cost) {
  for (const Medium* medium : builtin_media()) {
    const MediumCost on = cost == nullptr ? MediumCost{} : cost_on(*medium, *cost);
    cells.emplace_back(cost == nullptr ? Value() : Value(on.bytes));
    if (!has_radio(*medium)) continue;
    cells.emplace_back(energy_of(on));
    cells.emplace_back(share_of(on));
  }
}

Table media_table(const std::vector<std::pair<std::string, const Cost*>>& connections) {
  Table table(
      {Column::for_people("STRATEGY"), Column::for_people("ON"),
       Column::for_people("BYTES/DAY", Unit::Bytes), Column::for_people("AWAKE/DAY", Unit::Span),
       Column::for_people("MWH/DAY", Unit::Count), Column::for_people("BATTERY/DAY", Unit::Ratio)});
  for (const auto& [label, cost] : connections) {
    bool first = true;
    for (const Medium* medium : builtin_media()) {
      const MediumCost on = cost_on(*medium, *cost);
      table.add({{first ? label : "", Tone::Strong},
                 medium->name,
                 on.bytes,
                 on.awake,
                 energy_of(on),
                 share_of(on)});
      first = false;
    }
  }
  return table;
}

std::string media_note() {
  std::string text =
      "BYTES/DAY: of whole frames at the client's line, both ways.  AWAKE/DAY: how long its radio "
      "is awake for them, and MWH/DAY what that takes, of a battery of 15 Wh; for comparisons, "
      "since it rests on:";
  for (const Medium* medium : builtin_media()) {
    for (const ValueSource& source : medium->sources)
      text += " " + medium->name + ", " + source.text() + ".";
  }
  return text;
}

}  // namespace stayalive
