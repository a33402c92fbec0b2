// SPDX-License-Identifier: Apache-2.0
// The entrance of libFuzzer; STAYALIVE_FUZZ_TARGET is the function that it calls.
#include <cstddef>
#include <cstdint>

#include "fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  stayalive::STAYALIVE_FUZZ_TARGET({data, size});
  return 0;
}
