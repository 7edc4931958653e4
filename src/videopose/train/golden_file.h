// For tests: where the reference's numbers are, and how to run small trainings.

#ifndef VIDEOPOSE_TRAIN_GOLDEN_FILE_H_
#define VIDEOPOSE_TRAIN_GOLDEN_FILE_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "videopose/base/parallel.h"

#ifndef VIDEOPOSE_SHARED_DIR
#error "for tests only"
#endif

namespace videopose {

inline std::filesystem::path GoldenPath(const std::string& file) {
  return std::filesystem::path(VIDEOPOSE_SHARED_DIR) / "golden" / file;
}

// Small networks gain nothing from threads, and wait for each other where the machine is busy.
struct OneThread {
  OneThread() { SetThreadCount(1); }
  ~OneThread() { SetThreadCount(0); }
};

}  // namespace videopose

// Ends the test as skipped where the file is not there.
#define SKIP_WITHOUT_GOLDEN(file)                                    \
  if (!std::filesystem::exists(::videopose::GoldenPath(file))) {     \
    GTEST_SKIP() << ::videopose::GoldenPath(file) << " is not here"; \
  }                                                                  \
  static_assert(true)

#endif  // VIDEOPOSE_TRAIN_GOLDEN_FILE_H_
