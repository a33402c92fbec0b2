// SPDX-License-Identifier: Apache-2.0
#include "report/advice/notice.h"

#include <algorithm>

#include "base/text.h"
#include "document/brief.h"
#include "document/not_yet.h"

namespace stayalive {
namespace {

Value noticed_within(const Notice& notice) {
  return notice.always && !notice.recovers ? Value(notice.worst) : Value();
}

}  // namespace

std::string brief_bound(Duration span) {
  const Duration unit = span >= 1h ? Duration{1s} : span >= 1min ? 100ms : span >= 1s ? 10ms : 1ms;
  return brief((span + unit - 1ns) / unit * unit);
}

std::string notice_text(const Notice& notice) {
  return notice.always ? brief_bound(notice.worst) : not_within(kLongestWait);
}

std::string crash_text(const Detection& detection) {
  if (!detection.known) return "-";
  return notice_text(detection.crash[index(Role::Client)]) + " | " +
         notice_text(detection.crash[index(Role::Server)]);
}

std::string blackhole_text(const Detection& detection) {
  if (!detection.has_box || !detection.known) return "-";
  const Notice& client = detection.forgotten[index(Role::Client)];
  const Notice& server = detection.forgotten[index(Role::Server)];
  const Duration longest = std::max(client.blackhole, server.blackhole);
  const bool relapses = client.relapses || server.relapses;
  if (!client.always || !server.always) {
    return relapses ? "again and again" : print_duration(kLongestWait) + " or longer";
  }
  if (relapses) return brief_bound(longest) + ", again and again";
  return brief_bound(longest) + (client.recovers && server.recovers ? ", then works" : "");
}

Tree detection_tree(const Detection& detection) {
  if (!detection.known) return nullptr;
  const auto& [crash_client, crash_server] = detection.crash;
  Tree tree = Tree::record({{"crash", Tree::record({{"client", noticed_within(crash_client)},
                                                    {"server", noticed_within(crash_server)}})}});
  const auto late = [&detection](Role role) { return Value(latest_crash_notice(detection, role)); };
  tree.set("crash_with_late_timers",
           Tree::record({{"client", late(Role::Client)}, {"server", late(Role::Server)}}));
  if (!detection.has_box) {
    tree.set("box_forgets", nullptr);
    return tree;
  }
  const auto& [client, server] = detection.forgotten;
  const bool ends = client.always && server.always;
  tree.set("box_forgets",
           Tree::record(
               {{"client", noticed_within(client)},
                {"server", noticed_within(server)},
                {"blackhole", ends ? Value(std::max(client.blackhole, server.blackhole)) : Value()},
                {"recovers", client.recovers && server.recovers},
                {"relapses", client.relapses || server.relapses}}));
  return tree;
}

}  // namespace stayalive
