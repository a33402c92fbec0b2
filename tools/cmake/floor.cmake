# SPDX-License-Identifier: Apache-2.0
# With STAYALIVE_UNITY the sources of a floor, and those of a folder of tests, are compiled as few units: each header
# is read once for many files, which is what most of the time of a build goes into.  Names in anonymous namespaces
# are unique within a folder for that.  Without it each file is compiled by itself and shows that it includes what it
# needs.
option(STAYALIVE_UNITY "Compile the files of each folder together" OFF)

# stayalive_unity(TARGET FILES): so many files in each unit; 0 for all of them.
function(stayalive_unity target files)
  if(STAYALIVE_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${files})
  endif()
endfunction()

# stayalive_floor(NAME [LOWER_TARGET...]): one static library per folder of sim/, its rooms included, linked to the
# floors below it.
function(stayalive_floor name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(sources)
    add_library(stayalive_${name} STATIC ${sources})
    target_include_directories(stayalive_${name} PUBLIC ${PROJECT_SOURCE_DIR}/sim)
    target_link_libraries(stayalive_${name} PUBLIC ${ARGN} PRIVATE stayalive_warnings)
    stayalive_unity(stayalive_${name} 0)
    set_property(GLOBAL APPEND PROPERTY STAYALIVE_FLOORS stayalive_${name})
    # The library may become part of a shared object, such as the module for Python; nothing of it is called from
    # outside by name but what says so, and calls within it stay direct.
    set_target_properties(stayalive_${name} PROPERTIES
      POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  else()
    add_library(stayalive_${name} INTERFACE)
    target_include_directories(stayalive_${name} INTERFACE ${PROJECT_SOURCE_DIR}/sim)
    target_link_libraries(stayalive_${name} INTERFACE ${ARGN})
  endif()
endfunction()

# stayalive_test(NAME TARGET... [SHARDS N]): one test program per folder of tests/, which mirrors sim/.  Its tests are
# dealt out to N processes, NAME.1 and so on, so that several cores share them; a process for each test would spend
# more time on starting than on testing.
# The limits guard against hanging only: no test fails for being slow.
set(STAYALIVE_TEST_LIMIT 3600)
function(stayalive_test name)
  cmake_parse_arguments(PARSE_ARGV 1 own "" "SHARDS" "")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_test.cpp)
  if(NOT sources)
    return()
  endif()
  if(NOT own_SHARDS)
    set(own_SHARDS 1)
  endif()
  add_executable(${name}_test ${sources})
  stayalive_unity(${name}_test 8)
  target_include_directories(${name}_test PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${name}_test PRIVATE ${own_UNPARSED_ARGUMENTS} stayalive_warnings GTest::gtest_main)
  target_compile_definitions(${name}_test PRIVATE STAYALIVE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  foreach(shard RANGE 1 ${own_SHARDS})
    math(EXPR index "${shard} - 1")
    add_test(NAME ${name}.${shard} COMMAND ${name}_test --gtest_brief=1)
    # The stack of a program that aborts names the test.
    set_tests_properties(${name}.${shard} PROPERTIES
      TIMEOUT ${STAYALIVE_TEST_LIMIT} COST ${own_SHARDS}
      ENVIRONMENT "GTEST_TOTAL_SHARDS=${own_SHARDS};GTEST_SHARD_INDEX=${index};ASAN_OPTIONS=handle_abort=1")
  endforeach()
endfunction()
