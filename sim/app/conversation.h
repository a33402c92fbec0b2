// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>

#include "base/ring.h"
#include "base/state_walk.h"
#include "strategy/message.h"

namespace stayalive {

// What both ends of one connection have written and not yet forgotten.  Packets carry only the
// number of a message (its tag); its meaning is looked up here.  Tags rise by one from write to
// write in each direction, across reconnects.
class Conversation {
 public:
  // Returns the tag of the message.  session: which of the writer's sockets, one after the other,
  // carries it.
  std::uint32_t write(Role from, std::uint32_t session, const Message& message);
  // nullptr when it was written so long ago that it has been forgotten.
  const Message* read(Role from, std::uint32_t tag) const;
  // As above, and nullptr when it was written on another session: a stream carries only its own
  // messages.
  const Message* read(Role from, std::uint32_t tag, std::uint32_t session) const;
  // The tag of the last message written; 0 before the first.
  std::uint32_t last(Role from) const;
  // Datagrams: nobody will ask for this message again; for earlier ones that are late for a while.
  void forget_through(Role from, std::uint32_t tag);
  // As above, of a stream: what the session carried up to this message has been read, and is never
  // asked for again.
  void forget_through(Role from, std::uint32_t tag, std::uint32_t session);
  // Where packets keep their order, what may be forgotten is not read again.
  void walk(StateWalk& walk);

 private:
  // Datagrams may be lost, so that nobody ever says they can be forgotten; this many stay.
  static constexpr std::size_t kKept = 1024;
  struct Entry {
    Message message;
    std::uint32_t session = 0;
  };
  const Entry* find(Role from, std::uint32_t tag) const;
  struct Direction {
    Ring<Entry, 512> entries;
    std::uint32_t first = 1;      // tag of entries.front()
    std::uint32_t forgotten = 0;  // nobody will ask for this tag or an earlier one
  };
  std::array<Direction, 2> directions_;
};

}  // namespace stayalive
