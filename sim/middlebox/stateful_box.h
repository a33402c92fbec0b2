// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/state_walk.h"
#include "middlebox/middlebox.h"
#include "middlebox/profile.h"

namespace stayalive {

// Where a box stands and with what it draws its random numbers.
struct BoxSetting {
  std::string name;  // names its random streams
  std::uint64_t seed = 1;
  std::vector<AddressId>
      external_addresses;  // of a translating box, at least one; its own stack answers on them
};

// The one engine: flow table, mapping, filtering, refresh and expiry, driven by a profile.
class StatefulBox final : public Middlebox {
 public:
  StatefulBox(Profile profile, BoxSetting setting);
  ~StatefulBox() override;
  Verdict process(Side from, Packet& packet, TimePoint now, Outbox& out) override;
  void foresee(Side from, const Packet& packet) const override;
  TimePoint next_deadline() const override;
  TimePoint sure_deadline(TimePoint now) override;
  void expire(TimePoint now, Outbox& out) override;
  void flush(TimePoint now, Outbox& out) override;
  void walk(StateWalk& walk) override;

  // Flows in the table; one that has died since the last call still counts.
  std::size_t size() const;
  const Profile& profile() const;

 private:
  struct Paths;
  std::unique_ptr<Paths> paths_;
};

}  // namespace stayalive
