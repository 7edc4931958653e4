# SPDX-License-Identifier: Apache-2.0

# vp_embed(MODULE NAME NAMESPACE files...): files of the project as string literals in a generated
# source of a module. src/videopose/MODULE/NAME.h declares them in videopose::internal::NAMESPACE:
# `k_page_html` is a file page.html. Written anew whenever one of them changes, and only then.
function(vp_embed module name namespace)
  set(literals "")
  foreach(file ${ARGN})
    set(path ${PROJECT_SOURCE_DIR}/${file})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
    file(READ ${path} text)
    # The licence's line is the source's, not the exported page's.
    string(REGEX REPLACE "^[^\n]*SPDX-License-Identifier[^\n]*\n\n?" "" text "${text}")
    cmake_path(GET path FILENAME literal)
    string(REGEX REPLACE "[.]" "_" literal ${literal})
    string(APPEND literals "const std::string_view k_${literal} = R\"~file~(${text})~file~\";\n")
  endforeach()
  set(source ${PROJECT_BINARY_DIR}/generated/${name}.cc)
  set(scope videopose::internal::${namespace})
  file(WRITE ${source}.new
       "#include \"videopose/${module}/${name}.h\"\n\n"
       "namespace ${scope} {\n\n${literals}\n}  // namespace ${scope}\n")
  configure_file(${source}.new ${source} COPYONLY)
  target_sources(vp_${module} PRIVATE ${source})
endfunction()
