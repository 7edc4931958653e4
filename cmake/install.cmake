# cmake --install: the program, its model, and the library for find_package(videopose).
include(CMakePackageConfigHelpers)

get_property(modules GLOBAL PROPERTY VP_MODULES)
list(REMOVE_ITEM modules cli)
list(TRANSFORM modules PREPEND vp_ OUTPUT_VARIABLE libraries)

add_library(videopose INTERFACE)
add_library(videopose::videopose ALIAS videopose)
target_link_libraries(videopose INTERFACE ${libraries})

install(TARGETS videopose_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES models/lifter.bin models/lifter_causal.bin DESTINATION ${CMAKE_INSTALL_DATADIR}/videopose/models)
install(DIRECTORY src/videopose DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.h" PATTERN cli EXCLUDE)
install(TARGETS videopose ${libraries} EXPORT videopose ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT videopose NAMESPACE videopose:: FILE videopose-targets.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/videopose)
configure_package_config_file(cmake/videopose-config.cmake.in ${PROJECT_BINARY_DIR}/videopose-config.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/videopose)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/videopose-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/videopose-config.cmake ${PROJECT_BINARY_DIR}/videopose-config-version.cmake
              ${PROJECT_SOURCE_DIR}/cmake/dependencies.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/videopose)
