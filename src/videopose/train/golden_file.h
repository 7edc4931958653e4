// For tests: arrays that the reference computed, from the shared folder.

#ifndef VIDEOPOSE_TRAIN_GOLDEN_FILE_H_
#define VIDEOPOSE_TRAIN_GOLDEN_FILE_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#ifndef VIDEOPOSE_SHARED_DIR
#error "for tests only"
#endif

namespace videopose {

inline std::filesystem::path GoldenPath(const std::string& file) {
  return std::filesystem::path(VIDEOPOSE_SHARED_DIR) / "golden" / file;
}

}  // namespace videopose

// Ends the test as skipped where the file is not there.
#define SKIP_WITHOUT_GOLDEN(file)                                    \
  if (!std::filesystem::exists(::videopose::GoldenPath(file))) {     \
    GTEST_SKIP() << ::videopose::GoldenPath(file) << " is not here"; \
  }                                                                  \
  static_assert(true)

#endif  // VIDEOPOSE_TRAIN_GOLDEN_FILE_H_
