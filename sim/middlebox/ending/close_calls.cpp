// SPDX-License-Identifier: Apache-2.0
#include "middlebox/ending/close_calls.h"

#include "base/ticks.h"

namespace stayalive {

CloseCalls::CloseCalls(const Profile& profile, const CallBooks& books)
    : spans_(profile.timeouts),
      tick_(tick_length(profile.hz)),
      books_(books),
      least_silence_(silence_of(kForever)),
      calls_(books.singles + books.populations.size()),
      population_bounds_(books.populations.size(), kForever),
      bounds_(books.singles + std::size_t{1}, kForever),
      awaited_(bounds_.size()) {
  if (books.populations.empty()) bounds_.back() = Duration::zero();
  const auto consider = [&](Duration timeout) {
    if (timeout > Duration::zero()) least_silence_ = std::min(least_silence_, silence_of(timeout));
  };
  for (const Timeout timer : timeouts_of(profile.tracker)) consider(profile.timeouts[timer]);
  consider(profile.filter_timeout);
  set_watch();
}

void CloseCalls::await(ConnectionId connection) {
  const std::size_t index = index_of(connection);
  awaited_[index] = true;
  if (bounds_[index] < kForever) return;
  ++unknown_;
  set_watch();
}

// Whom no flow has begun for yet is watched for from then on.
void CloseCalls::set_watch() {
  changes_ = 0;
  Duration greatest = unknown_ > 0 ? kForever : Duration::zero();
  for (std::size_t i = 0; i < bounds_.size() && greatest < kForever; ++i) {
    if (awaited_[i]) greatest = std::max(greatest, bounds_[i]);
  }
  for (std::size_t i = 0; i < watch_.size(); ++i) {
    const Duration closer = std::max(least_silence_, spans_.spans[i] - greatest + 1ns);
    watch_[i] = tick_ > Duration::zero() ? std::min(closer, spans_.spans[i] - tick_) : closer;
  }
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
  const std::size_t index = std::min<std::size_t>(place, books_.singles);
  const bool was_unknown = bounds_[index] == kForever;
  if (place < books_.singles) {
    bounds_[place] = bound;
  } else {
    population_bounds_[place - books_.singles] = bound;
    bounds_.back() = *std::max_element(population_bounds_.begin(), population_bounds_.end());
  }
  if (was_unknown && bounds_[index] < kForever) --unknown_;
  // A watch that begins too early costs time alone, and so does looking for a later one.
  if (was_unknown && unknown_ == 0) return set_watch();
  false_alarm();
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
    walk.still(call->left, call->at.time_since_epoch(), call->silence, call->timer, call->timeout,
               call->from, call->by);
  }
}

}  // namespace stayalive
