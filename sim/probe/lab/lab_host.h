// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "base/time.h"
#include "net/flow_key.h"
#include "net/packet.h"
#include "probe/message/probe_message.h"
#include "stack/tcp_connection.h"

namespace stayalive {

// What the messages of simulated connections and datagrams say: a packet carries a number only.
class LabMessages {
 public:
  StreamId open() { return StreamId{next_++}; }
  // The number of the message in its stream, from 1.
  std::uint32_t write(StreamId stream, const ProbeBytes& bytes);
  // Empty where it never was.
  const ProbeBytes* read(StreamId stream, std::uint32_t message) const;
  void forget(StreamId stream) { streams_.erase(stream.value); }

 private:
  std::map<std::uint32_t, std::vector<ProbeBytes>> streams_;
  std::uint32_t next_ = 1;
};

// What a simulated host tells of its connections.
struct LabEvent {
  enum class Kind : std::uint8_t { Established, Read, Finished, Reset, Failed };
  Kind kind = Kind::Established;
  std::uint32_t connection = 0;
  Endpoint local;
  Endpoint remote;
  ProbeBytes bytes{};  // Read
};

// The kernel of a simulated host: connections by number, as many as are opened, and a RST for
// segments that belong to none.
class LabHost {
 public:
  explicit LabHost(LabMessages& messages) : messages_(&messages) {}

  // What comes of each call: packets to send and events to tell, in order.
  struct Outcome {
    std::vector<Packet> packets;
    std::vector<LabEvent> events;
  };
  void listen(Endpoint at) { listener_ = at; }
  std::uint32_t connect(Endpoint local, Endpoint remote, TimePoint now, Outcome& out);
  void write(std::uint32_t connection, const ProbeBytes& bytes, TimePoint now, Outcome& out);
  void finish(std::uint32_t connection, TimePoint now, Outcome& out);
  void abort(std::uint32_t connection, TimePoint now, Outcome& out);
  void receive(const Packet& segment, TimePoint now, Outcome& out);
  TimePoint next_deadline() const;
  void expire(TimePoint now, Outcome& out);

 private:
  struct Socket {
    std::unique_ptr<TcpConnection> tcp;
    StreamId stream;
    std::uint32_t read = 0;  // messages
    bool told_end = false;
    bool aborted = false;
  };
  std::uint32_t add(Endpoint local, Endpoint remote);
  void pass(std::uint32_t number, TcpOutbox& from, Outcome& out);
  void settle(std::uint32_t number, TcpOutbox& from, Outcome& out);

  LabMessages* messages_;
  TcpConfig config_;
  Endpoint listener_;
  std::map<std::uint32_t, Socket> sockets_;
  std::map<FlowKey, std::uint32_t> by_key_;  // as their packets leave
  std::uint32_t next_ = 1;
};

}  // namespace stayalive
