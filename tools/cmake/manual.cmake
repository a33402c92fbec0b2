# SPDX-License-Identifier: Apache-2.0
# Writes the manual pages of the program and of each command that it shows, compressed as man(1) reads them:
#   cmake -DPROGRAM=build/.../stayalive -DGZIP=/usr/bin/gzip -DFOLDER=build/man -P manual.cmake
function(write_page name)
  execute_process(COMMAND ${PROGRAM} manual ${ARGN} OUTPUT_FILE ${FOLDER}/${name}.1 COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${GZIP} --best --no-name --force ${FOLDER}/${name}.1 COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER})
write_page(stayalive)
# Each line of the answer but the first is a command, a tabulator and what it does.
execute_process(COMMAND ${PROGRAM} complete "" OUTPUT_VARIABLE answer COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "\n[a-z]+\t" commands "${answer}")
foreach(command IN LISTS commands)
  string(STRIP "${command}" command)
  if(NOT command STREQUAL "help")
    write_page(stayalive-${command} ${command})
  endif()
endforeach()
