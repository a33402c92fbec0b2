// SPDX-License-Identifier: Apache-2.0
#include "report/suite/one_line.h"

#include "picture/blame_text.h"
#include "picture/instant.h"

namespace stayalive {
namespace {

std::string outcome_of(const SideReport& side) {
  return side.outcome ? std::string(name(*side.outcome)) : "did not begin";
}

}  // namespace

std::string in_one_line(const ConnectionReport& connection) {
  const SideReport& client = connection.sides[index(Role::Client)];
  const SideReport& server = connection.sides[index(Role::Server)];
  std::string text = client.outcome == server.outcome
                         ? outcome_of(client)
                         : "client " + outcome_of(client) + ", server " + outcome_of(server);
  if (client.forgotten_at && client.forgotten_at == server.forgotten_at) {
    text += "; forgotten at " + print_instant(*client.forgotten_at);
  } else {
    if (client.forgotten_at) text += "; client forgotten at " + print_instant(*client.forgotten_at);
    if (server.forgotten_at) text += "; server forgotten at " + print_instant(*server.forgotten_at);
  }
  if (client.noticed_at) text += "; client noticed at " + print_instant(*client.noticed_at);
  if (server.noticed_at) text += "; server noticed at " + print_instant(*server.noticed_at);
  const std::string blame = short_blame(connection.blame);
  return blame.empty() ? text : text + "; blame " + blame;
}

}  // namespace stayalive
