// SPDX-License-Identifier: Apache-2.0
#include "report/run/alternatives.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "document/brief.h"
#include "document/table.h"
#include "report/both_sides.h"

namespace stayalive {
namespace {

constexpr std::size_t kChangesTold = 12;  // changes of a group, for people

Table changes_table() {
  return Table({Column::for_programs("scenario"), Column::of("GROUP", "alternatives"),
                Column::of("AT", "changed_at", Unit::Instant), Column::of("END", "end").ranked(2),
                Column::of("FROM", "from_way"), Column::of("TO", "to_way"),
                Column::of("NOTICED", "noticed_at", Unit::Instant),
                Column::of("SINCE", "since", Unit::Instant).ranked(1),
                Column::of("TOOK", "took", Unit::Span), Column::of("WHY", "why").wrapping(24)});
}

std::string why(const WayChangeReport& change) {
  if (change.false_alarm()) return "false alarm: nothing was down";
  if (change.culprit.empty()) return "a better way is up";
  return change.culprit + (change.back ? " is back" : " is down");
}

void add_changes(Table& table, const RunReport& report, const AlternativesReport& its) {
  std::size_t told = 0;
  for (const WayChangeReport& change : its.changes) {
    if (++told > kChangesTold) break;
    const auto took = change.took();
    table.add({report.file,
               its.name,
               change.at,
               name(change.end),
               change.from,
               change.to,
               change.noticed_at,
               change.since ? Value(*change.since) : Value(),
               took ? Value(*took) : Value(),
               {why(change), change.false_alarm() ? Tone::Bad : Tone::Plain}});
  }
}

std::string of_both(const WayReport& way, std::uint64_t Watcher::Figures::*figure) {
  const auto& [internal, external] = way.watchers;
  const auto text = [figure](const std::optional<Watcher::Figures>& its) {
    return its ? fmt::format("{}", (*its).*figure) : std::string("-");
  };
  return external ? both_sides(text(internal), text(external)) : text(internal);
}

Table ways_table(const RunReport& report) {
  Table table({Column::for_programs("scenario"), Column::of("GROUP", "alternatives"),
               Column::of("WAY", "way"), Column::for_people("PROBES"),
               Column::for_people("CAME BACK").ranked(1), Column::for_people("MISSED"),
               Column::for_people("TIMES DOWN"),
               Column::of("PACKETS OUT", "packets_outbound", Unit::Count),
               Column::of("PACKETS IN", "packets_inbound", Unit::Count)});
  for (const AlternativesReport& its : report.alternatives) {
    for (const WayReport& way : its.ways) {
      table.add({report.file, its.name, way.name, of_both(way, &Watcher::Figures::sent),
                 of_both(way, &Watcher::Figures::heard), of_both(way, &Watcher::Figures::missed),
                 of_both(way, &Watcher::Figures::downs), way.packets[index(Side::External)],
                 way.packets[index(Side::Internal)]});
    }
  }
  return table;
}

Table shares_table(const RunReport& report) {
  Table table({Column::for_programs("scenario"), Column::of("CONNECTION", "connection"),
               Column::of("GROUP", "alternatives"), Column::of("WAY", "way"),
               Column::of("PACKETS OUT", "packets_outbound", Unit::Count),
               Column::of("PACKETS IN", "packets_inbound", Unit::Count)});
  for (const ConnectionReport& connection : report.connections) {
    for (const WayShare& share : connection.ways) {
      table.add({report.file, connection.name, share.group, share.way,
                 share.packets[index(Side::External)], share.packets[index(Side::Internal)]});
    }
  }
  return table;
}

std::string summary(const AlternativesReport& its) {
  std::string text = fmt::format("{}: {} {}", its.name, its.all_changes,
                                 its.all_changes == 1 ? "change of way" : "changes of way");
  if (const auto span = its.longest_failover())
    text += fmt::format(", failover within {}", brief(*span));
  if (const auto span = its.longest_return()) text += fmt::format(", back within {}", brief(*span));
  if (const std::uint64_t flaps = its.false_alarms(); flaps > 0)
    text += fmt::format(", {} of them for nothing", flaps);
  for (const std::string& taken : its.taken) {
    if (!taken.empty()) return text + fmt::format("; by {} at the end", taken);
  }
  return text;
}

Tree figures_tree(const Watcher::Figures& figures) {
  return Tree::record({{"sent", figures.sent},
                       {"heard", figures.heard},
                       {"missed", figures.missed},
                       {"times_down", figures.downs},
                       {"most_missed_in_a_row", figures.most_missed},
                       {"longest_silence", figures.longest_silence}});
}

Tree packets_by_side(const std::array<std::uint64_t, 2>& packets) {
  return Tree::record(
      {{"outbound", packets[index(Side::External)]}, {"inbound", packets[index(Side::Internal)]}});
}

Tree changes_tree(const std::vector<WayChangeReport>& changes) {
  Tree list = Tree::list();
  for (const WayChangeReport& change : changes) {
    const auto took = change.took();
    list.add(Tree::record({{"at", change.at},
                           {"end", name(change.end)},
                           {"from", change.from},
                           {"to", change.to},
                           {"back", change.back},
                           {"noticed_at", change.noticed_at},
                           {"since", change.since ? Value(*change.since) : Value()},
                           {"took", took ? Value(*took) : Value()},
                           {"culprit", text_or_nothing(change.culprit)},
                           {"false_alarm", change.false_alarm()}}));
  }
  return list;
}

Value span_or_nothing(const std::optional<Duration>& span) { return span ? Value(*span) : Value(); }

}  // namespace

void add_alternatives(std::vector<Block>& blocks, const RunReport& report) {
  if (report.alternatives.empty()) return;
  for (const AlternativesReport& its : report.alternatives) {
    const Tone tone = its.false_alarms() > 0 ? Tone::Warn : Tone::Plain;
    blocks.push_back(Item{{{summary(its), tone}}, 0, 2});
    Table changes = changes_table();
    add_changes(changes, report, its);
    if (changes.empty()) continue;
    blocks.push_back(std::move(changes));
    if (its.all_changes > kChangesTold)
      blocks.push_back(Item{{fmt::format("and {} more", its.all_changes - kChangesTold)}, 2, 4});
    blocks.push_back(Gap{});
  }
  blocks.push_back(ways_table(report));
  blocks.push_back(Gap{});
  blocks.push_back(shares_table(report));
  blocks.push_back(Gap{});
}

Tree alternatives_tree(const std::vector<AlternativesReport>& alternatives) {
  Tree list = Tree::list();
  for (const AlternativesReport& its : alternatives) {
    Tree ways = Tree::list();
    for (const WayReport& way : its.ways) {
      Tree each = Tree::record({{"name", way.name}, {"packets", packets_by_side(way.packets)}});
      for (const Side end : {Side::Internal, Side::External}) {
        if (const auto& figures = way.watchers[index(end)])
          each.set(std::string("seen_from_") + name(end), figures_tree(*figures));
      }
      ways.add(std::move(each));
    }
    Tree tree = Tree::record({{"name", its.name},
                              {"watcher", text_or_nothing(its.watcher)},
                              {"changes_of_way", its.all_changes},
                              {"false_alarms", its.false_alarms()},
                              {"longest_failover", span_or_nothing(its.longest_failover())},
                              {"longest_return", span_or_nothing(its.longest_return())},
                              {"taken_internal", text_or_nothing(its.taken[0])},
                              {"taken_external", text_or_nothing(its.taken[1])}});
    tree.set("ways", std::move(ways));
    tree.set("changes", changes_tree(its.changes));
    list.add(std::move(tree));
  }
  return list;
}

Tree shares_tree(const std::vector<WayShare>& ways) {
  Tree list = Tree::list();
  for (const WayShare& share : ways) {
    list.add(Tree::record({{"alternatives", share.group},
                           {"way", share.way},
                           {"packets", packets_by_side(share.packets)}}));
  }
  return list;
}

}  // namespace stayalive
