// SPDX-License-Identifier: Apache-2.0
#include "report/both_sides.h"

namespace stayalive {

std::string both_sides(const std::string& client, const std::string& server) {
  return client == "-" && server == "-" ? "-" : client + " | " + server;
}

}  // namespace stayalive
