// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>

#include "engine/trace.h"

namespace stayalive {

// Passes each record on to two listeners; nullptr for one that is not there.  Both must outlive it.
class TraceFork final : public TraceSink {
 public:
  TraceFork(TraceSink* first, TraceSink* second) : first_(first), second_(second) {}
  void record(const TraceRecord& record, const std::string& where) override {
    if (first_ != nullptr) first_->record(record, where);
    if (second_ != nullptr) second_->record(record, where);
  }
  std::size_t held_bytes() const override {
    return (first_ == nullptr ? 0 : first_->held_bytes()) +
           (second_ == nullptr ? 0 : second_->held_bytes());
  }

 private:
  TraceSink* first_;
  TraceSink* second_;
};

}  // namespace stayalive
