// SPDX-License-Identifier: Apache-2.0
#include "study/trials/ordered_tallies.h"

#include <utility>

namespace stayalive {

void OrderedTallies::count(const std::vector<ConnectionReport>& connections, std::uint64_t trial) {
  tallies_.resize(connections.size());
  for (std::size_t i = 0; i < connections.size(); ++i)
    tallies_[i].add(connections[i], time_, first_seed_ + trial);
}

std::uint64_t OrderedTallies::add(std::uint64_t trial, std::vector<ConnectionReport> connections) {
  const std::lock_guard lock(mutex_);
  waiting_.emplace(trial, std::move(connections));
  for (auto first = waiting_.begin(); first != waiting_.end() && first->first == next_;) {
    count(first->second, first->first);
    first = waiting_.erase(first);
    ++next_;
  }
  return next_;
}

}  // namespace stayalive
