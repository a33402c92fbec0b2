// SPDX-License-Identifier: Apache-2.0
#include "middlebox/ending/close_calls.h"

namespace stayalive {

CloseCalls::CloseCalls(const Profile& profile, const CallBooks& books)
    : books_(books),
      least_silence_(silence_of(kForever)),
      calls_(books.singles + books.populations.size()),
      population_bounds_(books.populations.size(), kForever),
      bounds_(books.singles + std::size_t{1}, kForever) {
  if (books.populations.empty()) bounds_.back() = Duration::zero();
  const auto consider = [&](Duration timeout) {
    if (timeout > Duration::zero()) least_silence_ = std::min(least_silence_, silence_of(timeout));
  };
  for (const Timeout timer : timeouts_of(profile.tracker)) consider(profile.timeouts[timer]);
  consider(profile.filter_timeout);
}

std::size_t CloseCalls::place_of(ConnectionId connection) const {
  if (connection.value < books_.singles) return connection.value;
  const auto after =
      std::upper_bound(books_.populations.begin(), books_.populations.end(), connection,
                       [](ConnectionId a, ConnectionId b) { return a.value < b.value; });
  if (!connection.valid() || after == books_.populations.begin()) return kNowhere;
  return books_.singles + static_cast<std::size_t>(after - books_.populations.begin()) - 1;
}

void CloseCalls::set_bound(std::size_t place, Duration bound) {
  if (place < books_.singles) {
    bounds_[place] = bound;
    return;
  }
  population_bounds_[place - books_.singles] = bound;
  bounds_.back() = *std::max_element(population_bounds_.begin(), population_bounds_.end());
}

void CloseCalls::add(ConnectionId connection, const CloseCall& call) {
  const std::size_t place = place_of(connection);
  if (place == kNowhere) return;
  std::optional<CloseCall>& closest = calls_[place];
  const bool closer = !closest || call < *closest;
  if (closer) closest = call;
  const bool settled = closest->left == call.left && closest->at < call.at;
  if (closer || settled) set_bound(place, settled ? call.left : call.left + 1ns);
}

std::optional<CloseCall> CloseCalls::closest(ConnectionId connection) const {
  const std::size_t place = place_of(connection);
  return place == kNowhere ? std::nullopt : calls_[place];
}

// The bounds follow from the calls, as far as anything depends on them.
void CloseCalls::walk(StateWalk& walk) {
  for (const std::optional<CloseCall>& call : calls_) {
    walk.still(call.has_value());
    if (!call) continue;
    walk.still(call->left, call->at.time_since_epoch(), call->timer, call->timeout, call->from,
               call->by);
  }
}

}  // namespace stayalive
