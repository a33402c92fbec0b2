// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

#include "base/text.h"
#include "middlebox/stray_passage.h"
#include "probe/lab/probe_lab.h"
#include "report/probe/measured_profile.h"
#include "scenario/profiles/after_expiry.h"
#include "scenario/profiles/profiles.h"

namespace stayalive {

void PrintTo(TrialEnd end, std::ostream* out) { *out << static_cast<int>(end); }

namespace {

ProbePlan whole_plan() {
  ProbePlan plan;
  for (std::size_t i = 0; i < kMeasures; ++i) plan.measures.push_back(static_cast<Measure>(i));
  plan.udp.longest = 20min;
  plan.tcp.longest = 168h;
  plan.time_limit = 24h * 60;
  return plan;
}

// What the profile says that a probe should find, by the profile's own words.
class Expected {
 public:
  explicit Expected(const Profile& profile) : profile_(profile) {}

  // The timer that runs in the silence; empty where a forgotten flow is let in as a new one, so
  // that nobody can see that it was forgotten.
  std::optional<Duration> lifetime(Measure measure) const {
    if (passes_without_state(profile_, protocol_of(measure), Side::External)) return std::nullopt;
    return profile_.timeouts[timer(measure)];
  }
  TrialEnd refreshed(Measure measure) const {
    const bool by_each = measure == Measure::UdpRefreshedBoth;
    const bool out = measure == Measure::UdpRefreshedOut;
    bool counts = true;
    switch (no_rule() ? RefreshedBy::Either : profile_.refresh.udp) {
      case RefreshedBy::Either:
        break;
      case RefreshedBy::Outbound:
      case RefreshedBy::Opener:
        counts = out || by_each;
        break;
      case RefreshedBy::Inbound:
        counts = !out;
        break;
      case RefreshedBy::Each:
        counts = by_each;
        break;
      case RefreshedBy::Nothing:
        counts = false;
        break;
    }
    return counts ? TrialEnd::Alive : TrialEnd::Dead;
  }
  // Linux and pf wait for another packet, and so does a box for which an answer does not count.
  bool answer_makes_stream() const {
    return !no_rule() && profile_.refresh.udp != RefreshedBy::Outbound &&
           profile_.refresh.udp != RefreshedBy::Opener;
  }
  TrialEnd late_from_inside() const {
    switch (next_segment(profile_, Side::Internal).fate) {
      case NextSegment::TakenUp:
        // Under another port it is nobody's at the server, which says so.
        return !profile_.translate || profile_.ports.preserve ? TrialEnd::Answered
                                                              : TrialEnd::Reset;
      case NextSegment::Reset:
        return TrialEnd::Reset;
      default:
        return TrialEnd::Dead;
    }
  }
  TrialEnd late_from_outside() const {
    return next_segment(profile_, Side::External).fate == NextSegment::Reset ? TrialEnd::Reset
                                                                             : TrialEnd::Dead;
  }
  TrialEnd mapping(bool address) const {
    const bool hidden = profile_.ports.preserve && profile_.ports.overload;
    const Dependence bound =
        address ? Dependence::AddressDependent : Dependence::AddressAndPortDependent;
    const bool same = !profile_.translate || hidden || profile_.mapping < bound;
    return same ? TrialEnd::Same : TrialEnd::Other;
  }
  TrialEnd filtering(bool address) const {
    if (passes_without_state(profile_, Protocol::Udp, Side::External)) return TrialEnd::Alive;
    const Dependence bound =
        address ? Dependence::AddressDependent : Dependence::AddressAndPortDependent;
    const bool open = profile_.translate && profile_.tracker != TrackerKind::Linux &&
                      !profile_.ports.overload && profile_.filtering < bound;
    return open ? TrialEnd::Alive : TrialEnd::Dead;
  }

 private:
  bool no_rule() const {
    return profile_.tracker == TrackerKind::Linux || profile_.tracker == TrackerKind::Pf;
  }
  Timeout timer(Measure measure) const {
    const TrackerKind tracker = profile_.tracker;
    switch (measure) {
      case Measure::UdpSingle:
        return tracker == TrackerKind::Pf ? Timeout::UdpFirst : Timeout::UdpSingle;
      case Measure::UdpStream:
        return udp_stream_timer(tracker);
      case Measure::TcpHalfClosed:
        return tracker == TrackerKind::Linux ? Timeout::TcpCloseWait
               : tracker == TrackerKind::Pf  ? Timeout::TcpClosing
               : tracker == TrackerKind::Rfc ? Timeout::TcpHalfClosed
                                             : Timeout::TcpEstablished;
      default:
        return Timeout::TcpEstablished;
    }
  }

