// SPDX-License-Identifier: Apache-2.0
#include "report/notice_json.h"

#include <algorithm>

namespace stayalive {
namespace {

using Json = nlohmann::ordered_json;

Json notice_json(const Notice& notice) {
  return notice.always ? seconds_json(notice.worst) : Json(nullptr);
}

}  // namespace

Json detection_json(const Detection& detection) {
  const auto& [crash_client, crash_server] = detection.crash;
  Json json{
      {"crash", {{"client", notice_json(crash_client)}, {"server", notice_json(crash_server)}}}};
  json["box_forgets"] = nullptr;
  if (!detection.has_box) return json;
  const auto& [client, server] = detection.forgotten;
  json["box_forgets"] = {{"client", notice_json(client)},
                         {"server", notice_json(server)},
                         {"blackhole", seconds_json(std::max(client.blackhole, server.blackhole))},
                         {"recovers", client.recovers && server.recovers}};
  return json;
}

Json cost_json(const Cost& cost) {
  return {{"packets", cost.per_day(cost.packets)},
          {"bytes", cost.per_day(cost.bytes)},
          {"keepalives", cost.per_day(cost.keepalives)},
          {"radio_wakeups", cost.per_day(cost.wakeups)}};
}

}  // namespace stayalive
