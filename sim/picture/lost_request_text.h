// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "run/report.h"

namespace stayalive {

// Which hop ended the exchange first, what the hop that waited did then, and whether the request
// may be sent again: "Request 2 of web, asked at 6.012s, ...".  A sentence with its full stop.
std::string lost_request_sentence(const std::string& connection, const LostRequestReport& lost);
// Of the first `most` lost requests of a connection, and how many more there are.
std::vector<std::string> lost_request_sentences(const ConnectionReport& connection,
                                                std::size_t most);

}  // namespace stayalive
