// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/ids.h"
#include "base/slab.h"
#include "base/time.h"
#include "engine/deadline_queue.h"
#include "engine/node.h"
#include "engine/trace.h"

namespace stayalive {

// The virtual driver: it owns the present and the order of events, and nothing else.  Events at the
// same time run in the order in which they were scheduled.  One simulation is one thread;
// simulations share nothing.
class Simulation {
 public:
  TimePoint now() const { return now_; }
  // Names a node and gives it an identity; the node must outlive the simulation.
  NodeId add(std::string name, Node& node);
  const std::string& name(NodeId id) const { return names_[id.value]; }

  // at must not lie before now(); kNever is never.
  void deliver_at(TimePoint at, NodeId to, Side from, const Packet& packet);
  void wake_at(TimePoint at, NodeId node, std::uint32_t token);

  // Runs every event up to and including `limit`, then stands exactly at limit.  Returns how many
  // ran.
  std::uint64_t run_until(TimePoint limit);
  std::uint64_t events() const { return events_; }
  // A fingerprint of every event so far: its time, its node, its packet or token.
  std::uint64_t digest() const { return digest_.value(); }

  // The sink must outlive the simulation; nullptr switches tracing off.
  void set_trace(TraceSink* sink) { trace_ = sink; }
  bool tracing() const { return trace_ != nullptr; }
  // Call only while tracing().
  void trace(const TraceRecord& record) {
    static const std::string kNowhere;
    trace_->record(record, record.node.valid() ? name(record.node) : kNowhere);
  }

 private:
  struct Event {
    std::uint32_t target;  // node << 2 | side << 1 | is_packet
    std::uint32_t token;   // of a wake-up, or the handle of a packet
  };
  static_assert(sizeof(Event) == 8);

  void run(const Event& event);

  DeadlineQueue<Event> queue_;
  Slab<Packet> packets_;
  std::vector<Node*> nodes_;
  std::vector<std::string> names_;
  TimePoint now_ = kStart;
  std::uint64_t events_ = 0;
  Digest digest_;
  TraceSink* trace_ = nullptr;
};

}  // namespace stayalive
