# SPDX-License-Identifier: Apache-2.0
option(STAYALIVE_WERROR "Treat warnings as errors" ON)
add_library(stayalive_warnings INTERFACE)
target_compile_options(stayalive_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wpointer-arith -Wcast-qual -Wformat=2 -Wconversion
  -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<BOOL:${STAYALIVE_WERROR}>:-Werror>)
