// SPDX-License-Identifier: Apache-2.0
#include "support/counted_memory.h"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace stayalive::test {
namespace {

CountedMemory memory;

void* counted(void* block) {
  if (block == nullptr) std::abort();
  ++memory.allocations;
  memory.live += static_cast<std::int64_t>(malloc_usable_size(block));
  memory.peak = std::max(memory.peak, memory.live);
  return block;
}

void discounted(void* block) {
  if (block == nullptr) return;
  memory.live -= static_cast<std::int64_t>(malloc_usable_size(block));
  std::free(block);
}

}  // namespace

const CountedMemory& counted_memory() { return memory; }
void begin_peak() { memory.peak = memory.live; }

}  // namespace stayalive::test

void* operator new(std::size_t size) { return stayalive::test::counted(std::malloc(size)); }
// The library's own would do, but not the one of a sanitizer, which does not belong to this delete.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return stayalive::test::counted(std::malloc(size));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto unit = static_cast<std::size_t>(alignment);
  return stayalive::test::counted(std::aligned_alloc(unit, (size + unit - 1) / unit * unit));
}
void operator delete(void* block) noexcept { stayalive::test::discounted(block); }
void operator delete(void* block, std::size_t) noexcept { stayalive::test::discounted(block); }
void operator delete(void* block, std::align_val_t) noexcept { stayalive::test::discounted(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept {
  stayalive::test::discounted(block);
}