  const Profile& profile_;
};

class AllProfiles : public ::testing::TestWithParam<const ProfileDocument*> {};

// Within a step of the timer: a second, or a hundredth; of one that is swept up, at most a third of
// a sweep more.
void expect_found(const LifetimeSearch::Edge& edge, Duration timer, const Profile& profile) {
  const Duration step = std::max<Duration>(1s, timer / 100);
  ASSERT_TRUE(edge.dead.has_value());
  EXPECT_GE(*edge.dead + 5ms, timer);
  EXPECT_GT(edge.survived, timer - 2 * step);
  EXPECT_LT(edge.survived, timer + (profile.reap_interval + 2s) / 3);
  EXPECT_LT(*edge.dead - edge.survived, 2 * step + 1s);
}

// A box with the profile that was measured treats flows as the probed one does.
void expect_same_box(const Findings& found, const Profile& probed) {
  const auto text = measured_profile(found, {"measured", "a host", "2026-11-30"});
  const Result<ProfileDocument> measured = parse_profile(text, "measured.json");
  ASSERT_TRUE(measured.ok()) << to_string(measured.errors().front());
  const Expected its(measured.value().profile);
  const Expected other(probed);
  for (const Measure measure :
       {Measure::UdpSingle, Measure::UdpStream, Measure::TcpEstablished, Measure::TcpHalfClosed}) {
    SCOPED_TRACE(name(measure));
    const auto timer = other.lifetime(measure);
    ASSERT_EQ(its.lifetime(measure).has_value(), timer.has_value());
    if (!timer) continue;
    EXPECT_GT(*its.lifetime(measure), *timer - 2 * std::max<Duration>(1s, *timer / 100));
    EXPECT_LT(*its.lifetime(measure), *timer + (probed.reap_interval + 2s) / 3);
  }
  EXPECT_EQ(measured.value().profile.on_expiry, probed.on_expiry);
  if (other.lifetime(Measure::TcpEstablished) && probed.on_expiry == ExpiryAction::Silent) {
    EXPECT_EQ(its.late_from_inside(), other.late_from_inside());
    EXPECT_EQ(its.late_from_outside(), other.late_from_outside());
  }
  if (other.lifetime(Measure::UdpStream)) {
    for (const Measure measure :
         {Measure::UdpRefreshedOut, Measure::UdpRefreshedIn, Measure::UdpRefreshedBoth})
      EXPECT_EQ(its.refreshed(measure), other.refreshed(measure));
  }
  for (const bool address : {false, true}) {
    EXPECT_EQ(its.mapping(address), other.mapping(address));
    EXPECT_EQ(its.filtering(address), other.filtering(address));
  }
}

TEST_P(AllProfiles, AProbeFindsEachTimerAndHowTheBoxBehaves) {
  const Profile& profile = GetParam()->profile;
  const Expected expected(profile);
  LabPath path;
  path.boxes.push_back(profile);
  ProbeLab lab(whole_plan(), path);
  const Findings found = lab.run();
  EXPECT_EQ(lab.prober().stopped(), ProbeStop::Known);
  EXPECT_EQ(lab.reflector().flows(), 0u);
  EXPECT_EQ(lab.reflector().connections(), 0u);
  EXPECT_EQ(found.translated(), profile.translate);
  EXPECT_EQ(found.ports_changed == 0, !profile.translate || profile.ports.preserve);
  bool told = false;
  for (const Measure measure :
       {Measure::UdpSingle, Measure::UdpStream, Measure::TcpEstablished, Measure::TcpHalfClosed}) {
    SCOPED_TRACE(name(measure));
    const Findings::Lifetime& lifetime = *found.lifetime(measure);
    EXPECT_TRUE(lifetime.finished);
    if (const auto timer = expected.lifetime(measure)) {
      expect_found(lifetime.edge, *timer, profile);
    } else {
      EXPECT_FALSE(lifetime.edge.dead.has_value());
      EXPECT_GE(lifetime.edge.survived, lifetime.longest - 1s);
    }
    told |= lifetime.edge.told;
  }
  EXPECT_EQ(told, profile.on_expiry == ExpiryAction::ResetBoth);
  if (expected.lifetime(Measure::UdpStream)) {
    for (const Measure measure :
         {Measure::UdpRefreshedOut, Measure::UdpRefreshedIn, Measure::UdpRefreshedBoth}) {
      SCOPED_TRACE(name(measure));
      EXPECT_EQ(found.of(measure).verdict(), expected.refreshed(measure));
    }
    const Duration single = *expected.lifetime(Measure::UdpSingle);
    const Duration stream = *expected.lifetime(Measure::UdpStream);
    if (std::max(single, stream) > 2 * std::min(single, stream)) {
      EXPECT_EQ(
          found.of(Measure::UdpAnswered).verdict(),
          expected.answer_makes_stream() == (stream > single) ? TrialEnd::Alive : TrialEnd::Dead);
    }
  }
  if (expected.lifetime(Measure::TcpEstablished) && !told) {
    EXPECT_EQ(found.of(Measure::LateFromInside).verdict(), expected.late_from_inside());
    EXPECT_EQ(found.late_from_outside.verdict(), expected.late_from_outside());
  }
  EXPECT_EQ(found.of(Measure::MappingPort).verdict(), expected.mapping(false));
  EXPECT_EQ(found.of(Measure::MappingAddress).verdict(), expected.mapping(true));
  EXPECT_EQ(found.of(Measure::FilterPort).verdict(), expected.filtering(false));
  EXPECT_EQ(found.of(Measure::FilterAddress).verdict(), expected.filtering(true));
  if (profile.translate) {
    EXPECT_EQ(found.of(Measure::Hairpin).verdict(),
              profile.hairpinning ? TrialEnd::Alive : TrialEnd::Dead);
  }
  expect_same_box(found, profile);
}

INSTANTIATE_TEST_SUITE_P(Shipped, AllProfiles, ::testing::ValuesIn(builtin_profiles()),
                         [](const auto& test) {
                           std::string name = test.param->profile.name;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace stayalive
