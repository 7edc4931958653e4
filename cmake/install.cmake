# SPDX-License-Identifier: Apache-2.0

# cmake --install: the program, its models, and the library for find_package(videopose COMPONENTS
# core video data).
#
#   videopose::core       keypoints to poses: points, files, lifting, the world, metrics
#   videopose::video      video to poses: FFmpeg, detector, tracking, rendering, live; with core
#   videopose::data       data sets and training; with core
#   videopose::videopose  all of it
#
# A component is an interface library over the archives of its modules. What it finds with
# find_package is what these link (dependencies.cmake), so that core asks for neither FFmpeg nor
# HDF5.
include(CMakePackageConfigHelpers)
# What has no COMPONENT of its own is for developers.
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME dev)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/videopose)

foreach(component core video data)
  get_property(modules GLOBAL PROPERTY VP_MODULES_OF_${component})
  list(TRANSFORM modules PREPEND vp_ OUTPUT_VARIABLE archives)
  add_library(videopose_${component} INTERFACE)
  add_library(videopose::${component} ALIAS videopose_${component})
  set_target_properties(videopose_${component} PROPERTIES EXPORT_NAME ${component})
  target_link_libraries(videopose_${component} INTERFACE ${archives})
  install(TARGETS videopose_${component} ${archives} EXPORT videopose-${component}
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(EXPORT videopose-${component} NAMESPACE videopose:: DESTINATION ${package_dir}
          FILE videopose-${component}-targets.cmake)
endforeach()
add_library(videopose INTERFACE)
add_library(videopose::videopose ALIAS videopose)
target_link_libraries(videopose INTERFACE videopose_core videopose_video videopose_data)

install(TARGETS videopose_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
        COMPONENT program)
install(FILES models/lifter.bin models/lifter_causal.bin
        DESTINATION ${CMAKE_INSTALL_DATADIR}/videopose/models COMPONENT program)
install(DIRECTORY include/videopose DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
configure_package_config_file(cmake/videopose-config.cmake.in ${PROJECT_BINARY_DIR}/videopose-config.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/videopose-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/videopose-config.cmake ${PROJECT_BINARY_DIR}/videopose-config-version.cmake
              ${PROJECT_SOURCE_DIR}/cmake/dependencies.cmake
        DESTINATION ${package_dir})
