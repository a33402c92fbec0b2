# SPDX-License-Identifier: Apache-2.0
# Packages made by CPack.  In a build folder `cpack -G DEB` makes stayalive, libstayalive-dev and, where it is built,
# python3-stayalive; `cpack -G TGZ` makes an archive of the program and its files.  tools/package configures a build for
# each of them.
set(STAYALIVE_MAINTAINER "The stayalive maintainers <maintainers@stayalive.invalid>" CACHE STRING
  "Whom Debian packages name as their maintainer")
set(STAYALIVE_DEB_VERSION ${PROJECT_VERSION}-1)

set(packaging ${PROJECT_BINARY_DIR}/packaging)
configure_file(${PROJECT_SOURCE_DIR}/tools/packaging/changelog.in ${packaging}/changelog.Debian @ONLY)
configure_file(${PROJECT_SOURCE_DIR}/CHANGELOG.md ${packaging}/changelog COPYONLY)
add_custom_command(
  OUTPUT ${packaging}/changelog.gz ${packaging}/changelog.Debian.gz
  COMMAND ${STAYALIVE_GZIP} --best --no-name --keep --force changelog changelog.Debian
  DEPENDS ${packaging}/changelog ${packaging}/changelog.Debian
  WORKING_DIRECTORY ${packaging}
  VERBATIM)
add_custom_target(stayalive_changelogs ALL DEPENDS ${packaging}/changelog.gz)

# stayalive_debian_package(PACKAGE COMPONENT): what Debian wants in share/doc of each package.
function(stayalive_debian_package package component)
  install(FILES ${PROJECT_SOURCE_DIR}/tools/packaging/copyright ${packaging}/changelog.gz
    ${packaging}/changelog.Debian.gz DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/${package} COMPONENT ${component}
    EXCLUDE_FROM_ALL)
endfunction()
stayalive_debian_package(stayalive debian)
stayalive_debian_package(libstayalive-dev debian_development)
if(TARGET stayalive_python)
  stayalive_debian_package(python3-stayalive debian_python)
endif()

set(CPACK_PACKAGE_NAME stayalive)
set(CPACK_PACKAGE_VENDOR "The stayalive authors")
set(CPACK_PACKAGE_CONTACT ${STAYALIVE_MAINTAINER})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "simulator of NAT and firewall idle timeouts")
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
# What an unpacked archive calls its folder.
set(CPACK_PACKAGE_FILE_NAME stayalive-${PROJECT_VERSION}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_LIST_DIR}/package_components.cmake)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_STAYALIVE_PACKAGE_NAME stayalive)
set(CPACK_DEBIAN_STAYALIVE_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_STAYALIVE_PACKAGE_SUGGESTS "librsvg2-bin")
set(CPACK_DEBIAN_STAYALIVE_DESCRIPTION
"NATs, firewalls, load balancers and carrier gateways forget connections that
stay idle, and tell nobody.  stayalive simulates such paths in virtual time
and says what happens with the settings there are, which keepalive interval
holds, and what to write into which file.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libstayalive-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libfmt-dev")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION
"The simulator of NAT and firewall idle timeouts as a library for C++: scenarios
in JSON in, results in JSON out.  CMake finds it with find_package(stayalive).")

# A module for one version of Python.
if(TARGET stayalive_python)
  math(EXPR next "${Python_VERSION_MINOR} + 1")
endif()
set(CPACK_DEBIAN_PYTHON_PACKAGE_NAME python3-stayalive)
set(CPACK_DEBIAN_PYTHON_PACKAGE_SECTION python)
set(CPACK_DEBIAN_PYTHON_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS
  "python3 (>= ${Python_VERSION_MAJOR}.${Python_VERSION_MINOR}), python3 (<< ${Python_VERSION_MAJOR}.${next})")
set(CPACK_DEBIAN_PYTHON_PACKAGE_CONTROL_EXTRA
  ${PROJECT_SOURCE_DIR}/tools/packaging/python3/postinst ${PROJECT_SOURCE_DIR}/tools/packaging/python3/prerm)
set(CPACK_DEBIAN_PYTHON_PACKAGE_SUGGESTS "python3-pandas")
set(CPACK_DEBIAN_PYTHON_DESCRIPTION
"The simulator of NAT and firewall idle timeouts as a package for Python:
scenarios as dictionaries or files, results as objects, data frames and
pictures for notebooks.")

include(CPackComponent)
cpack_add_component_group(stayalive)
cpack_add_component(program GROUP stayalive)
cpack_add_component(data GROUP stayalive)
cpack_add_component(debian GROUP stayalive)
cpack_add_component_group(development)
cpack_add_component(development GROUP development)
cpack_add_component(debian_development GROUP development)
if(TARGET stayalive_python)
  cpack_add_component_group(python)
  cpack_add_component(debian_python GROUP python)
endif()
include(CPack)
