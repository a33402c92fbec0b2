// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <compare>
#include <cstdint>

#include "base/time.h"
#include "net/packet.h"
#include "stack/congestion_window.h"
#include "stack/tcp_config.h"
#include "stack/timer/acknowledgment_delay.h"
#include "stack/timer/rtt_estimator.h"

namespace stayalive {

// A TcpConnection at rest: established, everything sent is acknowledged, everything received is
// read, nothing is owed, and no timer runs but the keepalive's.  While nothing arrives but probes
// and their answers, a few instants are all that changes, and the functions below say how; for
// anything else it has to become a TcpConnection again.
struct RestingTcp {
  // What it remembers of all it has been through.  Connections that have fared alike remember the
  // same, but for the instant at which data last came.
  struct Memory {
    std::uint64_t position = 1;  // in its own stream: how much it has sent, the SYN included
    CongestionWindow congestion_window;
    std::uint32_t peer_window = 0;
    std::uint32_t largest_peer_window = 0;
    std::uint32_t window_age = 0;  // octets received since the segment that told the peer's window
    std::uint8_t peer_copy = 0;    // what it echoes until something in order comes (Packet::copy)
    Duration rto{};
    RttEstimator rtt;
    AcknowledgmentDelay acknowledgment;
    friend auto operator<=>(const Memory&, const Memory&) = default;
  };
  Endpoint local;
  Endpoint remote;
  Origin origin;
  StreamId peer_stream;
  std::uint32_t initial_sequence = 0;
  std::uint32_t receive_next = 0;
  TimePoint last_ack;                // when an acknowledgment last came
  TimePoint last_answer = kNever;    // when it last answered a strange segment, such as a probe
  TimePoint keepalive_due = kNever;  // when its keepalive timer runs out
  bool probing = false;              // it has sent one probe that is not answered yet
  Memory memory;
};

// tcp_invalid_ratelimit: whether a strange segment that comes now remains without an answer.
inline bool answers_too_soon(const TcpConfig& config, TimePoint last_answer, TimePoint now) {
  return last_answer != kNever && now - last_answer < config.invalid_ratelimit;
}

// When a connection at rest last heard its peer, as its keepalive timer counts: Linux by
// acknowledgments, BSD and Windows by any segment.
TimePoint last_heard(const TcpConfig& config, TimePoint last_ack, TimePoint last_answer);

// The keepalive timer of a connection at rest is armed for `due` and, each time it finds that the
// peer was heard not long enough ago, for later: what it is armed for at `now`, once it has done
// all that was due before; at the latest when it has to probe.
TimePoint keepalive_timer(const TcpConfig& config, TimePoint due, TimePoint heard, TimePoint now);
// When it probes, if nothing is heard until then.
inline TimePoint next_probe(const TcpConfig& config, TimePoint due, TimePoint heard) {
  return keepalive_timer(config, due, heard, kNever);
}
// What the timer is armed for once it has probed.
TimePoint after_probe(const TcpConfig& config, const RestingTcp::Memory& memory, TimePoint now);

// Where the two streams of a connection at rest stand, as one of its ends sees them.
struct RestingStreams {
  Endpoint local;
  Endpoint remote;
  Origin origin;
  std::uint32_t next = 0;          // that it sends
  std::uint32_t receive_next = 0;  // that it receives
};
// The probe that it sends, and the answer that a probe draws from it.
Packet probe_at_rest(const TcpConfig& config, const RestingStreams& streams);
Packet answer_at_rest(const TcpConfig& config, const RestingStreams& streams);
// Whether a segment from the peer is a keepalive probe, which changes nothing but last_answer, or
// else leaves the last answer too short ago.
bool is_probe(const Packet& segment, const RestingStreams& streams);
// Whether it is an acknowledgment of what has long been acknowledged, which changes nothing but
// last_ack, ends the wait for an answer, and may tell another window.
bool is_answer(const Packet& segment, const RestingStreams& streams);
bool tells_window(const Packet& answer, const RestingTcp::Memory& memory);
// What an end remembers after an answer that does.
RestingTcp::Memory with_window_of(const Packet& answer, const RestingTcp::Memory& memory);

}  // namespace stayalive
