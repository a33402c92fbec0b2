// SPDX-License-Identifier: Apache-2.0
#include "app/host/open_requests.h"

#include <algorithm>
#include <utility>

namespace stayalive {

void OpenRequests::add(const Message& message, TimePoint now, std::optional<Duration> give_up) {
  Request request;
  request.message = message;
  if (give_up) {
    request.overdue = later(now, *give_up);
    request.give_up = *give_up;
  }
  requests_[message.item] = request;
}

TimePoint OpenRequests::next_overdue() const {
  TimePoint first = kNever;
  for (const auto& [item, request] : requests_) first = std::min(first, request.overdue);
  return first;
}

std::optional<OpenRequests::Request> OpenRequests::take_overdue(TimePoint now) {
  const auto found = std::ranges::find_if(
      requests_, [now](const auto& entry) { return entry.second.overdue <= now; });
  if (found == requests_.end()) return std::nullopt;
  Request request = found->second;
  requests_.erase(found);
  return request;
}

std::vector<OpenRequests::Request> OpenRequests::take_sent() {
  std::vector<Request> lost;
  for (auto at = requests_.begin(); at != requests_.end();) {
    if (!at->second.sent) {
      ++at;
      continue;
    }
    lost.push_back(at->second);
    at = requests_.erase(at);
  }
  return lost;
}

void OpenRequests::put_back(Request request, TimePoint now) {
  request.sent = false;
  ++request.repeats;
  if (request.overdue != kNever) request.overdue = later(now, request.give_up);
  const std::uint32_t item = request.message.item;
  requests_[item] = std::move(request);
}

void OpenRequests::walk(StateWalk& walk) {
  walk.still(requests_.size());
  for (auto& [item, request] : requests_) {
    stayalive::walk(walk, request.message);
    walk.still(request.sent, request.repeats, request.give_up);
    walk.instant(request.overdue);
  }
}

}  // namespace stayalive
