// SPDX-License-Identifier: Apache-2.0
#include "report/run/blame_tree.h"

namespace stayalive {

const char* flow_event_name(FlowEvent event) {
  switch (event) {
    case FlowEvent::Opened:
      return "remapped";
    case FlowEvent::Expired:
      return "expired";
    case FlowEvent::Evicted:
      return "evicted";
    case FlowEvent::Flushed:
      return "flushed";
    case FlowEvent::Closed:
      return "closed";
    case FlowEvent::AddressGone:
      return "address-gone";
    case FlowEvent::TargetGone:
      return "target-gone";
  }
  return "expired";
}

Tree blame_tree(const Blame& blame) {
  if (blame.kind == FaultKind::None) return nullptr;
  Tree tree = Tree::record({{"kind", name(blame.kind)}, {"who", blame.who}, {"at", blame.at}});
  const bool queue = blame.kind == FaultKind::Link && !blame.reason.empty();
  if (blame.kind == FaultKind::Drop || blame.kind == FaultKind::Server || queue)
    tree.set("reason", blame.reason);
  if (blame.kind == FaultKind::Proxy && !blame.timer.empty()) {
    tree.set("timer", blame.timer);
    tree.set("timeout", blame.timeout);
  }
  if (blame.kind != FaultKind::Flow) return tree;
  tree.set("event", flow_event_name(blame.event));
  tree.set("timer", blame.timer);
  tree.set("setting", text_or_nothing(blame.setting));
  tree.set("timeout", blame.timeout);
  tree.set("because", text_or_nothing(blame.because));
  tree.set("taken_up", text_or_nothing(blame.taken_up));
  tree.set("last_refresh", Tree::record({{"at", blame.refreshed_at},
                                         {"from", name(blame.refreshed_from)},
                                         {"packet", name(blame.refreshed_by)}}));
  return tree;
}

}  // namespace stayalive
