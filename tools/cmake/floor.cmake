# SPDX-License-Identifier: Apache-2.0
# stayalive_floor(NAME [LOWER_TARGET...]): one static library per folder of sim/, its rooms included, linked to the
# floors below it.
function(stayalive_floor name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(sources)
    add_library(stayalive_${name} STATIC ${sources})
    target_include_directories(stayalive_${name} PUBLIC ${PROJECT_SOURCE_DIR}/sim)
    target_link_libraries(stayalive_${name} PUBLIC ${ARGN} PRIVATE stayalive_warnings)
  else()
    add_library(stayalive_${name} INTERFACE)
    target_include_directories(stayalive_${name} INTERFACE ${PROJECT_SOURCE_DIR}/sim)
    target_link_libraries(stayalive_${name} INTERFACE ${ARGN})
  endif()
endfunction()

# stayalive_test(NAME TARGET...): one test program per folder of tests/, which mirrors sim/.
# The limits guard against hanging only: no test fails for being slow.
set(STAYALIVE_TEST_LIMIT 3600)
function(stayalive_test name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_test.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${name}_test ${sources})
  target_include_directories(${name}_test PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${name}_test PRIVATE ${ARGN} stayalive_warnings GTest::gtest_main)
  target_compile_definitions(${name}_test PRIVATE STAYALIVE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  gtest_discover_tests(${name}_test TEST_PREFIX "${name}." PROPERTIES TIMEOUT ${STAYALIVE_TEST_LIMIT}
                       DISCOVERY_TIMEOUT 600)
endfunction()
