// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>

#include "base/early_end.h"
#include "base/run_limits.h"
#include "engine/run_watch.h"

namespace stayalive {

// Ends a run when it has taken what it may, or when a stop is requested.  Looks at the memory now
// and then, the more seldom the more there is to be counted: it may be exceeded by what so many
// events take.
class LimitWatch final : public RunWatch {
 public:
  // What is held now: so many bytes, and so many things that were looked at for it.
  struct Held {
    std::uint64_t bytes = 0;
    std::uint64_t counted = 0;
  };
  // held is asked at the beginning and then between events.  looked is called now and then.
  LimitWatch(const RunLimits& limits, std::stop_token stop, std::function<Held()> held,
             std::function<void()> looked);
  std::uint64_t allow(std::uint64_t ran) override;
  // Why the run has ended; empty while it goes on.
  const std::optional<EarlyEnd>& end() const { return end_; }

 private:
  bool too_much_memory();

  RunLimits limits_;
  std::stop_token stop_;
  std::function<Held()> held_;
  std::function<void()> looked_;
  std::uint64_t ran_ = 0;
  std::uint64_t next_count_ = 0;  // of ran_
  std::optional<EarlyEnd> end_;
};

}  // namespace stayalive
