# SPDX-License-Identifier: Apache-2.0
# CPack reads this for each kind of package: which components of install.cmake it has.
if(CPACK_GENERATOR STREQUAL "DEB")
  list(REMOVE_ITEM CPACK_COMPONENTS_ALL plain python)
else()
  set(CPACK_COMPONENTS_ALL program data plain)
  # One archive of all of them.
  set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
  set(CPACK_COMPONENT_INCLUDE_TOPLEVEL_DIRECTORY ON)
  set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
endif()
