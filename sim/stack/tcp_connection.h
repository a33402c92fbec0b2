// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "net/packet.h"
#include "stack/socket_error.h"
#include "stack/tcp_config.h"

namespace stayalive {

// What a connection tells the program that owns it.
struct TcpEvent {
  enum class Kind : std::uint8_t {
    Established,
    Acknowledged,  // the peer has everything up to and including message `tag`
    Delivered,     // every message up to and including `tag` has arrived in order and can be read
    PeerClosed,    // end of file: a FIN arrived
    Closed,        // the connection is over; `error` says how, None for an orderly end
  };
  Kind kind = Kind::Established;
  std::uint32_t tag = 0;
  SocketError error = SocketError::None;
};

struct TcpOutbox {
  std::vector<Packet> packets;
  std::vector<TcpEvent> events;
  void clear() {
    packets.clear();
    events.clear();
  }
};

// RFC 9293 section 3.3.2.
enum class TcpState : std::uint8_t {
  Closed,
  SynSent,
  SynReceived,
  Established,
  FinWait1,
  FinWait2,
  CloseWait,
  Closing,
  LastAck,
  TimeWait,
};
const char* name(TcpState state);

// One end of a TCP connection, at the level of segments: handshake, retransmission with back-off
// and tail-loss probe, delayed ACK, keepalive, user timeout, zero window, FIN, RST and challenge
// ACK as Linux does them.  A TimedMachine: it is told the time, answers next_deadline(), and
// changes by itself only in expire().
class TcpConnection {
 public:
  // config must outlive the connection.  initial_sequence is the first sequence number it uses.
  TcpConnection(const TcpConfig& config, Endpoint local, Endpoint remote, ConnectionId connection,
                std::uint32_t initial_sequence);

  // Active open: sends a SYN.
  void open(TimePoint now, TcpOutbox& out);
  // Passive open by a SYN that arrived: sends a SYN-ACK.
  void accept(const Packet& syn, TimePoint now, TcpOutbox& out);
  // The program writes message `tag` of `bytes` (at least 1); tags rise by one from write to write.
  void send(std::uint32_t tag, std::uint32_t bytes, TimePoint now, TcpOutbox& out);
  // A segment addressed to this connection arrived.
  void receive(const Packet& segment, TimePoint now, TcpOutbox& out);
  // An ICMP error quoting a segment of this connection arrived.
  void receive_error(const QuotedPacket& quote, TimePoint now, TcpOutbox& out);
  // The program stops or resumes reading; while it does not read, the offered window shrinks to
  // zero.
  void set_reading(bool reading, TimePoint now, TcpOutbox& out);
  // shutdown(SHUT_WR): a FIN after everything written; the program still reads.
  void shutdown(TimePoint now, TcpOutbox& out);
  // close(), or the process ends: as shutdown, and nobody reads any more (the connection is an
  // orphan of the kernel). Unread data makes it a RST.  No events follow.
  void close(TimePoint now, TcpOutbox& out);
  // close() with SO_LINGER 0: RST, and the connection is gone.
  void abort(TimePoint now, TcpOutbox& out);
  // Socket options may change on a live connection.
  void set_keepalive(bool on, TimePoint now);

  TimePoint next_deadline() const;
  void expire(TimePoint now, TcpOutbox& out);

  TcpState state() const;
  Endpoint local() const;
  Endpoint remote() const;
};

}  // namespace stayalive
