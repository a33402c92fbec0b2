// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/state_walk.h"
#include "base/time.h"
#include "base/timed_machine.h"
#include "net/packet.h"
#include "stack/buffer/receive_queue.h"
#include "stack/buffer/send_queue.h"
#include "stack/close_give_up.h"
#include "stack/congestion_window.h"
#include "stack/resting_tcp.h"
#include "stack/socket_error.h"
#include "stack/tcp_config.h"
#include "stack/tcp_event.h"
#include "stack/tcp_state.h"
#include "stack/timer/acknowledgment_delay.h"
#include "stack/timer/rtt_estimator.h"
#include "stack/timer/timer_table.h"

namespace stayalive {

// One end of a TCP connection, at the level of segments: handshake, retransmission with back-off
// and tail-loss probe, delayed ACK, keepalive, user timeout, zero window, FIN, RST and challenge
// ACK as Linux does them.  A TimedMachine: it is told the time, answers next_deadline(), and
// changes by itself only in expire().  Once state() is Closed it says nothing more, and segments
// for it are the host's to answer.
class TcpConnection {
 public:
  // config must outlive the connection.  origin: of its packets.  initial_sequence is the first
  // sequence number it uses.
  TcpConnection(const TcpConfig& config, Endpoint local, Endpoint remote, Origin origin,
                std::uint32_t initial_sequence);
  // One that rested; it goes on as if it had been there all the time.
  TcpConnection(const TcpConfig& config, const RestingTcp& resting);

  // Active open: sends a SYN.
  void open(TimePoint now, TcpOutbox& out);
  // Passive open by a SYN that arrived: sends a SYN-ACK.
  void accept(const Packet& syn, TimePoint now, TcpOutbox& out);
  // That SYN-ACK was a SYN cookie: it is not repeated, and good for two minutes.
  void make_cookie(TimePoint now);
  // Whether this segment would end the handshake of a passive open.  Whoever does not offer it,
  // since the listener has no place, says so with ignore_completion().
  bool would_establish(const Packet& segment) const;
  void ignore_completion() { ignored_ = true; }
  // The program writes a message of `bytes` (at least 1); messages are numbered from 1.  Ignored
  // when the connection can no longer send.
  void send(std::uint32_t message, std::uint32_t bytes, TimePoint now, TcpOutbox& out);
  // While held, what the program writes waits for the end of that, so that it leaves in as few
  // segments as hold it (MSG_MORE).  Held and let go at the same instant.
  void hold(bool held, TimePoint now, TcpOutbox& out);
  // A segment addressed to this connection arrived.  A new SYN in TIME-WAIT closes the connection
  // without an answer: the host offers the SYN to whoever listens.
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

  // kNever when nothing will happen by itself.
  TimePoint next_deadline() const { return timers_.earliest(); }
  // Does what was due at or before `now`, each thing at its own time.
  void expire(TimePoint now, TcpOutbox& out);

  void walk(StateWalk& walk);

  TcpState state() const { return state_; }
  // Of a passive open that is not over.
  bool is_cookie() const { return cookie_; }
  Endpoint local() const { return local_; }
  Endpoint remote() const { return remote_; }
  // What it writes, and what it reads: the latter is invalid until the peer's SYN has come.
  StreamId stream() const { return origin_.stream; }
  StreamId peer_stream() const { return peer_stream_; }
  // Everything about it while it rests; empty while anything else than a keepalive is going on.
  std::optional<RestingTcp> rest() const;

 private:
  // Retransmit serves one of several ends at a time, as in Linux (icsk_pending): see Pending.
  enum class Timer : std::uint8_t { Retransmit, DelayedAck, Keepalive, Ending };
  enum class Pending : std::uint8_t { None, Timeout, LossProbe, Reordering, WindowProbe };
  // tcp_ca_state of Linux: Recovery after a loss that later acknowledgments showed, Loss after a
  // retransmission timeout.
  enum class CongestionState : std::uint8_t { Open, Recovery, Loss };
  enum class AckClass : std::uint8_t { Unacceptable, Old, Acceptable };

