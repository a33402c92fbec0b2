// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace stayalive {

// Decides between events whether a run goes on.
class RunWatch {
 public:
  RunWatch() = default;
  virtual ~RunWatch() = default;
  RunWatch(const RunWatch&) = delete;
  RunWatch& operator=(const RunWatch&) = delete;
  // ran: how many events have been run since it was asked last, without those passed over.  Returns
  // how many more may be run before it is asked again; 0 ends the run.
  virtual std::uint64_t allow(std::uint64_t ran) = 0;
};

}  // namespace stayalive
