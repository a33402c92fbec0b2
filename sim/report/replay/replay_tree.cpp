// SPDX-License-Identifier: Apache-2.0
#include "report/replay/replay_tree.h"

#include "net/address.h"
#include "report/run/blame_tree.h"

namespace stayalive {
namespace {

const char* end_of(Side side) { return side == Side::Internal ? "client" : "server"; }

Tree by_end(const std::array<std::uint64_t, 2>& counts) {
  return Tree::record(
      {{"client", counts[index(Side::Internal)]}, {"server", counts[index(Side::External)]}});
}

Tree death_tree(const ReplayedFlow::Death& death) {
  Tree tree = Tree::record({{"box", death.box}, {"forgotten_at", death.forgotten_at}});
  if (death.timeout > Duration::zero()) {
    tree.set("event", flow_event_name(death.event));
    tree.set("timer", name(death.timer));
    tree.set("setting", text_or_nothing(death.setting));
    tree.set("timeout", death.timeout);
  }
  if (death.met_at) {
    tree.set("met_at", *death.met_at);
    tree.set("met_by", end_of(death.met_from));
    if (death.drop != DropReason::None) tree.set("dropped", name(death.drop));
  }
  return tree;
}

Tree broken_tree(const BrokenFlow& broken) {
  Tree candidates = Tree::list();
  for (const BrokenFlow::Candidate& its : broken.looks_like) {
    candidates.add(Tree::record(
        {{"profile", its.profile}, {"timer", name(its.timer)}, {"timeout", its.timeout}}));
  }
  return Tree::record({{"how", name(broken.how)},
                       {"at", broken.at},
                       {"from", end_of(broken.from)},
                       {"silence", broken.silence},
                       {"survived", broken.survived},
                       {"looks_like", candidates},
                       {"others", broken.others}});
}

Tree flow_tree(const ReplayedFlow& flow) {
  Tree waits = Tree::list();
  for (const ReplayedFlow::Wait& wait : flow.waits) {
    waits.add(Tree::record({{"box", wait.box},
                            {"timer", name(wait.timer)},
                            {"timeout", wait.timeout},
                            {"needs_more_than", wait.longest},
                            {"at", wait.at}}));
  }
  Tree tree = Tree::record({{"number", flow.number},
                            {"protocol", flow.protocol == Protocol::Tcp ? "tcp" : "udp"},
                            {"client", print_endpoint(flow.client)},
                            {"server", print_endpoint(flow.server)},
                            {"begun_before", flow.begun_before},
                            {"first", flow.first},
                            {"last", flow.last},
                            {"packets", by_end(flow.packets)},
                            {"bytes", by_end(flow.bytes)},
                            {"longest_silence", flow.longest_silence},
                            {"fate", name(flow.fate)},
                            {"taken_up", flow.taken_up},
                            {"waits", waits}});
  if (flow.first_forgotten_at) tree.set("first_forgotten_at", *flow.first_forgotten_at);
  if (flow.death) tree.set("death", death_tree(*flow.death));
  if (flow.keepalive) {
    const FoundKeepalive& its = *flow.keepalive;
    tree.set("keepalive", Tree::record({{"from", end_of(its.from)},
                                        {"probe", its.probe},
                                        {"bytes", its.bytes},
                                        {"interval", its.interval},
                                        {"times", its.times}}));
  }
  if (flow.broken) tree.set("broken", broken_tree(*flow.broken));
  return tree;
}

}  // namespace

Tree replay_tree(const ReplayStory& story) {
  const ReplayResult& result = *story.result;
  Tree flows = Tree::list();
  for (const ReplayedFlow& flow : result.flows) flows.add(flow_tree(flow));
  return Tree::record({{"capture", story.capture},
                       {"through", Tree::list_of(result.boxes)},
                       {"span", result.span},
                       {"packets", result.packets},
                       {"left_out", Tree::record({{"icmp", result.icmp},
                                                  {"ipv6", story.left_out.ipv6},
                                                  {"other", story.left_out.other},
                                                  {"undated", story.left_out.undated},
                                                  {"unreadable", result.unreadable},
                                                  {"beyond_max_flows", result.beyond},
                                                  {"back_in_time", result.back_in_time}})},
                       {"flows", flows}});
}

}  // namespace stayalive
