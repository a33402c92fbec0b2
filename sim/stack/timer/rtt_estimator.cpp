// SPDX-License-Identifier: Apache-2.0
#include "stack/timer/rtt_estimator.h"

#include <algorithm>

namespace stayalive {

void RttEstimator::sample(Duration rtt, Duration rto_min, std::uint64_t acknowledged,
                          std::uint64_t next) {
  // A round trip of zero would read as "unknown".
  const Duration measured = std::max(rtt, Duration{1});
  shortest_ = known() ? std::min(shortest_, measured) : measured;
  if (!known()) {
    scaled_srtt_ = measured * 8;
    deviation_ = measured * 2;
    variance_ = std::max(deviation_, rto_min);
    largest_ = variance_;
    round_ends_ = next;
    return;
  }
  Duration error = measured - scaled_srtt_ / 8;
  scaled_srtt_ += error;
  if (error < Duration::zero()) {
    // A round trip that shrinks counts for an eighth, so that it does not raise the timeout.
    error = -error - deviation_ / 4;
    if (error > Duration::zero()) error /= 8;
  } else {
    error -= deviation_ / 4;
  }
  deviation_ += error;
  largest_ = std::max(largest_, deviation_);
  variance_ = std::max(variance_, largest_);
  if (acknowledged > round_ends_) {
    if (largest_ < variance_) variance_ -= (variance_ - largest_) / 4;
    round_ends_ = next;
    largest_ = rto_min;
  }
}

Duration RttEstimator::rto(Duration rto_initial, Duration rto_max) const {
  return std::min(known() ? srtt() + variance_ : rto_initial, rto_max);
}

}  // namespace stayalive
