// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "document/document.h"
#include "scenario/profiles/profiles.h"
#include "scenario/profiles/proxies.h"
#include "scenario/profiles/servers.h"

namespace stayalive {

// Profiles as a document: a row for each, with the timers that matter most.
// Boxes and proxies have a table each.
Document describe_profiles(const std::vector<const ProfileDocument*>& profiles,
                           const std::vector<const ProxyDocument*>& proxies,
                           const std::vector<const ServerDocument*>& servers);
// One profile as a document: a row for each value, with its source.  As data both have one shape.
Document describe_profile(const ProfileDocument& profile);
Document describe_proxy(const ProxyDocument& proxy);
// Likewise of an HTTP server.
Document describe_server(const ServerDocument& server);

}  // namespace stayalive
