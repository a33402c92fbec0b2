// SPDX-License-Identifier: Apache-2.0
// What the members of a population over TCP write, and what arrives of it.
#include <utility>

#include "app/population/stream_population.h"
#include "base/check.h"

namespace stayalive {

void StreamPopulation::write_traffic(Role role, std::uint32_t member, std::uint32_t position) {
  // Nobody writes any more for a member that has left.
  if (end_state(Role::Client, member).is_gone()) return;
  if (sim_.now() >= spec_.traffic[position].until) return;
  arm_repetition(member, position);
  write(role, member, spec_.traffic[position].bytes);
}

void StreamPopulation::write(Role role, std::uint32_t member, std::uint32_t bytes) {
  const EndState& mine = end_state(role, member);
  if (!mine.is_absent() && !mine.is_awake() && !mine.rests()) {
    ++messages_[index(role)].unsent;
    return;
  }
  // A server writes once somebody has connected to it.
  Waiting message{bytes};
  const bool writes = role == Role::Client ? !mine.is_absent() : mine.is_open();
  if (writes) message.number = count_written(role);
  if (!mine.is_open()) {
    waiting_[index(role)][member].push_back(message);
    return;
  }
  awaken(role, member);
  send(role, member, message);
}

// What the server's program should have written before its connection came to be.
void StreamPopulation::number_waiting(std::uint32_t member) {
  const auto found = waiting_[index(Role::Server)].find(member);
  if (found == waiting_[index(Role::Server)].end()) return;
  for (Waiting& message : found->second) message.number = count_written(Role::Server);
}

void StreamPopulation::write_waiting(Role role, std::uint32_t member) {
  const auto found = waiting_[index(role)].find(member);
  if (found == waiting_[index(role)].end()) return;
  const std::vector<Waiting> messages = std::move(found->second);
  waiting_[index(role)].erase(found);
  for (const Waiting& message : messages) send(role, member, message);
}

void StreamPopulation::send(Role role, std::uint32_t member, const Waiting& message) {
  unheard_[index(role)][member].push_back(message.number);
  sockets(role).send(end_state(role, member).socket(),
                     ++message_counts_[member].written[index(role)], message.bytes, sim_.now());
}

void StreamPopulation::delivered(Role from, std::uint32_t member, std::uint32_t through) {
  std::uint32_t& before = message_counts_[member].delivered[index(from)];
  if (through <= before) return;
  const auto found = unheard_[index(from)].find(member);
  CHECK(found != unheard_[index(from)].end() && found->second.size() >= through - before,
        "only what was written is delivered");
  const auto end = found->second.begin() + (through - before);
  for (auto number = found->second.begin(); number != end; ++number) count_delivered(from, *number);
  before = through;
  found->second.erase(found->second.begin(), end);
  if (found->second.empty()) unheard_[index(from)].erase(found);
}

}  // namespace stayalive
