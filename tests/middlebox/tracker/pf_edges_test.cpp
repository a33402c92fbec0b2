// SPDX-License-Identifier: Apache-2.0
// Both sides of each edge of pf: of the window for a RST, and of the purge of a crowded table.
#include <gtest/gtest.h>

#include "middlebox/tracker/pf_tracker.h"
#include "support/box_profiles.h"
#include "support/box_story.h"

namespace stayalive::testing {
namespace {

// A story in which the server is expected to send octet 5001 next.
class PfConnection : public BoxStory {
 public:
  explicit PfConnection(const Profile& profile = pf_nat()) : BoxStory(profile) {
    at(0s);
    client("S seq 1000");
    server("SA seq 5000 ack 1001");
    client("A seq 1001 ack 5001").timer(Timeout::TcpEstablished, 86400s);
  }
  Step client(const std::string& segment) {
    return inside("10.0.0.2:4000 > 203.0.113.1:80 tcp " + segment);
  }
  Step server(const std::string& segment) {
    return outside("203.0.113.1:80 > mapped tcp " + segment);
  }
};

TEST(PfEdges, AResetIsTakenFromOneOctetBeforeToOneAfterWhatIsExpected) {
  for (const int sequence : {5000, 5001, 5002}) {
    PfConnection story;
    story.server("R seq " + std::to_string(sequence)).refreshes().timer(Timeout::TcpClosed, 90s);
  }
  for (const int sequence : {4999, 5003}) {
    PfConnection story;
    story.server("R seq " + std::to_string(sequence)).dropped(DropReason::BadState).ends(86400s);
  }
}

// Six more states than the connection itself: with 7 of 6 to 12 every timeout is 5/6 of itself,
// which is 50 s of the 60 s of a first datagram.  Purges are at multiples of 10 s.
Profile crowded_at_seven() {
  Profile profile = pf_nat();
  profile.reap_interval = 10s;
  profile.adaptive = {6, 12};
  return profile;
}

void open_six(PfConnection& story) {
  for (int i = 0; i < 6; ++i)
    story.inside("10.0.0.3:" + std::to_string(6000 + i) + " > 203.0.113.1:53 udp 1").opens();
}

TEST(PfEdges, AStateWhoseShortenedTimeEndsAtAPurgeGoesInIt) {
  PfConnection story(crowded_at_seven());
  story.at(10s);
  open_six(story);
  story.at(60s - 1ns).expire();
  EXPECT_EQ(story.count(FlowEvent::Expired), 0u);
  story.at(60s).expire();
  EXPECT_EQ(story.count(FlowEvent::Expired), 1u) << "10 s + 50 s; then six states are no crowd";
  EXPECT_EQ(story.last_note().at, kStart + 60s);
  EXPECT_EQ(story.last_note().timeout, 50s);
}

TEST(PfEdges, AStateThatHasANanosecondLeftAtAPurgeLivesUntilTheNext) {
  PfConnection story(crowded_at_seven());
  story.at(10s + 1ns);
  open_six(story);
  story.at(60s).expire();
  EXPECT_EQ(story.count(FlowEvent::Expired), 0u);
  EXPECT_EQ(story.next_deadline(), 70s);
  story.at(70s).expire();
  EXPECT_EQ(story.count(FlowEvent::Expired), 1u);
  EXPECT_EQ(story.last_note().at, kStart + 70s);
}

}  // namespace
}  // namespace stayalive::testing
