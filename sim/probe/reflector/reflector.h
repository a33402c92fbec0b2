// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "base/timed_machine.h"
#include "probe/message/probe_message.h"
#include "probe/reflector/address_proof.h"

namespace stayalive {

// What a reflector allows, so that it can be left alone on the Internet.
struct ReflectorLimits {
  std::size_t sessions = 64;
  std::size_t sessions_of_an_address = 8;
  std::size_t flows_of_a_session = 512;
  std::size_t connections = 4096;
  // Datagrams answered in a second, to all together.
  std::uint32_t answers_per_second = 2000;
  // A session that says nothing for so long is forgotten with its flows.
  Duration session_idle = 1h;
  // A connection that has not said by then whose it is is reset.
  Duration introduction = 10s;
};

// What a reflector wants to have sent and done.
struct ReflectorOutbox {
  struct Datagram {
    std::uint8_t socket = 0;
    Endpoint to;
    ProbeBytes bytes;
  };
  struct Written {
    std::uint32_t connection = 0;
    ProbeBytes bytes;
  };
  std::vector<Datagram> datagrams;
  std::vector<Written> written;
  std::vector<std::uint32_t> aborted;  // connections to be reset
  void clear() {
    datagrams.clear();
    written.clear();
    aborted.clear();
  }
};

// How a connection ended at the reflector.
enum class ConnectionEnd : std::uint8_t { Finished, Reset };

// The far end of a probe: notes where flows come from, and sends on them when it is asked to.  It
// plans nothing and keeps no content.  To an address that has not proven itself it sends at most
// one message of the same length for each that came, and on flows only to addresses that have.
class Reflector {
 public:
  // other: the other address and port, where there are; sockets: which there are, a sum of
  // kOther...
  struct Place {
    Endpoint other;
    std::uint8_t sockets = 0;
  };
  Reflector(AddressProof::Key key, Place place, ReflectorLimits limits = {});

  // A datagram came in at a socket.
  void receive(std::uint8_t socket, Endpoint from, std::span<const std::uint8_t> bytes,
               TimePoint now, ReflectorOutbox& out);
  // A connection was made; the driver numbers them, and never uses a number twice.
  void accept(std::uint32_t connection, Endpoint from, TimePoint now, ReflectorOutbox& out);
  // It brought bytes, which may be parts of messages.
  void read(std::uint32_t connection, std::span<const std::uint8_t> bytes, TimePoint now,
            ReflectorOutbox& out);
  // It brings nothing more; after Reset it is gone.
  void end(std::uint32_t connection, ConnectionEnd how);

  TimePoint next_deadline() const;
  void expire(TimePoint now, ReflectorOutbox& out);

  std::size_t sessions() const { return sessions_.size(); }
  std::size_t connections() const { return connections_.size(); }
  std::size_t flows() const;

 private:
  struct ProbedFlow {
    Endpoint seen;
    std::optional<std::uint32_t> connection;
    std::uint16_t marks = 0;
    bool finished = false;
    bool reset = false;
  };
  struct ProbeSession {
    AddressId owner;
    TimePoint heard;
    std::map<std::uint32_t, ProbedFlow> flows;
  };
  struct Caller {
    Endpoint from;
    TimePoint since;
    std::array<std::uint8_t, kProbeBytes> partial{};
    std::size_t filled = 0;
    std::uint64_t session = 0;
    std::uint32_t flow = 0;
    bool introduced = false;
  };

  bool may_answer(TimePoint now);
  void answer(std::uint8_t socket, Endpoint to, const ProbeMessage& message, ReflectorOutbox& out);
  void welcome(std::uint8_t socket, Endpoint from, const ProbeMessage& asked, TimePoint now,
               ReflectorOutbox& out);
  ProbeSession* session_of(const ProbeMessage& message, AddressId owner, TimePoint now);
  ProbedFlow* flow_of(const ProbeMessage& message, Endpoint from, TimePoint now);
  void mark(std::uint8_t socket, Endpoint from, const ProbeMessage& message, TimePoint now,
            ReflectorOutbox& out);
  void take_order(std::uint8_t socket, Endpoint from, const ProbeMessage& order, TimePoint now,
                  ReflectorOutbox& out);
  void carry_out(const ProbeMessage& order, ProbedFlow& flow, ReflectorOutbox& out);
  void mark_connection(std::uint32_t connection, Caller& caller, const ProbeMessage& message,
                       TimePoint now, ReflectorOutbox& out);
  void abort(std::uint32_t connection, ReflectorOutbox& out);
  void forget(const ProbeSession& session, ReflectorOutbox& out);

  AddressProof proof_;
  Place place_;
  ReflectorLimits limits_;
  std::map<std::uint64_t, ProbeSession> sessions_;
  std::map<std::uint32_t, Caller> connections_;
  TimePoint second_begun_ = kStart;
  std::uint32_t answered_ = 0;
};
static_assert(TimedMachine<Reflector, ReflectorOutbox>);

}  // namespace stayalive
