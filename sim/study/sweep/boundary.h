// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <vector>

#include "study/sweep/sweep.h"

namespace stayalive {

// How the values of an axis follow one another, where more and less mean something: spans, whole
// numbers, rates or ratios, all of one kind.
enum class AxisOrder : std::uint8_t { None, Rising, Falling };
AxisOrder order_of(const Axis& axis);

// Whether a connection counts as held at a point: in more than half of the runs.
bool mostly_held(const Tally& tally);

// Two neighbours along an ordered axis between which a connection ceases to hold, or begins to.
struct Boundary {
  std::size_t axis = 0;
  std::size_t connection = 0;
  std::size_t holds = 0;  // the point at which it holds
  std::size_t fails = 0;  // the one at which it does not
};
// All of them: axis by axis, of each connection in turn, in the order of the points.  Points that
// are not done have none.
std::vector<Boundary> find_boundaries(const Sweep& sweep);

}  // namespace stayalive
