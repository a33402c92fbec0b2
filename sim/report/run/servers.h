// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "document/document.h"
#include "run/report.h"

namespace stayalive {

// The servers of a run that serve several connections: a table of how busy each was, a table of how
// each connection came in, and a sentence for each that had to wait or was kept out.  Nothing where
// there is no such server.
void add_servers(std::vector<Block>& blocks, const RunReport& report);

Tree servers_tree(const std::vector<ServerReport>& servers);
// nullptr of a connection with a server of its own.
Tree admission_tree(const ConnectionReport& connection);

}  // namespace stayalive