  // tcp_handshake.cpp
  void receive_in_syn_sent(const Packet& segment, TimePoint now, TcpOutbox& out);
  void receive_in_syn_received(const Packet& segment, TimePoint now, TcpOutbox& out);
  void establish(const Packet& answer, TimePoint now, TcpOutbox& out);
  void transmit_handshake(std::uint8_t flags, PacketKind kind, TimePoint now, TcpOutbox& out);
  TimePoint handshake_sent(std::uint8_t copy) const;
  bool connects_too_long(TimePoint now) const;
  bool in_window(const Packet& segment) const;
  bool defers(const Packet& segment) const;
  void expire_handshake(TimePoint now, TcpOutbox& out);

  // tcp_input.cpp
  void receive_synchronized(const Packet& segment, TimePoint now, TcpOutbox& out);
  bool acceptable(const Packet& segment, TimePoint now, TcpOutbox& out);
  AckClass process_ack(const Packet& segment, TimePoint now, TcpOutbox& out);
  void process_new_ack(const Packet& segment, std::uint64_t position, TimePoint now,
                       TcpOutbox& out);
  bool process_data(const Packet& segment, TimePoint now, TcpOutbox& out);
  void process_fin(TimePoint now, TcpOutbox& out);
  void answer_data(bool read, TimePoint now, TcpOutbox& out);
  bool limited(TimePoint now);
  void send_challenge(TimePoint now, TcpOutbox& out);

  // tcp_output.cpp
  Packet make(std::uint8_t flags, std::uint64_t position, PacketKind kind);
  void transmit(const Packet& packet, TimePoint now, TcpOutbox& out);
  void transmit_segment(const SentSegment& segment, PacketKind kind, TimePoint now, TcpOutbox& out);
  void send_ack(PacketKind kind, TimePoint now, TcpOutbox& out);
  void send_reset(TimePoint now, TcpOutbox& out);
  enum class Urgency : std::uint8_t { Normal, Push };
  bool send_unsent(Urgency urgency, std::uint32_t at_most, TimePoint now, TcpOutbox& out);
  void push(Urgency urgency, TimePoint now, TcpOutbox& out);
  void push_written(TimePoint now, TcpOutbox& out);
  bool nagle_holds(const SentSegment& segment) const;
  std::uint64_t window_end() const { return send_.acknowledged() + peer_window_; }
  bool wake_up_peer(PacketKind kind, TimePoint now, TcpOutbox& out);

  // tcp_retransmission.cpp
  void expire_retransmit(TimePoint now, TcpOutbox& out);
  void on_retransmission_timeout(TimePoint now, TcpOutbox& out);
  void on_loss_probe(TimePoint now, TcpOutbox& out);
  void retransmit(std::size_t index, TimePoint now, TcpOutbox& out);
  bool gives_up(TimePoint now) const;
  bool shrunken_window_gives_up(TimePoint now) const;
  void back_off();
  Duration clamped_rto(TimePoint now) const;
  void arm_timeout(TimePoint now);
  bool arm_loss_probe(bool fresh, TimePoint now);
  void undo_back_off(TimePoint now, TcpOutbox& out);

  // tcp_recovery.cpp
  void recover(const SendQueue::Acknowledged* acknowledged, bool duplicate, TimePoint now,
               TcpOutbox& out);
  bool recover_from_timeout(const SendQueue::Acknowledged* acknowledged, bool duplicate,
                            TimePoint now, TcpOutbox& out);
  void detect_loss(TimePoint now);
  void retransmit_lost(TimePoint now, TcpOutbox& out);
  void enter_loss(TimePoint now);

  // tcp_window_probe.cpp
  void arm_window_probe(TimePoint now);
  void review_window_probe(TimePoint now);
  void on_window_probe(TimePoint now, TcpOutbox& out);
  Duration window_probe_wait(TimePoint now) const;

  // tcp_rest.cpp
  bool rests() const;

