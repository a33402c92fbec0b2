// SPDX-License-Identifier: Apache-2.0
#include "middlebox/stray_passage.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/box_profiles.h"
#include "support/box_story.h"

namespace stayalive::testing {
namespace {

// Every way in which a box may deal with what belongs to no flow.
std::vector<Profile> ways_with_strays() {
  std::vector<Profile> ways;
  for (const bool translate : {false, true}) {
    for (const ForwardPolicy forward : {ForwardPolicy::Accept, ForwardPolicy::DropInvalid,
                                        ForwardPolicy::SynOnly, ForwardPolicy::Stateful}) {
      for (const bool loose : {false, true}) {
        Profile& way = ways.emplace_back(linux_router());
        way.translate = translate;
        way.netfilter.forward = forward;
        way.netfilter.tcp_loose = loose;
      }
    }
    for (const Profile& base : {rfc_nat(), idle_balancer(), pf_nat()}) {
      for (const StrayInternal inside : {StrayInternal::PickUp, StrayInternal::Drop,
                                         StrayInternal::Reset, StrayInternal::Leak}) {
        for (const StrayExternal outside :
             {StrayExternal::Drop, StrayExternal::Reset, StrayExternal::Admit}) {
          Profile& way = ways.emplace_back(base);
          way.translate = translate;
          way.stray_internal = inside;
          way.stray_external = outside;
        }
      }
    }
  }
  return ways;
}

// Whether the next packet from this side passes as it is after the box has lost its state.
bool next_passes(const Profile& profile, Protocol protocol, Side from) {
  BoxStory story(profile);
  const bool tcp = protocol == Protocol::Tcp;
  const auto send = [&](Side side, const std::string& segment) {
    const std::string what = tcp ? " tcp " + segment : " udp 10";
    const char* to = profile.translate ? "mapped" : "10.0.0.2:4000";
    return side == Side::Internal ? story.inside("10.0.0.2:4000 > 203.0.113.1:80" + what)
                                  : story.outside("203.0.113.1:80 > " + std::string(to) + what);
  };
  story.at(0s);
  send(Side::Internal, "S seq 1000");
  send(Side::External, "SA seq 5000 ack 1001");
  send(Side::Internal, "A seq 1001 ack 5001");
  EXPECT_EQ(story.box().size(), 1u);
  story.flush();
  story.at(1s);
  const Verdict verdict = send(from, from == Side::Internal ? "PA seq 1001 ack 5001 len 10"
                                                            : "PA seq 5001 ack 1001 len 10")
                              .verdict();
  return verdict.forwarded();
}

TEST(StrayPassage, IsWhatTheBoxDoesWithTheNextPacket) {
  std::size_t passing = 0;
  for (const Profile& way : ways_with_strays()) {
    for (const Protocol protocol : {Protocol::Udp, Protocol::Tcp}) {
      for (const Side from : {Side::Internal, Side::External}) {
        SCOPED_TRACE(way.name + (way.translate ? ", translates" : "") +
                     (protocol == Protocol::Tcp ? ", tcp, " : ", udp, ") + name(from));
        const bool said = passes_without_state(way, protocol, from);
        passing += said ? 1 : 0;
        if (way.translate) {
          EXPECT_FALSE(said);
        } else {
          EXPECT_EQ(said, next_passes(way, protocol, from));
        }
      }
    }
  }
  EXPECT_GT(passing, 50u);
}

}  // namespace
}  // namespace stayalive::testing
