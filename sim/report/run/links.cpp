// SPDX-License-Identifier: Apache-2.0
#include "report/run/links.h"

#include <string>
#include <utility>

#include "base/text.h"
#include "document/table.h"

namespace stayalive {
namespace {

Tree dropped_tree(const Link::Dropped& dropped) {
  return Tree::record({{"dropped", dropped.packets}, {"dropped_bytes", dropped.bytes}});
}

}  // namespace

void add_links(std::vector<Block>& blocks, const RunReport& report) {
  Table table({Column::for_programs("scenario"), Column::of("LINE", "link"),
               Column::of("QUEUE", "queue"),
               Column::of("DROPPED OUTBOUND", "outbound_dropped", Unit::Count),
               Column::for_programs("outbound_dropped_bytes", Unit::Count),
               Column::of("DROPPED INBOUND", "inbound_dropped", Unit::Count),
               Column::for_programs("inbound_dropped_bytes", Unit::Count)});
  for (const LinkReport& link : report.links) {
    if (link.packets() == 0) continue;
    const Link::Dropped& outbound = link.dropped[index(Side::External)];
    const Link::Dropped& inbound = link.dropped[index(Side::Internal)];
    table.add({report.file, link.name, print_queue(link.queue), outbound.packets, outbound.bytes,
               inbound.packets, inbound.bytes});
  }
  if (table.empty()) return;
  blocks.push_back(std::move(table));
  blocks.push_back(Gap{});
}

Tree links_tree(const std::vector<LinkReport>& links) {
  Tree list = Tree::list();
  for (const LinkReport& link : links) {
    list.add(Tree::record({{"name", link.name},
                           {"queue", print_queue(link.queue)},
                           {"outbound", dropped_tree(link.dropped[index(Side::External)])},
                           {"inbound", dropped_tree(link.dropped[index(Side::Internal)])}}));
  }
  return list;
}

}  // namespace stayalive
