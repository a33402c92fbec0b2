// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "base/ids.h"
#include "base/time.h"
#include "net/packet.h"
#include "net/side.h"

namespace stayalive {

// What a trace tells.
enum class TraceKind : std::uint8_t {
  Sent,       // a host put the packet on the wire
  Arrived,    // a host received it
  Forwarded,  // a box passed it on; detail says what it did with the flow
  Dropped,    // lost or refused; detail says where and why
  Answered,   // a box sent it by itself, for example a RST
  Event,      // no packet: a program, a flow or the scenario did something; detail says what
};

struct TraceRecord {
  TimePoint at;
  TraceKind kind = TraceKind::Event;
  NodeId node;                    // who saw it; invalid for lines and the scenario itself
  Side towards = Side::External;  // the direction the packet was travelling in
  Packet packet;                  // meaningless for Event, except for its connection
  std::string detail;
};

// Receives records in order of time.  Records are built only while somebody listens.
class TraceSink {
 public:
  virtual ~TraceSink() = default;
  // where: the name of the record's node; empty for lines and the scenario itself.
  virtual void record(const TraceRecord& record, const std::string& where) = 0;
};

}  // namespace stayalive
