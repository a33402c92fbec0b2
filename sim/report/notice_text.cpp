// SPDX-License-Identifier: Apache-2.0
#include "report/notice_text.h"

#include <algorithm>

#include "document/brief.h"

namespace stayalive {

std::string notice_text(const Notice& notice) {
  return notice.always ? brief(notice.worst) : "never";
}

std::string blackhole_text(const Detection& detection) {
  if (!detection.has_box) return "-";
  const Notice& client = detection.forgotten[index(Role::Client)];
  const Notice& server = detection.forgotten[index(Role::Server)];
  const Duration longest = std::max(client.blackhole, server.blackhole);
  if (client.recovers && server.recovers) return brief(longest) + ", then works";
  return client.always && server.always ? brief(longest) : "for ever";
}

}  // namespace stayalive
