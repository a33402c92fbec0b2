// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>

namespace stayalive {

// One function for each thing that is fed with arbitrary bytes.  Each aborts when a promise is
// broken.  A fuzzer calls one of them again and again (tools/fuzz); the tests call all of them with
// the seeds and with changed seeds.

// Reads the bytes as a packet.  What can be read and written again is read as the same packet.
void fuzz_wire(std::span<const std::uint8_t> bytes);

}  // namespace stayalive
