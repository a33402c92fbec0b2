// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <compare>
#include <cstdint>

#include "base/state_walk.h"
#include "base/time.h"

namespace stayalive {

// Round-trip time and retransmission timeout (RFC 6298), with the refinements of Linux
// (tcp_rtt_estimator in net/ipv4/tcp_input.c): the variance follows the largest deviation of a
// round trip and never falls below rto_min, so a quiet line has an RTO of its RTT plus rto_min.
class RttEstimator {
 public:
  // A segment was acknowledged `rtt` after it was sent.  acknowledged and next are the positions of
  // the oldest unacknowledged and the next byte in the stream.
  void sample(Duration rtt, Duration rto_min, std::uint64_t acknowledged, std::uint64_t next);

  bool known() const { return scaled_srtt_ != Duration::zero(); }
  // Smoothed round trip; zero while unknown.
  Duration srtt() const { return scaled_srtt_ / 8; }
  // The shortest round trip ever seen; zero while unknown.
  Duration shortest() const { return shortest_; }
  // Without any back-off; rto_initial while no round trip has been measured.
  Duration rto(Duration rto_initial, Duration rto_max) const;
  void walk(StateWalk& walk) {
    walk.still(scaled_srtt_, deviation_, largest_, variance_, shortest_);
    walk.position(round_ends_);
  }

  friend auto operator<=>(const RttEstimator&, const RttEstimator&) = default;

 private:
  Duration scaled_srtt_{};  // eight times the smoothed round trip
  Duration deviation_{};    // four times the mean deviation
  Duration largest_{};      // of this round trip
  Duration variance_{};
  Duration shortest_{};
  std::uint64_t round_ends_ = 0;
};

}  // namespace stayalive
