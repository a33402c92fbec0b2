# SPDX-License-Identifier: Apache-2.0
set(STAYALIVE_SANITIZE "" CACHE STRING "Sanitizers to build with, for example address,undefined")
if(STAYALIVE_SANITIZE)
  add_compile_options(-fsanitize=${STAYALIVE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${STAYALIVE_SANITIZE})
endif()
