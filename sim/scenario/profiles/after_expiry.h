// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

#include "middlebox/profile.h"
#include "net/side.h"

namespace stayalive {

// What becomes of the first TCP segment after a box has forgotten its flow.
enum class NextSegment : std::uint8_t {
  TakenUp,  // as if the flow had never been away
  Dropped,
  Reset,   // RST to the sender
  Leaked,  // forwarded as it is, not translated
};
// For people: "taken up", "dropped", "RST", "leaked".
std::string_view name(NextSegment fate);

// The fate of the segment, and the option of the profile (ProfileOption) that it hangs on most.
struct NextSegmentRule {
  NextSegment fate = NextSegment::Dropped;
  std::string_view key;
};
NextSegmentRule next_segment(const Profile& profile, Side from);

// The UDP timer that runs once a flow counts as a stream.
constexpr Timeout udp_stream_timer(TrackerKind tracker) {
  return tracker == TrackerKind::Pf ? Timeout::UdpMultiple : Timeout::UdpStream;
}

}  // namespace stayalive
