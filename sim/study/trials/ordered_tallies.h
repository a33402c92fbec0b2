// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

#include "study/trials/tally.h"

namespace stayalive {

// Adds up the trials of one scenario in the order of their numbers, in whatever order the threads
// of a pool bring them.
class OrderedTallies {
 public:
  // Every run takes `time`; that of trial 0 has the first seed, the others those that follow.
  OrderedTallies(Duration time, std::uint64_t first_seed) : time_(time), first_seed_(first_seed) {}

  // Trial 0, 1, 2 ..., each once; safe to call from several threads.  Returns how many have been
  // added up so far.
  std::uint64_t add(std::uint64_t trial, std::vector<ConnectionReport> connections);
  // By connection, of the trials from 0 up to the first one that is missing.  Nobody may be adding.
  const std::vector<Tally>& all() const { return tallies_; }

 private:
  void count(const std::vector<ConnectionReport>& connections, std::uint64_t trial);

  Duration time_;
  std::uint64_t first_seed_;
  std::mutex mutex_;
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, std::vector<ConnectionReport>> waiting_;  // for trial next_
  std::vector<Tally> tallies_;
};

}  // namespace stayalive
