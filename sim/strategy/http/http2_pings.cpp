// SPDX-License-Identifier: Apache-2.0
#include "strategy/http/http2_pings.h"

#include <utility>

#include "stack/close_give_up.h"

namespace stayalive {

void Http2Pings::open(TimePoint now) {
  close();
  open_ = true;
  next_ = after(now);
}

void Http2Pings::close() {
  open_ = dormant_ = false;
  next_ = give_up_ = kNever;
}

void Http2Pings::hear(TimePoint now, Channel& channel) {
  if (!open_) return;
  if (give_up_ != kNever && CloseGiveUp::counts(1, now - asked_, give_up_ - now))
    channel.came_in_time({"ping_timeout", 1, give_up_ - now, Duration::zero(), now});
  give_up_ = kNever;
  if (rules_.put_off && !dormant_) next_ = after(now);
}

void Http2Pings::stream_opened(TimePoint now) {
  if (std::exchange(dormant_, false)) next_ = now;
}

bool Http2Pings::expire(TimePoint now, bool streams, Channel& channel) {
  if (give_up_ <= now) {
    close();
    return false;
  }
  if (next_ > now) return true;
  if (!streams && !rules_.without_streams) {
    dormant_ = true;
    next_ = kNever;
    return true;
  }
  if (give_up_ == kNever) {
    asked_ = now;
    give_up_ = later(now, rules_.timeout);
  }
  next_ = rules_.put_off ? kNever : after(now);
  channel.send({.kind = MessageKind::Request, .bytes = kPingFrame});
  return true;
}

void Http2Pings::walk(StateWalk& walk) {
  walk.still(interval_, open_, dormant_);
  walk.instant(next_);
  walk.instant(give_up_);
  walk.past(asked_);
}

}  // namespace stayalive
