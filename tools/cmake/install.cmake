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

# The page with the simulator in it, where it is built with everything else (tools/web).
if(STAYALIVE_WEB AND TARGET web)
  install(FILES ${STAYALIVE_WEB_PAGE} DESTINATION ${data}/web COMPONENT data)
endif()

# find_package(stayalive) finds the library by what is written here.
include(CMakePackageConfigHelpers)
set(config ${PROJECT_BINARY_DIR}/library)
set(config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/stayalive)
configure_package_config_file(${PROJECT_SOURCE_DIR}/tools/packaging/stayalive-config.cmake.in
  ${config}/stayalive-config.cmake INSTALL_DESTINATION ${config_folder})
# Until 1.0.0 a minor version may change the interface.
write_basic_package_version_file(${config}/stayalive-config-version.cmake COMPATIBILITY SameMinorVersion)
install(TARGETS stayalive_library EXPORT stayalive COMPONENT development)
install(EXPORT stayalive NAMESPACE stayalive:: FILE stayalive-targets.cmake DESTINATION ${config_folder}
  COMPONENT development)
install(FILES ${config}/stayalive-config.cmake ${config}/stayalive-config-version.cmake
  DESTINATION ${config_folder} COMPONENT development)
install(FILES ${PROJECT_SOURCE_DIR}/sim/api/stayalive.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/stayalive
  COMPONENT development)

include(${CMAKE_CURRENT_LIST_DIR}/package.cmake)
