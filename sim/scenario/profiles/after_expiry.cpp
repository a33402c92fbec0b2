// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/after_expiry.h"

namespace stayalive {
namespace {

// Whether the FORWARD chain lets a segment pass that tracking takes for new, or for invalid.
bool forwards_stray(const Netfilter& netfilter, Side from) {
  switch (netfilter.forward) {
    case ForwardPolicy::Accept:
      return true;
    case ForwardPolicy::DropInvalid:
      return netfilter.tcp_loose;
    case ForwardPolicy::SynOnly:
      return !netfilter.tcp_loose;
    case ForwardPolicy::Stateful:
      return netfilter.tcp_loose && from == Side::Internal;
  }
  return false;
}

// As LinuxPath does it.
NextSegmentRule next_segment_of_linux(const Profile& profile, Side from) {
  const Netfilter& netfilter = profile.netfilter;
  if (from == Side::External && profile.translate) {
    // It is addressed to the box itself.
    const bool answers = netfilter.input == InputPolicy::Accept ||
                         netfilter.input == InputPolicy::Reject ||
                         (netfilter.input == InputPolicy::DropInvalid && netfilter.tcp_loose);
    return {answers ? NextSegment::Reset : NextSegment::Dropped, "netfilter.input"};
  }
  const std::string_view key = from == Side::External ? "netfilter.forward" : "netfilter.tcp_loose";
  if (!forwards_stray(netfilter, from)) return {NextSegment::Dropped, key};
  return {netfilter.tcp_loose ? NextSegment::TakenUp : NextSegment::Leaked, key};
}

NextSegment from_inside(StrayInternal rule) {
  switch (rule) {
    case StrayInternal::PickUp:
      return NextSegment::TakenUp;
    case StrayInternal::Drop:
      return NextSegment::Dropped;
    case StrayInternal::Reset:
      return NextSegment::Reset;
    case StrayInternal::Leak:
      return NextSegment::Leaked;
  }
  return NextSegment::Dropped;
}

NextSegment from_outside(StrayExternal rule) {
  switch (rule) {
    case StrayExternal::Drop:
      return NextSegment::Dropped;
    case StrayExternal::Reset:
      return NextSegment::Reset;
    case StrayExternal::Admit:
      return NextSegment::TakenUp;
  }
  return NextSegment::Dropped;
}

}  // namespace

std::string_view name(NextSegment fate) {
  switch (fate) {
    case NextSegment::TakenUp:
      return "taken up";
    case NextSegment::Dropped:
      return "dropped";
    case NextSegment::Reset:
      return "RST";
    case NextSegment::Leaked:
      return "leaked";
  }
  return "dropped";
}

NextSegmentRule next_segment(const Profile& profile, Side from) {
  if (profile.tracker == TrackerKind::Linux) return next_segment_of_linux(profile, from);
  if (from == Side::Internal) return {from_inside(profile.stray_internal), "stray_internal"};
  return {from_outside(profile.stray_external), "stray_external"};
}

}  // namespace stayalive
