// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string_view>

#include "scenario/json/object_reader.h"
#include "scenario/sections/limits.h"
#include "scenario/sections/sections.h"

namespace stayalive {
namespace {

// What can be claimed of how a connection came into its server, and of that server.
struct ServerKey {
  const char* key;
  Metric metric;
  const char* help;
};
constexpr std::array<ServerKey, 9> kServerKeys{{
    {"accepted", Metric::Accepted, "connections that were accepted and served"},
    {"waited", Metric::Waited, "of these, those that waited in the accept queue before"},
    {"left_waiting", Metric::LeftWaiting,
     "connections that their client closed, or gave up, before they were accepted"},
    {"turned_away", Metric::TurnedAway, "connections that were accepted and closed at once"},
    {"closed_idle", Metric::ClosedIdle, "connections that were closed to make room for others"},
    {"dropped_syns", Metric::DroppedSyns, "SYNs that found the accept queue full"},
    {"kept_out", Metric::KeptOut,
     "connections that never came to be, since the accept queue was full; of a pool its places, of "
     "a population its members"},
    {"most_served", Metric::MostServed,
     "connections, whosever, that the server had at once at most: its workers that were held"},
    {"most_waiting", Metric::MostWaiting,
     "connections, whosever, that waited in its accept queue at once at most"},
}};

}  // namespace

void read_server_claims(Reader in, const ConnectionSpec* spec, ExpectSpec& expect) {
  if (!in.describing() && !in.present()) return;
  in.object([&](ObjectReader& keys) {
    std::array<std::string_view, kServerKeys.size() + 1> known{"longest_wait"};
    Limits wait;
    if (read_span_limits(keys.optional("longest_wait",
                                       "how long a connection waited to be accepted at most, also "
                                       "one that still waits at the end"),
                         wait))
      expect.claims.push_back({Metric::AcceptWait, wait});
    for (std::size_t i = 0; i < kServerKeys.size(); ++i) {
      const ServerKey& entry = kServerKeys[i];
      known[i + 1] = entry.key;
      Limits limits;
      if (read_count_limits(keys.optional(entry.key, entry.help), limits))
        expect.claims.push_back({entry.metric, limits});
    }
    keys.needs_any(known, "nothing is expected of its server");
  });
  if (spec != nullptr && !spec->served_by)
    in.error("it has a listener of its own, with room for it",
             "this key with a connection whose server is one of servers");
}

}  // namespace stayalive
