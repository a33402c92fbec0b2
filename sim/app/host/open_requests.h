// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "app/lost_request.h"
#include "base/state_walk.h"
#include "base/time.h"
#include "strategy/message.h"

namespace stayalive {

// The requests of a program that wait for their answers, in the order of their items.  Items are
// numbered modulo 2^32; those that wait lie closer together than half of that.
class OpenRequests {
 public:
  struct Request {
    Message message;
    TimePoint overdue = kNever;  // its answer, from then on
    Duration give_up{};          // how long its program waits for the answer
    bool sent = false;           // on the present connection
    std::uint32_t repeats = 0;   // how often it has been sent again

    // What its client notes when the connection ends at this instant.  used: it had carried an
    // answer before.
    LostRequest lost(SocketError error, TimePoint at, bool used) const;
  };

  // give_up: empty where its program waits for ever.
  void add(const Message& message, TimePoint now, std::optional<Duration> give_up);
  // As it is, with the number of its repeats.
  void put(const Request& request) { insert(request); }
  void sent(std::uint32_t item);
  bool has(std::uint32_t item) { return holds(place_of(item), item); }
  void answered(std::uint32_t item);
  // Takes this one; empty when it does not wait.
  std::optional<Request> take(std::uint32_t item);
  void clear() { requests_.clear(); }

  // When the first answer is overdue; kNever: none will be.
  TimePoint next_overdue() const;
  // Takes the first request whose answer is overdue; empty: there is none.
  std::optional<Request> take_overdue(TimePoint now);
  // The connection is lost: takes all that were sent on it, in the order of their items.
  std::vector<Request> take_sent();
  // It will be sent again, on the next connection.
  void put_back(Request request, TimePoint now);

  void walk(StateWalk& walk);

 private:
  // The place of this item, or where it would stand.
  std::vector<Request>::iterator place_of(std::uint32_t item);
  bool holds(std::vector<Request>::iterator place, std::uint32_t item) const {
    return place != requests_.end() && place->message.item == item;
  }
  void insert(const Request& request);

  std::vector<Request> requests_;  // in the order of their items
};

}  // namespace stayalive
