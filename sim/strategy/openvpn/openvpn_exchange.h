// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "strategy/channel.h"
#include "strategy/message.h"

namespace stayalive {

// The control messages by which two ends of OpenVPN agree on keys, one after the other, each flight
// repeated with doubling pauses until the answer comes (reliable.c: 2 s at first).  Steps and sizes
// were recorded from OpenVPN 2.6.14 with TLS 1.3 and P-256 certificates; longer certificates make
// longer steps.  Over TCP nothing is repeated and each message is 2 bytes longer.
class OpenvpnExchange {
 public:
  enum class Kind : std::uint8_t {
    Handshake,            // from a hard reset by the client to its answer to the pushed options
    ClientRenegotiation,  // from a soft reset by the client
    ServerRenegotiation,  // from a soft reset by the server
  };
  OpenvpnExchange(Kind kind, Role role, Transport transport)
      : kind_(kind), role_(role), transport_(transport) {}

  // Which kind of exchange a control message belongs to, and whether it begins one.
  static Kind kind_of(const Message& message);
  static bool begins(const Message& message);
  // The opcode of the packet that carries the message over UDP: P_CONTROL_HARD_RESET_CLIENT_V2 and
  // so on (ssl_pkt.h of OpenVPN 2.6).
  static std::uint8_t opcode_of(const Message& message);

  // The end whose turn it is sends its first flight; the other one waits.
  void begin(std::int64_t second, Channel& channel);
  // A message of this exchange arrived: what answers it is sent.  Messages out of turn are ignored,
  // except that an acknowledgement that got lost is given again.
  void receive(const Message& message, std::int64_t second, Channel& channel);
  // Repeats the flight that has waited for an answer until now.
  void repeat(std::int64_t second, Channel& channel);
  // The second of the clock at which repeat() has something to do; INT64_MAX when never.
  std::int64_t repeat_second() const { return repeat_second_; }

  Kind kind() const { return kind_; }
  // Whether this end has the keys: it has sent and received all that is not a mere
  // acknowledgement.
  bool agreed() const;

 private:
  void send_flight(Channel& channel, bool again);
  bool answers_only_acknowledge() const;

  Kind kind_;
  Role role_;
  Transport transport_;
  std::size_t next_ = 0;  // the step to be sent or received next
  std::size_t flight_begin_ = 0;
  std::size_t flight_end_ = 0;
  std::int64_t repeat_second_ = INT64_MAX;
  std::int64_t pause_ = 0;  // seconds until the repetition after the next
};

}  // namespace stayalive
