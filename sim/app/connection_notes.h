// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "app/judge/way_history.h"
#include "app/side_event.h"
#include "base/time.h"
#include "middlebox/middlebox.h"
#include "strategy/message.h"

namespace stayalive {

// Takes note of what becomes of connections, each known by a number, in order of time.  Nothing in
// a run is decided by it.
class ConnectionNotes {
 public:
  virtual ~ConnectionNotes() = default;
  virtual void side(std::uint32_t connection, Role role, SideEvent event) = 0;
  // box: position among the boxes of the path.
  virtual void flow_changed(std::uint32_t connection, std::uint32_t box, const FlowNote& note) = 0;
  virtual void dropped(std::uint32_t connection, std::uint32_t box, DropReason why,
                       TimePoint at) = 0;
  // Its packets take other ways from now on, or may have done so before.
  virtual void took_way(std::uint32_t connection, const WayHistory::Step& step) = 0;
  virtual void proxy(std::uint32_t connection, const ProxyEvent& event) = 0;
  // Its client has gone, without a word.
  virtual void left(std::uint32_t connection, TimePoint at) = 0;
};

}  // namespace stayalive
