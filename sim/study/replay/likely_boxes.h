// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "net/packet.h"
#include "study/replay/replayed_flow.h"

namespace stayalive {

// Names the boxes that would have done to a flow what the capture shows: each built-in profile is
// tried with an established connection, or a UDP association with answers, that is silent for as
// long as it survived, and for as long as it did not.  So many are named, the longest timeouts
// first, since they are nearest to the silence.
inline constexpr std::size_t kMostCandidates = 4;
void name_likely_boxes(BrokenFlow& broken, Protocol protocol);

}  // namespace stayalive
