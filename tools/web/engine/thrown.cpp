// SPDX-License-Identifier: Apache-2.0
// The C++ library for wasm32-wasi has no exceptions.  What is thrown, which only a lack of memory
// does here, ends the module; the page says so and begins another one.
#include <cstddef>

extern "C" {

void* __cxa_allocate_exception(std::size_t) { __builtin_trap(); }
void __cxa_throw(void*, void*, void (*)(void*)) { __builtin_trap(); }

}  // extern "C"
