// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "base/time.h"
#include "net/address.h"
#include "probe/prober/prober.h"

namespace stayalive {

// Runs a Prober over the sockets of this machine and its clock; instants count from the beginning.
// No raw sockets: each flow is a UDP socket or a TCP connection of an ordinary program.
class ProbeSockets {
 public:
  // Told now and then, about once in a second.
  using Watch = std::function<void(const Prober& prober, TimePoint now)>;

  ProbeSockets(Prober& prober, Endpoint reflector);
  ~ProbeSockets();
  ProbeSockets(const ProbeSockets&) = delete;
  ProbeSockets& operator=(const ProbeSockets&) = delete;

  // Until the probe has nothing more to do, or it is asked to stop.  False, and `why` says it in a
  // sentence, where there is no way to the reflector at all.
  bool run(const std::stop_token& stop, const Watch& watch, std::string& why);
  TimePoint now() const;

 private:
  struct Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace stayalive
