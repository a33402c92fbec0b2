# SPDX-License-Identifier: Apache-2.0
option(STAYALIVE_WERROR "Treat warnings as errors" ON)
add_library(stayalive_warnings INTERFACE)
target_compile_options(stayalive_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wpointer-arith -Wcast-qual -Wformat=2 -Wconversion
  -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual
  # g++ 12 sees an overlap in std::string operator+ where there is none (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # It takes what lies in an empty std::optional or another alternative of a std::variant for read (GCC bug 80635);
  # the sanitizers and clang look for the real ones.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
  $<$<BOOL:${STAYALIVE_WERROR}>:-Werror>)
