// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "net/packet.h"

namespace stayalive {

// What a probe wants to know: one kind of flow for each.
enum class Measure : std::uint8_t {
  UdpSingle,         // lifetime after one datagram from inside
  UdpStream,         // lifetime of a flow that both sides have used for more than 2 s
  TcpEstablished,    // lifetime of a connection that says nothing
  TcpHalfClosed,     // ... after the FIN of the inside end
  UdpAnswered,       // whether an answer alone makes a flow a stream
  UdpRefreshedOut,   // whether a datagram from inside extends a stream's life
  UdpRefreshedIn,    // ... one from outside
  UdpRefreshedBoth,  // ... one from each side
  LateFromInside,    // what a late segment from inside meets
  MappingPort,       // external endpoint towards another port of the reflector
  MappingAddress,    // ... towards another address
  FilterPort,        // whether another port of the reflector may send in
  FilterAddress,     // ... another address
  Hairpin,           // whether two flows of the probe reach each other outside
};
inline constexpr std::size_t kMeasures = static_cast<std::size_t>(Measure::Hairpin) + 1;
// Its position in tables by measure.
constexpr std::size_t place(Measure measure) { return static_cast<std::size_t>(measure); }
// "udp.single", "tcp.late_from_inside".
const char* name(Measure measure);
constexpr bool is_lifetime(Measure measure) { return measure <= Measure::TcpHalfClosed; }
Protocol protocol_of(Measure measure);

// One step of a flow's life, as its probe lives it.
struct TrialStep {
  enum class Kind : std::uint8_t {
    Open,     // a socket; of TCP a connection
    Mark,     // a Mark from inside; with `answered` its answer is waited for
    Confirm,  // the reflector has had as many Marks as were sent, and the FIN if there was one
    Silence,  // nothing happens for `span`, counted from the flow's last packet
    Push,     // a Sent from outside has to come
    Finish,   // FIN
    Check,    // whether a Sent from the reflector's `socket` comes in
    Speak,    // what a Mark from inside meets
    Compare,  // a Mark to the reflector's `socket`: the external endpoint it has there
    Meet,     // whether the flow and its twin reach each other's external endpoints
  };
  Kind kind = Kind::Open;
  bool answered = false;
  Duration span{};
  std::uint8_t socket = 0;
};

// The life of a flow for a measure.  silence: of a lifetime, the one tried; else one after which
// the flow would be, for refreshes and answers, over but for what is tried, for late packets surely
// over.  Without effect for the rest.
std::vector<TrialStep> script_of(Measure measure, Duration silence);

}  // namespace stayalive
