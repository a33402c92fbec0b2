# SPDX-License-Identifier: Apache-2.0
set(STAYALIVE_SANITIZE "" CACHE STRING "Sanitizers to build with, for example address,undefined")
if(STAYALIVE_SANITIZE)
  add_compile_options(-fsanitize=${STAYALIVE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # What they insert makes g++ 12 see variables that may be uninitialized where there are none; a build without them
  # looks for such variables.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  add_link_options(-fsanitize=${STAYALIVE_SANITIZE})
endif()
