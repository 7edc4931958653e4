# SPDX-License-Identifier: Apache-2.0

# Packages: `cpack --config build/package/CPackConfig.cmake` makes videopose_*.deb (the program, its
# lifters, manual page and completions), libvideopose-dev_*.deb (headers, archives, CMake package)
# and with -G TGZ an archive that runs from any folder. docs/development/releasing.md.

# Who makes the package, as Debian's own tools ask it.
if(DEFINED ENV{DEBEMAIL} AND DEFINED ENV{DEBFULLNAME})
  set(CPACK_PACKAGE_CONTACT "$ENV{DEBFULLNAME} <$ENV{DEBEMAIL}>")
else()
  set(CPACK_PACKAGE_CONTACT "videopose developers <videopose@packages.debian.org>")
endif()

# What the program says about itself, in the forms that a system wants.
set(documents ${PROJECT_BINARY_DIR}/documents)
string(TIMESTAMP package_date "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(CONFIGURE OUTPUT ${documents}/changelog CONTENT
"videopose (@PROJECT_VERSION@) unstable; urgency=medium

  * What changed is in NEWS.md.gz.

 -- @CPACK_PACKAGE_CONTACT@  @package_date@
" @ONLY)
if(NOT CMAKE_CROSSCOMPILING)
  add_custom_command(
    OUTPUT ${documents}/videopose.1.gz ${documents}/videopose.bash ${documents}/_videopose
           ${documents}/NEWS.md.gz ${documents}/changelog.gz
    COMMAND videopose_program help --bash > videopose.bash
    COMMAND videopose_program help --zsh > _videopose
    COMMAND videopose_program help --man > videopose.1
    COMMAND ${CMAKE_COMMAND} -E copy ${PROJECT_SOURCE_DIR}/CHANGELOG.md NEWS.md
    COMMAND gzip -9nkf videopose.1 NEWS.md changelog
    DEPENDS videopose_program ${PROJECT_SOURCE_DIR}/CHANGELOG.md
    WORKING_DIRECTORY ${documents} VERBATIM)
  add_custom_target(documents ALL DEPENDS ${documents}/videopose.1.gz)
  # OPTIONAL: Python's package is installed from a build without them.
  install(FILES ${documents}/videopose.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program OPTIONAL)
  install(FILES ${documents}/videopose.bash RENAME videopose COMPONENT program OPTIONAL
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES ${documents}/_videopose COMPONENT program OPTIONAL
          DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
  foreach(part "program;videopose" "dev;libvideopose-dev")
    list(GET part 0 component)
    list(GET part 1 package)
    install(FILES ${documents}/changelog.gz ${documents}/NEWS.md.gz DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package}
            COMPONENT ${component} OPTIONAL)
    install(FILES ${PROJECT_SOURCE_DIR}/cmake/copyright COMPONENT ${component}
            DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package})
  endforeach()
endif()

set(CPACK_PACKAGE_VENDOR "videopose")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "3D human pose from ordinary video")
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program dev)
set(CPACK_GENERATOR DEB)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME videopose)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION graphics)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS "npm")  # by which `videopose models fetch` fetches
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION "videopose finds the people in a video, lifts their keypoints to 3D,
places them in the world, and draws or writes them: as video, web page,
BVH, GLB, C3D, TRC, CSV or NumPy arrays. It runs on the CPU.")
set(CPACK_DEBIAN_DEV_PACKAGE_NAME libvideopose-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
# What find_package(videopose) looks for: the libraries of packages.txt.
file(STRINGS tools/packages.txt build_packages REGEX "^build (lib.*|zlib1g|nlohmann-json3)-dev$")
list(TRANSFORM build_packages REPLACE "^build " "")
list(JOIN build_packages ", " CPACK_DEBIAN_DEV_PACKAGE_DEPENDS)
set(CPACK_COMPONENT_DEV_DESCRIPTION "Headers, static archives and the CMake package of videopose, the library
that makes 3D poses of ordinary video.")

# The archive holds the program alone; it finds its lifters beside itself.
set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
set(CPACK_PACKAGE_FILE_NAME videopose-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_ARCHIVE_PROGRAM_FILE_NAME ${CPACK_PACKAGE_FILE_NAME})
include(CPack)
