// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <optional>

#include "base/time.h"
#include "probe/message/probe_message.h"
#include "probe/trial/probe_outbox.h"

namespace stayalive {

// The flow on which a probe gives its orders: UDP, repeated until they are answered.  It is always
// the probe that speaks first, so a box that has forgotten the flow lets it begin anew.  It proves
// the probe's address again before a cookie is too old, and keeps its session alive.
class ControlLine {
 public:
  ControlLine(std::uint32_t flow, std::uint64_t session, Endpoint reflector);

  void begin(TimePoint now, ProbeOutbox& out);
  void opened(Endpoint local, TimePoint now, ProbeOutbox& out);
  void order(std::uint32_t flow, ProbeAction action, std::uint8_t socket, TimePoint now,
             ProbeOutbox& out);
  // What has come in; the answer to an order that is new.
  std::optional<ProbeMessage> receive(const ProbeMessage& message, TimePoint now, ProbeOutbox& out);

  TimePoint next_deadline() const;
  void expire(TimePoint now, ProbeOutbox& out);

  bool ready() const { return cookie_.has_value(); }
  // Nothing has come for so long that nobody seems to be there.
  bool lost(TimePoint now) const;
  std::uint64_t cookie() const { return cookie_.value_or(0); }
  const ProbeMessage& welcome() const { return welcome_; }
  Endpoint local() const { return local_; }
  std::uint32_t flow() const { return flow_; }
  // The longest round trip so far of what needed no repetition.
  Duration round_trip() const { return round_trip_; }
  // How many messages were sent, and how many of them repeated others.
  std::uint64_t sent() const { return sent_; }
  std::uint64_t repeated() const { return repeated_; }
  // It has no room for more flows or sessions.
  bool refused() const { return refused_; }

 private:
  struct Waiting {
    ProbeMessage message;
    TimePoint since;
    TimePoint again;
    std::uint32_t times = 0;
  };
  void say(Waiting& waiting, TimePoint now, ProbeOutbox& out);
  void ask(const ProbeMessage& message, TimePoint now, ProbeOutbox& out);
  void hello(TimePoint now, ProbeOutbox& out);

  std::uint32_t flow_;
  std::uint64_t session_;
  Endpoint reflector_;
  Endpoint local_;
  bool open_ = false;
  std::map<std::uint32_t, Waiting> waiting_;  // by number
  std::uint32_t next_number_ = 1;
  std::optional<std::uint64_t> cookie_;
  ProbeMessage welcome_;
  Duration round_trip_{};
  TimePoint proven_at_ = kStart;
  TimePoint heard_at_ = kStart;
  std::uint64_t sent_ = 0;
  std::uint64_t repeated_ = 0;
  bool refused_ = false;
};

}  // namespace stayalive
