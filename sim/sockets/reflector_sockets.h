// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "net/address.h"
#include "probe/reflector/reflector.h"

namespace stayalive {

// Where a reflector listens.
struct ReflectorPlace {
  Endpoint main;                           // port 0: one that the system chooses
  std::uint16_t other_port = 0;            // 0: none
  std::optional<AddressId> other_address;  // needs another port, and an own address as main
};

// Runs a Reflector over the sockets of this machine: a UDP socket for each pair of its addresses
// and ports, and TCP at the first.
class ReflectorSockets {
 public:
  ReflectorSockets(ReflectorPlace place, ReflectorLimits limits, AddressProof::Key key);
  ~ReflectorSockets();
  ReflectorSockets(const ReflectorSockets&) = delete;
  ReflectorSockets& operator=(const ReflectorSockets&) = delete;

  // False, and `why` says it in a sentence, where it cannot listen.
  bool listen(std::string& why);
  // Where it does, once it listens.
  Endpoint local() const;
  // Until it is asked to stop.  watch: told about once in a second.
  using Watch = std::function<void(const Reflector& reflector)>;
  void run(const std::stop_token& stop, const Watch& watch);
  const Reflector& reflector() const;

 private:
  struct Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace stayalive
