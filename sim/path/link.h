// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/geometric.h"
#include "base/random.h"
#include "base/ring.h"
#include "base/state_walk.h"
#include "base/time.h"
#include "base/units.h"

namespace stayalive {

// One direction of a line is down in [from, until).
struct Outage {
  TimePoint from;
  TimePoint until = kNever;
};

struct LinkConfig {
  std::string name;
  Duration delay{};             // propagation, each way
  Duration jitter{};            // added to the delay: uniform in [0, jitter]
  Ratio loss;                   // each packet that finds the line up, independently
  BitRate rate;                 // serialization; 0 is infinitely fast
  QueueLimit queue{10'000, 0};  // what waits to be sent at that rate; more is dropped
  bool reorder = false;         // whether jitter may let a packet overtake another
  std::vector<Outage> outages;  // sorted by `from`, not overlapping
};

// One direction of a line: it delays, loses and paces packets, and never reorders them unless told
// to.  What finds a slow line busy waits in a queue; what finds the queue full is dropped
// (drop-tail, as Linux's pfifo and bfifo do).  The packet that is being sent does not wait any
// more.  A packet that is handed over while the line is down is lost; one that is already on its
// way arrives.
class Link {
 public:
  // stream names this direction's random numbers, for example "home-lan outbound".  config must
  // outlive the link.
  Link(const LinkConfig& config, std::uint64_t seed, std::string_view stream);

  enum class Loss : std::uint8_t { None, Outage, Chance, Queue };
  struct Transit {
    TimePoint arrival = kNever;
    Loss loss = Loss::None;
  };
  // Hands over a packet of `bytes` at `now`; now must not decrease between calls unless the link
  // may reorder.
  Transit transmit(TimePoint now, std::uint32_t bytes);
  // Whether a packet may arrive before one that was handed over earlier.
  bool reorders() const { return config_->reorder; }
  // How long every packet takes, when that is always the same and none is ever lost; empty
  // otherwise.  Whoever knows it may do without transmit().
  std::optional<Duration> constant_delay() const;
  // Whether every packet takes random numbers.  A loss takes some, too, but only then.
  bool draws_each_time() const { return config_->jitter > Duration::zero(); }
  // Whether the line is down at `now`.
  bool down(TimePoint now) const;
  // Whether a packet has been lost in the outage that covers `at`.
  bool lost_in_outage(TimePoint at) const;
  // What has found the queue full.
  struct Dropped {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
  };
  const Dropped& dropped() const { return dropped_; }
  void walk(StateWalk& walk);

 private:
  struct Waiting {
    TimePoint until;  // when the line begins to send it
    std::uint32_t bytes = 0;
  };
  bool finds_queue_full(TimePoint now, std::uint32_t bytes);
  bool loses_next();
  // The position of the outage that covers `now`; none: as many as there are.
  std::size_t outage_at(TimePoint now) const;

  const LinkConfig* config_;
  Random jitter_;
  Random loss_;
  std::optional<Geometric> gap_;  // of packets between two losses; empty where none is lost
  std::uint64_t passing_ = 0;     // how many packets pass before the next one is lost
  TimePoint free_at_{};           // when the line has sent all earlier packets
  Ring<Waiting> queue_;           // in order of time; some may not wait any more
  std::uint64_t waiting_ = 0;     // bytes in it
  Dropped dropped_;
  TimePoint last_arrival_{};  // no later packet arrives before this
  std::vector<bool> hit_;     // by outage: whether it has cost a packet
};

}  // namespace stayalive
