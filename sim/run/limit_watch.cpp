// SPDX-License-Identifier: Apache-2.0
#include "run/limit_watch.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"

namespace stayalive {
namespace {

constexpr std::uint64_t kBetweenLooks = 65'536;  // events

}  // namespace

LimitWatch::LimitWatch(const RunLimits& limits, std::stop_token stop, std::function<Held()> held,
                       std::function<void()> looked)
    : limits_(limits), stop_(std::move(stop)), held_(std::move(held)), looked_(std::move(looked)) {}

std::uint64_t LimitWatch::allow(std::uint64_t ran) {
  ran_ += ran;
  if (end_) return 0;
  if (looked_) looked_();
  if (stop_.stop_requested()) {
    end_ = EarlyEnd{};
  } else if (ran_ >= limits_.events) {
    end_ = EarlyEnd{EndReason::EventLimit, "--max-events " + std::to_string(limits_.events)};
  } else if (ran_ >= next_count_ && too_much_memory()) {
    end_ = EarlyEnd{EndReason::MemoryLimit, "--max-memory " + print_size(limits_.memory)};
  }
  if (end_) return 0;
  return std::min({limits_.events - ran_, next_count_ - ran_, kBetweenLooks});
}

bool LimitWatch::too_much_memory() {
  const Held held = held_();
  next_count_ = ran_ + std::max(kBetweenLooks, held.counted);
  return held.bytes > limits_.memory;
}

}  // namespace stayalive
