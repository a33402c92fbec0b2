// SPDX-License-Identifier: Apache-2.0
#include "report/advice/notice.h"

#include <algorithm>

#include "document/brief.h"
#include "document/not_yet.h"

namespace stayalive {
namespace {

Value noticed_within(const Notice& notice) { return notice.always ? Value(notice.worst) : Value(); }

}  // namespace

std::string notice_text(const Notice& notice) {
  return notice.always ? brief(notice.worst) : not_within(kLongestWait);
}

std::string blackhole_text(const Detection& detection) {
  if (!detection.has_box) return "-";
  const Notice& client = detection.forgotten[index(Role::Client)];
  const Notice& server = detection.forgotten[index(Role::Server)];
  const Duration longest = std::max(client.blackhole, server.blackhole);
  if (client.recovers && server.recovers) return brief(longest) + ", then works";
  return client.always && server.always ? brief(longest)
                                        : print_duration(kLongestWait) + " or longer";
}

Tree detection_tree(const Detection& detection) {
  const auto& [crash_client, crash_server] = detection.crash;
  Tree tree = Tree::record({{"crash", Tree::record({{"client", noticed_within(crash_client)},
                                                    {"server", noticed_within(crash_server)}})}});
  if (!detection.has_box) {
    tree.set("box_forgets", nullptr);
    return tree;
  }
  const auto& [client, server] = detection.forgotten;
  tree.set("box_forgets", Tree::record({{"client", noticed_within(client)},
                                        {"server", noticed_within(server)},
                                        {"blackhole", std::max(client.blackhole, server.blackhole)},
                                        {"recovers", client.recovers && server.recovers}}));
  return tree;
}

}  // namespace stayalive
