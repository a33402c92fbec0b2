// SPDX-License-Identifier: Apache-2.0
#include "middlebox/stray_passage.h"

namespace stayalive {

bool forward_allows(ForwardPolicy policy, TrackingState state, Side from, bool opens) {
  switch (policy) {
    case ForwardPolicy::Accept:
      return true;
    case ForwardPolicy::DropInvalid:
      return state != TrackingState::Invalid;
    case ForwardPolicy::SynOnly:
      return state != TrackingState::New || opens;
    case ForwardPolicy::Stateful:
      return state == TrackingState::Established ||
             (state == TrackingState::New && from == Side::Internal);
  }
  return false;
}

bool passes_without_state(const Profile& profile, Protocol protocol, Side from) {
  if (profile.translate) return false;
  const bool tcp = protocol == Protocol::Tcp;
  if (profile.tracker == TrackerKind::Linux) {
    const bool tracked = !tcp || profile.netfilter.tcp_loose;
    return forward_allows(profile.netfilter.forward,
                          tracked ? TrackingState::New : TrackingState::Invalid, from, !tcp);
  }
  if (from == Side::External) return profile.stray_external == StrayExternal::Admit;
  return !tcp || profile.stray_internal == StrayInternal::PickUp ||
         profile.stray_internal == StrayInternal::Leak;
}

}  // namespace stayalive
