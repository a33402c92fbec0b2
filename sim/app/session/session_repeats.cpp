// SPDX-License-Identifier: Apache-2.0
// What a session does with requests that did not get their answers.
#include "app/host/program.h"
#include "app/session/session.h"

namespace stayalive {

// What was sent on a connection that is lost is sent again, ahead of what waits, or has failed.
void Session::settle(std::size_t place, const std::vector<OpenRequests::Request>& unanswered,
                     const LostSocket& how, TimePoint at) {
  const ReconnectSpec& policy = *spec_.reconnect;
  std::vector<Waiting> again;
  for (const OpenRequests::Request& request : unanswered) {
    LostRequest lost = request.lost(how.error, at, how.used);
    lost.repeatable = spec_.traffic[request.message.traffic].repeatable;
    lost.repeated = policy.repeats(lost.repeatable, request.repeats, how.used);
    ledger_.lost_request(id_, lost);
    if (!lost.repeated) {
      ++places_[place].figures.failed;
      give_up(request);
      continue;
    }
    again.push_back(repeat(place, request, at));
  }
  queue_.insert(queue_.begin(), again.begin(), again.end());
}

Session::Waiting Session::repeat(std::size_t place, OpenRequests::Request request, TimePoint at) {
  ++places_[place].figures.repeated;
  ledger_.repeated(id_, Role::Client, request.message.item);
  ++request.repeats;
  request.sent = false;
  return {request, at, later(at, rules_.wait_limit)};
}

void Session::unserved(const Party& party, std::vector<OpenRequests::Request> requests) {
  const std::size_t at = position(party);
  Place& place = places_[at];
  const TimePoint now = party_now(party);
  std::vector<Waiting> again;
  for (const OpenRequests::Request& request : requests) {
    if (place.under_way > 0) --place.under_way;
    LostRequest lost = request.lost(SocketError::None, now, place.figures.answered > 0);
    lost.why = LostRequest::Why::Unserved;
    lost.repeatable = spec_.traffic[request.message.traffic].repeatable;
    lost.repeated = true;
    ledger_.lost_request(id_, lost);
    again.push_back(repeat(at, request, now));
  }
  queue_.insert(queue_.begin(), again.begin(), again.end());
}

}  // namespace stayalive
