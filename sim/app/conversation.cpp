// SPDX-License-Identifier: Apache-2.0
#include "app/conversation.h"

#include <algorithm>

namespace stayalive {

std::uint32_t Conversation::write(Role from, std::uint32_t session, const Message& message) {
  directions_[index(from)].entries.push() = {message, session};
  return last(from);
}

const Conversation::Entry* Conversation::find(Role from, std::uint32_t tag) const {
  const Direction& direction = directions_[index(from)];
  if (tag < direction.first || tag - direction.first >= direction.entries.size()) return nullptr;
  return &direction.entries[tag - direction.first];
}

const Message* Conversation::read(Role from, std::uint32_t tag) const {
  const Entry* entry = find(from, tag);
  return entry == nullptr ? nullptr : &entry->message;
}

const Message* Conversation::read(Role from, std::uint32_t tag, std::uint32_t session) const {
  const Entry* entry = find(from, tag);
  return entry == nullptr || entry->session != session ? nullptr : &entry->message;
}

std::uint32_t Conversation::last(Role from) const {
  const Direction& direction = directions_[index(from)];
  return direction.first + static_cast<std::uint32_t>(direction.entries.size()) - 1;
}

void Conversation::forget_through(Role from, std::uint32_t tag) {
  Direction& direction = directions_[index(from)];
  direction.forgotten = std::max(direction.forgotten, tag);
  while (!direction.entries.empty() && direction.first + kKept <= tag) {
    direction.entries.pop();
    ++direction.first;
  }
}

void Conversation::walk(StateWalk& walk) {
  for (Direction& direction : directions_) {
    const auto kept = static_cast<std::uint32_t>(direction.entries.size());
    std::uint32_t next = direction.first + kept;
    const std::uint32_t unread = next - std::max(direction.forgotten + 1, direction.first);
    walk.still(unread);
    walk.sequence(next);
    walk.sequence(direction.forgotten);
    direction.first = next - kept;
    for (std::uint32_t i = kept - unread; i < kept; ++i) {
      Entry& entry = direction.entries[i];
      walk.still(entry.session, entry.message.kind, entry.message.subtype, entry.message.bytes,
                 entry.message.item);
      walk.past(entry.message.sent_at);
    }
  }
}

void Conversation::forget_through(Role from, std::uint32_t tag, std::uint32_t session) {
  Direction& direction = directions_[index(from)];
  while (!direction.entries.empty() && direction.first <= tag &&
         direction.entries.front().session == session) {
    direction.entries.pop();
    ++direction.first;
  }
  forget_through(from, tag);
}

}  // namespace stayalive
