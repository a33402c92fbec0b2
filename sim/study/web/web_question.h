// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "scenario/parse.h"
#include "scenario/products/products.h"
#include "scenario/scenario.h"
#include "study/advise/path_sketch.h"

namespace stayalive {

// An HTTP server and what stands before it, as a command line names them.
struct WebQuestion {
  std::string server;     // a product of scenarios/servers/, or "http": the strategy's defaults
  Duration keep_alive{};  // how long it keeps an idle connection
  PathSketch path;        // all delay lies between the client and the first station
  ParseOptions parse{};
};

// Of the line between the last station and the server, each way, so that a request and the server's
// close can meet there.
inline constexpr Duration kServerLine = 500us;
// The name of the only connection, and of the only line to the server.
inline constexpr const char* kWebConnection = "web";

// Reads "nginx=75s" or "nginx": a server of scenarios/servers/ or "http", with the product's own
// timeout when there is none.  Empty: the word names no server, or a product that pings, as `grpc`
// does, which is asked about as such.  A mistake: a server whose timeout
// is no span of a millisecond or more, or, with a timeout, a name mistyped.
Result<std::optional<WebQuestion>> read_server_word(const std::string& word, Products& products);

// The scenario of the question as JSON text: a client that asks at 1 s and again after each of
// these pauses, that closes nothing by itself, and a server that answers at once.
std::string web_scenario(const WebQuestion& question, const std::vector<Duration>& pauses);

}  // namespace stayalive
