# SPDX-License-Identifier: Apache-2.0

# vp_module(NAME COMPONENT component DEPENDS modules... LINK libraries...
#           PUBLIC headers... TEST_DEPENDS modules...)
# One static library `vp_NAME` from the *.cc of src/videopose/NAME and its folders, and one test
# program `NAME_test` from the *_test.cc beside them. The dependencies are both what is linked and
# what may be included; tests (*_test.cc, test_*.h) may include and link TEST_DEPENDS as well.
# COMPONENT is the part of the installed library that it goes with (install.cmake); PUBLIC are the
# headers of include/videopose, without .h, that are its own.
if(VIDEOPOSE_TESTS OR VIDEOPOSE_BENCH OR VIDEOPOSE_FUZZ)
  find_package(GTest REQUIRED)
  include(GoogleTest)
  # Paths of the tests' files: #include "support/test_data.h" and the like.
  file(GLOB sources CONFIGURE_DEPENDS tests/support/*.cc)
  add_library(vp_test_support STATIC ${sources})
  target_include_directories(vp_test_support PUBLIC tests)
  target_compile_definitions(vp_test_support PRIVATE VIDEOPOSE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(vp_test_support PUBLIC GTest::gtest PRIVATE PkgConfig::ZLIB)
  # For all tests: their own code runs briefly, and compiles in three quarters of the time.
  target_compile_options(vp_test_support PUBLIC $<$<CONFIG:Release>:-O1>)
endif()

set_property(GLOBAL PROPERTY VP_LAYERS "")

# Sanitizers make programs ten times as slow.
if(VIDEOPOSE_SANITIZE)
  set(VP_TEST_TIMEOUT_S 5400)
else()
  set(VP_TEST_TIMEOUT_S 900)
endif()
function(vp_module name)
  cmake_parse_arguments(arg "" "COMPONENT" "DEPENDS;LINK;PUBLIC;TEST_DEPENDS" ${ARGN})
  set(dir ${PROJECT_SOURCE_DIR}/src/videopose/${name})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${dir}/*.cc)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${dir}/*.h)
  file(GLOB_RECURSE tests CONFIGURE_DEPENDS ${dir}/*_test.cc)
  list(REMOVE_ITEM sources ${tests} ${dir}/main.cc)
  if(NOT sources)
    set(sources ${CMAKE_CURRENT_BINARY_DIR}/empty_${name}.cc)
    file(TOUCH ${sources})
  endif()

  add_library(vp_${name} STATIC ${sources} ${headers})
  target_include_directories(vp_${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                                               $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>
                                               $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  list(TRANSFORM arg_DEPENDS PREPEND vp_ OUTPUT_VARIABLE libraries)
  # Linking the archives needs no headers of the libraries inside them.
  list(TRANSFORM arg_LINK REPLACE "^(nlohmann_json|Eigen3)::.*$" "$<BUILD_INTERFACE:\\0>" OUTPUT_VARIABLE link)
  target_link_libraries(vp_${name} PUBLIC ${libraries} PRIVATE ${link})
  if(name STREQUAL "base")
    target_link_libraries(vp_base PUBLIC fmt::fmt OpenMP::OpenMP_CXX)
  endif()
  set_property(GLOBAL APPEND PROPERTY VP_MODULES_OF_${arg_COMPONENT} ${name})
  string(REPLACE ";" " " allowed "${arg_DEPENDS}")
  string(REPLACE ";" " " allowed_in_tests "${arg_DEPENDS};${arg_TEST_DEPENDS}")
  string(REPLACE ";" " " public "${arg_PUBLIC}")
  set_property(GLOBAL APPEND_STRING PROPERTY VP_LAYERS
               "${name}: ${allowed}\n${name} tests: ${allowed_in_tests}\n${name} public: ${public}\n")

  if(VIDEOPOSE_TESTS AND tests)
    add_executable(${name}_test ${tests})
    list(TRANSFORM arg_TEST_DEPENDS PREPEND vp_ OUTPUT_VARIABLE test_libraries)
    target_link_libraries(${name}_test PRIVATE vp_${name} ${test_libraries} ${arg_LINK} vp_test_support
                                               GTest::gmock GTest::gtest_main)
    gtest_discover_tests(${name}_test TEST_PREFIX "${name}/" DISCOVERY_TIMEOUT 60
                         PROPERTIES TIMEOUT ${VP_TEST_TIMEOUT_S})
  endif()
endfunction()

# A test that reads every #include line and rejects one against the order of the layers.
function(vp_layering_test)
  get_property(layers GLOBAL PROPERTY VP_LAYERS)
  file(WRITE ${PROJECT_BINARY_DIR}/layers.txt "${layers}")
  add_test(NAME layering COMMAND ${PROJECT_SOURCE_DIR}/tools/check_layering.sh
                                 ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/layers.txt)
endfunction()
