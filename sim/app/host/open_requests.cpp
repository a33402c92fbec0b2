// SPDX-License-Identifier: Apache-2.0
#include "app/host/open_requests.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace stayalive {

LostRequest OpenRequests::Request::lost(SocketError error, TimePoint at, bool used) const {
  LostRequest request;
  request.item = message.item;
  request.asked_at = message.sent_at;
  request.at = at;
  request.why = LostRequest::why_of(error);
  request.reused = used;
  return request;
}

std::vector<OpenRequests::Request>::iterator OpenRequests::place_of(std::uint32_t item) {
  return std::ranges::lower_bound(
      requests_, item,
      [](std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) < 0; },
      [](const Request& request) { return request.message.item; });
}

void OpenRequests::insert(const Request& request) {
  const std::uint32_t item = request.message.item;
  const auto place = place_of(item);
  if (holds(place, item)) {
    *place = request;
  } else {
    requests_.insert(place, request);
  }
}

void OpenRequests::add(const Message& message, TimePoint now, std::optional<Duration> give_up) {
  Request request;
  request.message = message;
  if (give_up) {
    request.overdue = later(now, *give_up);
    request.give_up = *give_up;
  }
  insert(request);
}

void OpenRequests::sent(std::uint32_t item) {
  if (const auto place = place_of(item); holds(place, item)) place->sent = true;
}

void OpenRequests::answered(std::uint32_t item) {
  if (const auto place = place_of(item); holds(place, item)) requests_.erase(place);
}

std::optional<OpenRequests::Request> OpenRequests::take(std::uint32_t item) {
  const auto place = place_of(item);
  if (!holds(place, item)) return std::nullopt;
  Request request = *place;
  requests_.erase(place);
  return request;
}

TimePoint OpenRequests::next_overdue() const {
  TimePoint first = kNever;
  for (const Request& request : requests_) first = std::min(first, request.overdue);
  return first;
}

std::optional<OpenRequests::Request> OpenRequests::take_overdue(TimePoint now) {
  const auto found = std::ranges::find_if(
      requests_, [now](const Request& request) { return request.overdue <= now; });
  if (found == requests_.end()) return std::nullopt;
  Request request = *found;
  requests_.erase(found);
  return request;
}

std::vector<OpenRequests::Request> OpenRequests::take_sent() {
  const auto sent = std::stable_partition(requests_.begin(), requests_.end(),
                                          [](const Request& request) { return !request.sent; });
  std::vector<Request> lost(std::make_move_iterator(sent),
                            std::make_move_iterator(requests_.end()));
  requests_.erase(sent, requests_.end());
  return lost;
}

void OpenRequests::put_back(Request request, TimePoint now) {
  request.sent = false;
  ++request.repeats;
  if (request.overdue != kNever) request.overdue = later(now, request.give_up);
  insert(request);
}

void OpenRequests::walk(StateWalk& walk) {
  walk.still(requests_.size());
  for (Request& request : requests_) {
    stayalive::walk(walk, request.message);
    walk.still(request.sent, request.repeats, request.give_up);
    walk.instant(request.overdue);
  }
}

}  // namespace stayalive
