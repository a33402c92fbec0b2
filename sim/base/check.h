// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdio>
#include <cstdlib>

// CHECK is for mistakes of programmers, never of users: it prints the broken sentence and aborts.
// CHECK is always on; DCHECK only in builds without NDEBUG.
#define CHECK(condition, sentence)                                                          \
  do {                                                                                      \
    if (!(condition)) [[unlikely]] {                                                        \
      std::fprintf(stderr, "%s:%d: CHECK(%s) failed: %s\n", __FILE__, __LINE__, #condition, \
                   sentence);                                                               \
      std::abort();                                                                         \
    }                                                                                       \
  } while (false)

#ifdef NDEBUG
#define DCHECK(condition, sentence) \
  do {                              \
  } while (false)
#else
#define DCHECK(condition, sentence) CHECK(condition, sentence)
#endif
