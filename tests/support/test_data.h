// SPDX-License-Identifier: Apache-2.0

// Paths of the files that tests read.

#ifndef VIDEOPOSE_TESTS_SUPPORT_TEST_DATA_H_
#define VIDEOPOSE_TESTS_SUPPORT_TEST_DATA_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <string_view>

namespace videopose::internal {

// A file or folder of tests/data, as in "golden/constants.json"; tests/data/README.md says what is
// there.
std::filesystem::path TestData(std::string_view path);

// A file or folder of the project, as in "models/lifter.bin".
std::filesystem::path SourceFile(std::string_view path);

// Material that cannot be part of the project (clips, motion capture): in ../shared beside the
// checkout, or in the folder that the environment variable VIDEOPOSE_SHARED names.
std::filesystem::path SharedFile(std::string_view path);

}  // namespace videopose::internal

// Ends the test as skipped where such material is absent.
#define SKIP_WITHOUT_SHARED(path)                                              \
  if (!std::filesystem::exists(::videopose::internal::SharedFile(path))) {     \
    GTEST_SKIP() << ::videopose::internal::SharedFile(path) << " is not here"; \
  }                                                                            \
  static_assert(true)

#endif  // VIDEOPOSE_TESTS_SUPPORT_TEST_DATA_H_
