# SPDX-License-Identifier: Apache-2.0
# The documents as pages, in the folder site of the build: cmake --build BUILD --target site.
if(STAYALIVE_SYSTEM_PYTHON)
  add_custom_target(site
    COMMAND ${STAYALIVE_SYSTEM_PYTHON} ${PROJECT_SOURCE_DIR}/tools/site ${PROJECT_BINARY_DIR}/site
    COMMENT "Making pages of the documents"
    USES_TERMINAL VERBATIM)
endif()
