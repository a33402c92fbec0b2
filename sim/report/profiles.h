// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "document/document.h"
#include "scenario/profiles/pools.h"
#include "scenario/profiles/profiles.h"
#include "scenario/profiles/proxies.h"
#include "scenario/profiles/servers.h"

namespace stayalive {

// Profiles as a document: a row for each, with the timers that matter most.
// Boxes, proxies and pools have a table each.
Document describe_profiles(const std::vector<const ProfileDocument*>& profiles,
                           const std::vector<const ProxyDocument*>& proxies,
                           const std::vector<const ServerDocument*>& servers,
                           const std::vector<const PoolDocument*>& pools);
// One profile as a document: a row for each value, with its source.  As data all have one shape.
Document describe_profile(const ProfileDocument& profile);
Document describe_proxy(const ProxyDocument& proxy);
Document describe_server(const ServerDocument& server);
Document describe_pool(const PoolDocument& pool);
// All that has one name, such as the proxy and the server "nginx"; nullptr for what has not.
Document describe_products_named(const ProxyDocument* proxy, const ServerDocument* server,
                                 const PoolDocument* pool);

}  // namespace stayalive
