# SPDX-License-Identifier: Apache-2.0
# embed_profiles(TARGET FOLDER FUNCTION): compiles every JSON file of the folder into the target, as
# scenario/profiles/embedded_profiles.h promises of the function.  Run as a script with -DFOLDER=, -DFUNCTION= and -DOUTPUT=
# it writes the source file.
if(CMAKE_SCRIPT_MODE_FILE)
  file(GLOB files ${FOLDER}/*.json)
  list(SORT files)
  set(entries "")
  set(count 0)
  foreach(path IN LISTS files)
    get_filename_component(name "${path}" NAME)
    file(READ "${path}" text)
    string(FIND "${text}" ")stayalive\"" delimiter)
    if(NOT delimiter EQUAL -1)
      message(FATAL_ERROR "${name} contains the delimiter of the generated literal")
    endif()
    string(APPEND entries "    EmbeddedFile{\"${name}\", R\"stayalive(${text})stayalive\"},\n")
    math(EXPR count "${count} + 1")
  endforeach()
  file(WRITE "${OUTPUT}"
    "// SPDX-License-Identifier: Apache-2.0\n"
    "#include <array>\n\n#include \"scenario/profiles/embedded_profiles.h\"\n\n"
    "namespace stayalive {\nnamespace {\n"
    "constexpr std::array<EmbeddedFile, ${count}> k_${FUNCTION}{\n${entries}};\n"
    "}  // namespace\n"
    "std::span<const EmbeddedFile> ${FUNCTION}() { return k_${FUNCTION}; }\n"
    "}  // namespace stayalive\n")
  return()
endif()

set(STAYALIVE_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
function(embed_profiles target folder function)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*.json)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp)
  # A file that is taken away changes no time stamp but this one.
  set(list ${CMAKE_CURRENT_BINARY_DIR}/${function}.txt)
  file(CONFIGURE OUTPUT ${list} CONTENT "${files}\n" @ONLY)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} -DFUNCTION=${function} -DOUTPUT=${output} -P ${STAYALIVE_EMBED_SCRIPT}
    DEPENDS ${files} ${list} ${STAYALIVE_EMBED_SCRIPT}
    COMMENT "Embedding ${folder}"
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
