// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "scenario/json/reader.h"
#include "scenario/parse.h"
#include "scenario/products/products.h"
#include "scenario/profiles/profile_finder.h"
#include "scenario/scenario.h"
#include "scenario/sections/names.h"
#include "scenario/values/axis.h"

namespace stayalive {

// In the order of Role and of Side.
inline constexpr std::array<std::string_view, 2> kRoleWords{"client", "server"};
inline constexpr std::array<std::string_view, 2> kSideWords{"internal", "external"};

inline constexpr std::size_t kMostItems = 10'000;  // hops, hosts, connections, events and so on

// A scenario while it is read, and what reading its later parts needs from the earlier ones.
struct Draft {
  Scenario scenario;
  Names names;
  ProfileFinder profiles;
  Products products;
  Journal* journal = nullptr;  // nullptr while describing
  bool duration_known = true;  // false when it is wrong, so that no instant can be checked
  bool hosts_known = true;     // false when the hosts are wrong or cannot be told
  std::vector<std::size_t> cut_at_host;  // events that cut the line next to a host, by position
  std::int64_t members = 0;              // of all populations so far
  std::int64_t whole_members = 0;        // of those that are not compact
};

// The parts of a scenario, in the order in which they have to be read.  Each may be called with a
// reader that describes.
void read_hosts(Reader in, Draft& draft);
void read_path(Reader in, Draft& draft);
void read_servers(Reader in, Draft& draft);
void read_connections(Reader in, Draft& draft);
void read_events(Reader in, Draft& draft);
void read_expectations(Reader in, Draft& draft);
// The values that take turns; does not look where their paths lead.
void read_sweep(Reader in, std::vector<Axis>& axes);

// A whole scenario from the document's outermost value, without its sweep.  Mistakes go to the
// journal; with any the scenario is not to be used.
Scenario read_scenario_value(const JsonValue& root, Journal& journal, const ParseOptions& options);

// An instant that has to lie within the run.
bool read_instant_of_run(Reader in, const Draft& draft, TimePoint& value);
// The strategy of a connection with its options and default transport; reports what does not fit.
// shared: the server at which it calls beside others; nullptr: it has one of its own.  False when
// the connection cannot be completed.
bool read_strategy(Reader in, const ServerSpec* shared, ConnectionSpec& connection,
                   bool transport_given, Products& products);
// The encryption of its connections, after the strategy.
void read_tls(Reader in, ConnectionSpec& connection);
// What the programs at both ends write.  `pointer` messages name places below it.
void read_traffic(Reader in, const Draft& draft, ConnectionSpec& connection);
// The several connections that its client has side by side, after the strategy and its reconnect.
void read_pool(Reader in, Draft& draft, ConnectionSpec& connection);
// The page that its client loads, in the place of its traffic.
void read_page(Reader in, const Draft& draft, ConnectionSpec& connection);
// What is expected of how a connection came into its server; spec: of that connection, nullptr when
// it is not known.
void read_server_claims(Reader in, const ConnectionSpec* spec, ExpectSpec& expect);
// What is expected of the alternatives on the path.
void read_way_claims(Reader in, const Draft& draft, ExpectSpec& expect);
// What the client does after its connection is lost.
void read_reconnect(Reader in, ConnectionSpec& connection);

}  // namespace stayalive
