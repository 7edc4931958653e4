# SPDX-License-Identifier: Apache-2.0

# Targets: `format` rewrites the sources, `format-check` only looks, `tidy` runs clang-tidy over all
# of them. Tests: `format`, and `spdx`: every source has the line of its licence.
file(GLOB_RECURSE VP_ALL_SOURCES CONFIGURE_DEPENDS
     ${PROJECT_SOURCE_DIR}/include/*.h ${PROJECT_SOURCE_DIR}/src/*.h ${PROJECT_SOURCE_DIR}/src/*.cc
     ${PROJECT_SOURCE_DIR}/tests/*.cc
     ${PROJECT_SOURCE_DIR}/tests/*.h ${PROJECT_SOURCE_DIR}/bench/*.cc ${PROJECT_SOURCE_DIR}/bench/*.h
     ${PROJECT_SOURCE_DIR}/examples/*.cc ${PROJECT_SOURCE_DIR}/python/*.cc
     ${PROJECT_SOURCE_DIR}/python/*.h)
find_program(CLANG_FORMAT clang-format)
if(CLANG_FORMAT)
  add_custom_target(format COMMAND ${CLANG_FORMAT} -i ${VP_ALL_SOURCES})
  add_custom_target(format-check COMMAND ${CLANG_FORMAT} --dry-run --Werror ${VP_ALL_SOURCES})
  if(VIDEOPOSE_TESTS)
    add_test(NAME format COMMAND ${CLANG_FORMAT} --dry-run --Werror ${VP_ALL_SOURCES})
  endif()
endif()
if(VIDEOPOSE_TESTS AND EXISTS ${PROJECT_SOURCE_DIR}/.git)
  add_test(NAME spdx COMMAND ${PROJECT_SOURCE_DIR}/tools/spdx.sh --check)
endif()
find_program(RUN_CLANG_TIDY NAMES run-clang-tidy run-clang-tidy-14)
if(RUN_CLANG_TIDY)
  set(tidied "${PROJECT_SOURCE_DIR}/(src|tests|bench|examples|python)/.*|.*/Unity/.*")
  add_custom_target(tidy COMMAND ${RUN_CLANG_TIDY} -quiet -p ${PROJECT_BINARY_DIR} "${tidied}"
                    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} USES_TERMINAL VERBATIM)
endif()
