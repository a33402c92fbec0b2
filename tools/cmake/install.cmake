# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where.  The program has profiles and products within it and needs none of the other files.
#   program        bin/stayalive, manual pages, completions
#   data           share/stayalive: scenarios, profiles and products, schemas and documents, in the folders they have here
#   plain          what Debian's packages have in other places: the licence, the completion for zsh
#   debian...      what they have there instead; only CPack installs it (package.cmake)
#   development    the C++ library, its header, and what find_package(stayalive) reads
include(GNUInstallDirs)
find_program(STAYALIVE_GZIP gzip REQUIRED)
mark_as_advanced(STAYALIVE_GZIP)

set(manual ${PROJECT_BINARY_DIR}/man)
add_custom_command(
  OUTPUT ${manual}/stayalive.1.gz
  COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:stayalive> -DGZIP=${STAYALIVE_GZIP} -DFOLDER=${manual}
          -P ${CMAKE_CURRENT_LIST_DIR}/manual.cmake
  DEPENDS stayalive ${CMAKE_CURRENT_LIST_DIR}/manual.cmake
  COMMENT "Writing the manual pages"
  VERBATIM)
add_custom_target(stayalive_manual ALL DEPENDS ${manual}/stayalive.1.gz)

set(completions ${PROJECT_SOURCE_DIR}/tools/completions)
install(TARGETS stayalive COMPONENT program)
install(DIRECTORY ${manual}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program FILES_MATCHING PATTERN "*.1.gz")
install(FILES ${completions}/stayalive.bash RENAME stayalive COMPONENT program
  DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/bash-completion/completions)
install(FILES ${completions}/_stayalive DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/zsh/site-functions COMPONENT plain)
install(FILES ${completions}/_stayalive DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/zsh/vendor-completions
  COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES ${completions}/stayalive.fish COMPONENT program
  DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/fish/vendor_completions.d)

# The documents link to one another, to the scenarios and to the schemas: all keep their places.
set(data ${CMAKE_INSTALL_DATAROOTDIR}/stayalive)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/scenarios ${PROJECT_SOURCE_DIR}/docs DESTINATION ${data} COMPONENT data)
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md DESTINATION ${data} COMPONENT data)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${data} COMPONENT plain)

include(${CMAKE_CURRENT_LIST_DIR}/package.cmake)
