// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>

// What this program has allocated: every operator new and delete is counted.  For one thread.
namespace stayalive::test {

struct CountedMemory {
  std::uint64_t allocations = 0;  // since the program began
  std::int64_t live = 0;          // bytes, with what the allocator adds to each block's size
  std::int64_t peak = 0;          // the most of them at once since the last begin_peak()
};
const CountedMemory& counted_memory();
void begin_peak();

}  // namespace stayalive::test