  // tcp_closing.cpp
  void finish_sending(TimePoint now, TcpOutbox& out);
  void on_fin_acknowledged(TimePoint now);
  void enter_time_wait(TimePoint now, TcpOutbox& out);
  void wait_for_fin(TimePoint now);
  void receive_in_time_wait(const Packet& segment, TimePoint now, TcpOutbox& out);
  void receive_in_orphaned_fin_wait2(const Packet& segment, TimePoint now, TcpOutbox& out);
  void end(SocketError error, TcpOutbox& out);
  void give_up(TcpOutbox& out);
  void tell(TcpEvent event, TcpOutbox& out);

  // tcp_wait.cpp
  bool waits_long(TimePoint now) const;
  Duration since_probe(TimePoint now) const;
  std::optional<CloseGiveUp> wait_so_far(TimePoint now) const;
  std::string_view limit_of(Timer timer) const;
  void receive_while_waiting(const Packet& segment, TimePoint now, TcpOutbox& out);

  // tcp_connection.cpp
  TimePoint heard_at() const;
  void arm(Timer timer, Duration span, TimePoint now);
  void arm_retransmit(Pending purpose, Duration span, TimePoint now);
  void clear_retransmit();
  void expire_delayed_ack(TimePoint now, TcpOutbox& out);
  void expire_keepalive(TimePoint now, TcpOutbox& out);
  Duration base_rto() const;
  std::uint32_t sequence_at(std::uint64_t position) const;
  bool can_send() const;

  const TcpConfig* config_;
  Endpoint local_;
  Endpoint remote_;
  Origin origin_;
  StreamId peer_stream_;
  std::uint32_t initial_sequence_;
  TcpState state_ = TcpState::Closed;
  Pending pending_ = Pending::None;
  CongestionState congestion_state_ = CongestionState::Open;
  SocketError soft_error_ = SocketError::None;
  bool keepalive_ = false;
  bool reading_ = true;
  bool orphan_ = false;  // the program closed it
  bool held_ = false;    // never between two events
  bool told_closed_ = false;
  bool cookie_ = false;   // its SYN-ACK was a SYN cookie
  bool ignored_ = false;  // a segment that would have ended its handshake was ignored (acked)
  bool frto_ = false;     // F-RTO is under way: the timeout may have been spurious (RFC 5682)
  TimerTable<Timer, 4> timers_;

  SendQueue send_;
  std::uint32_t peer_window_ = 0;
  std::uint32_t largest_peer_window_ = 0;
  std::uint32_t window_sequence_ = 0;  // of the segment that set the peer's window
  std::uint64_t small_end_ = 0;        // of the last segment that was not full, for Nagle
  std::uint64_t loss_probe_end_ = 0;   // what was sent when a tail-loss probe went out; 0 is none
  std::uint64_t recovery_end_ = 0;     // recovery lasts until this is acknowledged
  CongestionWindow congestion_window_;

  RttEstimator rtt_;
  Duration rto_{};  // with its back-off
  std::uint32_t back_off_ = 0;
  std::uint32_t timeouts_ = 0;               // retransmission timeouts since the last progress
  TimePoint first_retransmission_ = kNever;  // of this episode; of a SYN the first one
  std::uint32_t probes_ = 0;                 // unanswered keepalive or window probes
  TimePoint probing_since_ = kNever;         // of a zero window

  ReceiveQueue receive_;
  AcknowledgmentDelay acknowledgment_;
  TimePoint last_ack_{};            // when an acceptable acknowledgment last came
  TimePoint last_segment_{};        // when anything acceptable last came
  TimePoint last_answer_ = kNever;  // to a strange segment
  // When its SYN or SYN-ACK was sent; the first copy, and while the handshake lasts the others.
  TimePoint handshake_sent_{};
  std::vector<TimePoint> handshake_repeated_;
  std::uint8_t peer_copy_ = 0;  // Packet::copy of what its segments echo
  bool duplicate_ = false;      // octets came that had come before, and it has not said so yet
};
static_assert(TimedMachine<TcpConnection, TcpOutbox>);

}  // namespace stayalive
