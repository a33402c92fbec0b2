// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/state_walk.h"
#include "middlebox/middlebox.h"
#include "middlebox/profile.h"

namespace stayalive {

// What tells a box from others with the same profile: name and seed choose its random streams.
struct BoxIdentity {
  std::string name;
  std::uint64_t seed = 1;
  // Of a translating box, at least one; its own stack answers on them.
  std::vector<AddressId> external_addresses;
};

// Entries that lead nowhere because what they translate to has changed.
class StaleEntries {
 public:
  bool none() const { return addresses_.empty() && targets_.empty(); }
  void lose_addresses(const std::vector<AddressId>& old) {
    addresses_.insert(addresses_.end(), old.begin(), old.end());
  }
  // Flows to `target` with a number up to `newest` lead to `gone`.
  void lose_target(AddressId target, AddressId gone, std::uint32_t newest) {
    targets_.push_back({target, gone, newest});
  }
  // Whether the box had this outside address once, and has it no more.
  bool was_own(AddressId address) const;
  // Sends a packet from inside on to the target that its flow has kept.
  void redirect(FlowId flow, Packet& packet) const;
  void walk(StateWalk& walk) { walk.still(addresses_.size(), targets_.size()); }

 private:
  struct Target {
    AddressId address;
    AddressId gone;
    std::uint32_t newest;
  };
  std::vector<AddressId> addresses_;
  std::vector<Target> targets_;  // in order of time
};

// The engine of all middleboxes: flow table, mapping, filtering, refresh and expiry, driven by a
// profile.  It does not move.
//
//   StatefulBox box(profile, {"nat", seed, {external}});
//   Outbox out;
//   const Verdict verdict = box.process(Side::Internal, packet, now, out);
class StatefulBox final : public Middlebox {
 public:
  // calls: for whom closest_call() answers.
  StatefulBox(Profile profile, BoxIdentity identity, CallBooks calls = {});
  ~StatefulBox() override;
  Verdict process(Side from, Packet& packet, TimePoint now, Outbox& out) override;
  void foresee(Side from, const Packet& packet) const override;
  TimePoint next_deadline() const override;
  TimePoint sure_deadline(TimePoint now) override;
  void expire(TimePoint now, Outbox& out) override;
  void flush(TimePoint now, Outbox& out) override;
  void change_addresses(std::vector<AddressId> addresses, bool keeps_entries, TimePoint now,
                        Outbox& out) override;
  void replace_target(AddressId target, AddressId gone, TimePoint now, Outbox& out) override;
  std::optional<CloseCall> closest_call(ConnectionId connection) const override;
  void walk(StateWalk& walk) override;

  std::size_t size() const override;
  const Profile& profile() const;

 private:
  struct Paths;
  std::unique_ptr<Paths> paths_;
};

}  // namespace stayalive
