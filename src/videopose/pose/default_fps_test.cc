// SPDX-License-Identifier: Apache-2.0

#include "videopose/pose/default_fps.h"

#include <gtest/gtest.h>

#include <limits>

namespace videopose::internal::default_fps_test {

TEST(DefaultFps, IsForWhatIsNoRate) {
  EXPECT_EQ(FpsOf({.fps = 29.97}), 29.97);
  for (const double none : {0.0, -1.0, std::numeric_limits<double>::infinity(),
                            std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(FpsOf({.fps = none}), kDefaultFps) << none;
  }
}

}  // namespace videopose::internal::default_fps_test
