# SPDX-License-Identifier: Apache-2.0

# The files of web/ as string literals in a generated source of the module export:
# export/web_files.h. Written anew whenever one of them changes, and only then.
set(web_literals "")
foreach(file page.html page.css page.js view3d.js live.html live.js)
  set(path ${PROJECT_SOURCE_DIR}/web/${file})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
  file(READ ${path} text)
  # The licence's line is the source's, not the exported page's.
  string(REGEX REPLACE "^[^\n]*SPDX-License-Identifier[^\n]*\n\n?" "" text "${text}")
  string(REGEX REPLACE "[.]" "_" name ${file})
  string(APPEND web_literals "const std::string_view k_${name} = R\"~web~(${text})~web~\";\n")
endforeach()
set(web_source ${PROJECT_BINARY_DIR}/generated/web_files.cc)
file(WRITE ${web_source}.new
     "#include \"videopose/export/web_files.h\"\n\nnamespace videopose::internal::web {\n\n${web_literals}\n}  // namespace videopose::internal::web\n")
configure_file(${web_source}.new ${web_source} COPYONLY)
target_sources(vp_export PRIVATE ${web_source})
