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
  bool knows(Side from, const Packet& packet, TimePoint now) const override;
  void forget(Side from, const Packet& packet, TimePoint now, Outbox& out) override;
  // From now on this timer has another span, as when an administrator sets it.  With tracker Linux
  // a flow keeps the end it has until it is refreshed (nf_conntrack stores the end, not the span);
  // with others its end is counted anew from when it was refreshed.  Only where the profile has
  // this timer.
  void change_timer(Timeout timer, Duration span, TimePoint now, Outbox& out);
  std::optional<CloseCall> closest_call(ConnectionId connection) const override;
  void walk(StateWalk& walk) override;

  std::size_t size() const override;
  const Profile& profile() const;

 private:
  struct Paths;
  std::unique_ptr<Paths> paths_;
};

}  // namespace stayalive
