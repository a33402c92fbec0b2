# SPDX-License-Identifier: Apache-2.0
# Every dependency comes from the system; tools/setup installs the Debian packages.
find_package(fmt REQUIRED)
option(STAYALIVE_STATIC "Link a program that needs no library where it runs" OFF)
# Debian has no archive of fmt; its headers hold all of it.
set(STAYALIVE_FMT $<IF:$<BOOL:${STAYALIVE_STATIC}>,fmt::fmt-header-only,fmt::fmt>)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 REQUIRED)
# The Python of the system, for which tools/setup installs packages: another one on the path may lack them.
find_program(STAYALIVE_SYSTEM_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
find_program(STAYALIVE_SYSTEM_PYTHON python3)
mark_as_advanced(STAYALIVE_SYSTEM_PYTHON)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
if(STAYALIVE_TESTS)
  find_package(GTest REQUIRED)
endif()
if(STAYALIVE_BENCH)
  find_package(benchmark REQUIRED)
endif()
