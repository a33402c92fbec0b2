// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "base/ids.h"
#include "base/ring.h"
#include "base/state_walk.h"
#include "net/packet.h"
#include "strategy/message.h"

namespace stayalive {

// What the bytes of packets say: the messages of every stream that are written and not yet read.
// A writer puts a message in and gets its number, a packet carries stream and number (Content), and
// whoever receives the packet reads the message here.  A stream is never reused, so that a late
// packet is never taken for another's.
//
//   const StreamId stream = messages.open(connection, Role::Client, Transport::Tcp);
//   const std::uint32_t number = messages.write(stream, message);
//   const Message* read = messages.read({stream, number});
class MessageStore {
 public:
  // Who writes a stream.  A server that serves several connections on one port learns from it whose
  // client calls, which a real one would learn from the first message: a name, a key, a session.
  struct Owner {
    ConnectionId connection;
    Role writer = Role::Client;  // of a proxy's stream: for whom the proxy speaks
  };
  // Streams are numbered from `first` on; smaller ones are not kept here.  overtaking: whether a
  // datagram may arrive after a later one of its stream.
  explicit MessageStore(StreamId first = StreamId{0}, bool overtaking = true)
      : first_(first), overtaking_(overtaking) {}

  // A TCP stream is read in order, and what is read is forgotten.  Datagrams may be late or lost,
  // so that some stay.
  StreamId open(ConnectionId connection, Role writer, Transport transport);
  // nullptr for a stream that is not kept here.
  const Owner* owner(StreamId stream) const;
  // Returns the message's number.
  std::uint32_t write(StreamId stream, const Message& message);
  // nullptr when there is none of this number, or it is forgotten.
  const Message* read(const Content& content) const;
  // Nobody will ask for this message or an earlier one again; where datagrams overtake each other,
  // earlier ones may still be read for a while.
  void forget_through(const Content& content);
  // Nobody will read this stream any more, whatever is written to it.
  void close(StreamId stream);
  // Where packets keep their order, what may be forgotten is not read again.
  void walk(StateWalk& walk);

 private:
  // So many datagrams behind the last that was read are kept where they overtake each other.
  static constexpr std::uint32_t kKept = 1024;
  using Messages = Ring<Message, 512>;
  struct Stream {
    Owner owner;
    Transport transport = Transport::Tcp;
    bool closed = false;
    std::uint32_t written = 0;           // the number of the last message
    std::uint32_t forgotten = 0;         // of the last for which nobody will ask again
    std::unique_ptr<Messages> messages;  // the last ones written; none before the first
    std::uint32_t kept() const {
      return messages ? static_cast<std::uint32_t>(messages->size()) : 0;
    }
    // The number of the first that is kept.
    std::uint32_t first() const { return written - kept() + 1; }
  };
  bool has(StreamId stream) const { return stream.value - first_.value < streams_.size(); }
  Stream& at(StreamId stream) { return streams_[stream.value - first_.value]; }
  const Stream& at(StreamId stream) const { return streams_[stream.value - first_.value]; }

  StreamId first_;
  bool overtaking_;
  std::vector<Stream> streams_;
  std::vector<StreamId> open_;  // not closed, in order
};

}  // namespace stayalive
