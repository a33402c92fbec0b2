// SPDX-License-Identifier: Apache-2.0
#include "report/blame_json.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "document/seconds_json.h"

namespace stayalive {
namespace {

using Json = nlohmann::ordered_json;

Json seconds(TimePoint at) { return seconds_json(at.time_since_epoch()); }
Json text_or_null(std::string_view text) { return text.empty() ? Json(nullptr) : Json(text); }

}  // namespace

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
  }
  return "expired";
}

Json blame_json(const Blame& blame) {
  if (blame.kind == FaultKind::None) return nullptr;
  Json json{{"kind", name(blame.kind)}, {"who", blame.who}, {"at", seconds(blame.at)}};
  if (blame.kind == FaultKind::Drop) json["reason"] = blame.reason;
  if (blame.kind != FaultKind::Flow) return json;
  json["event"] = flow_event_name(blame.event);
  json["timer"] = blame.timer;
  json["setting"] = text_or_null(blame.setting);
  json["timeout"] = seconds_json(blame.timeout);
  json["last_refresh"] = Json{{"at", seconds(blame.refreshed_at)},
                              {"from", name(blame.refreshed_from)},
                              {"packet", name(blame.refreshed_by)}};
  return json;
}

}  // namespace stayalive
