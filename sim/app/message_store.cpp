// SPDX-License-Identifier: Apache-2.0
#include "app/message_store.h"

#include <algorithm>

#include "base/check.h"

namespace stayalive {

StreamId MessageStore::open(ConnectionId connection, Role writer, Transport transport) {
  const StreamId id{first_.value + static_cast<std::uint32_t>(streams_.size())};
  CHECK(id.valid(), "there are fewer than 2^32 streams");
  Stream& stream = streams_.emplace_back();
  stream.owner = {connection, writer};
  stream.transport = transport;
  open_.push_back(id);
  return id;
}

const MessageStore::Owner* MessageStore::owner(StreamId stream) const {
  return has(stream) ? &at(stream).owner : nullptr;
}

std::uint32_t MessageStore::write(StreamId id, const Message& message) {
  CHECK(has(id), "only a stream that was opened is written");
  Stream& stream = at(id);
  ++stream.written;
  if (stream.closed) return stream.written;
  if (!stream.messages) stream.messages = std::make_unique<Messages>();
  stream.messages->push() = message;
  return stream.written;
}

const Message* MessageStore::read(const Content& content) const {
  if (!has(content.stream)) return nullptr;
  const Stream& stream = at(content.stream);
  const std::uint32_t position = content.message - stream.first();
  return position < stream.kept() ? &(*stream.messages)[position] : nullptr;
}

void MessageStore::forget_through(const Content& content) {
  if (!has(content.stream)) return;
  Stream& stream = at(content.stream);
  stream.forgotten = std::max(stream.forgotten, content.message);
  const std::uint32_t kept = stream.transport == Transport::Udp && overtaking_ ? kKept : 0;
  while (stream.kept() > 0 && stream.first() + kept <= content.message) stream.messages->pop();
}

void MessageStore::close(StreamId id) {
  if (!has(id) || at(id).closed) return;
  at(id).closed = true;
  at(id).messages.reset();
  open_.erase(std::lower_bound(open_.begin(), open_.end(), id));
}

void MessageStore::walk(StateWalk& walk) {
  walk.still(streams_.size(), open_.size());
  for (const StreamId id : open_) {
    Stream& stream = at(id);
    const std::uint32_t unread = stream.written - std::max(stream.forgotten, stream.first() - 1);
    walk.still(unread);
    walk.sequence(stream.written);
    walk.sequence(stream.forgotten);
    for (std::uint32_t i = stream.kept() - unread; i < stream.kept(); ++i) {
      stayalive::walk(walk, (*stream.messages)[i]);
    }
  }
}

}  // namespace stayalive
