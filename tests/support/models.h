// SPDX-License-Identifier: Apache-2.0

// For tests with the real detector: whether its models are here.

#ifndef VIDEOPOSE_TESTS_SUPPORT_MODELS_H_
#define VIDEOPOSE_TESTS_SUPPORT_MODELS_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "videopose/detect.h"

namespace videopose::internal {

// All of them in the default place, as `videopose models fetch` leaves them.
inline bool HaveDetectorModels() {
  return std::ranges::all_of(ModelFiles(), [](const ModelFile& file) {
    return std::filesystem::exists(DefaultModelsDir() / file.name);
  });
}

}  // namespace videopose::internal

// Ends the test as skipped where they are not.
#define SKIP_WITHOUT_MODELS()                                                              \
  if (!::videopose::internal::HaveDetectorModels()) {                                      \
    GTEST_SKIP() << "the detector's models are not in " << ::videopose::DefaultModelsDir() \
                 << "; run: videopose models fetch";                                       \
  }                                                                                        \
  static_assert(true)

#endif  // VIDEOPOSE_TESTS_SUPPORT_MODELS_H_
