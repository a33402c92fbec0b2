// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "app/judge/judge.h"
#include "app/ledger.h"
#include "app/session/session.h"
#include "run/report.h"
#include "run/timeline.h"
#include "scenario/scenario.h"

namespace stayalive {

// Writes the report of a connection whose client has several side by side, as their judge speaks.
class SessionBook final : public Judge::Listener {
 public:
  // everybody: with the places as connections, `count` of them from `first` on.  It must outlive
  // the book.  connection: the position of the session.
  SessionBook(const Scenario& everybody, std::size_t connection, std::size_t first,
              std::size_t count);

  void happened(std::uint32_t place, Role role, const SideEvent& event) override;
  void became(std::uint32_t place, Role role, Outcome outcome, TimePoint at,
              const SideEvent* event) override;
  void concluded(std::uint32_t place, const ConnectionResult& result) override;

  // Once all are concluded, at the end of the run.
  ConnectionReport report(const Session& session, const Ledger& ledger, TimePoint end) const;

 private:
  const Scenario& scenario_;
  std::size_t connection_;
  std::size_t first_;
  std::vector<Timeline> places_;
};

}  // namespace stayalive
