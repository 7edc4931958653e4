// SPDX-License-Identifier: Apache-2.0

#include "videopose/camera_motion/cut_finder.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "videopose/camera_motion/test_places.h"
#include "videopose/geometry/angle.h"

namespace videopose::internal::cut_finder_test {

const Lens kLens = PlainLens(260, 320, 180);

SmallImage Look(double yaw_deg, int place) {
  return DrawPlace(FromAxisAngle({0, 1, 0}, RadiansFromDegrees(yaw_deg)), kLens, place);
}

TEST(CutFinder, FindsTheFirstFrameOfAnotherPlace) {
  CutFinder finder;
  std::vector<int> cuts;
  for (int t = 0; t < 30; ++t) {
    if (finder.Push(Look(t, t / 10))) cuts.push_back(t);
  }
  EXPECT_EQ(cuts, (std::vector{10, 20}));
}

TEST(CutFinder, FindsNoneInAWhipPan) {
  CutFinder finder;
  for (int t = 0; t < 20; ++t) EXPECT_FALSE(finder.Push(Look(8 * t, 0))) << t;
}

TEST(CutFinder, FindsNoneInAFlash) {
  CutFinder finder;
  for (int t = 0; t < 10; ++t) {
    SmallImage image = Look(0, 0);
    if (t == 5) {
      for (uint8_t& value : image.grey) value = static_cast<uint8_t>(value / 2 + 110);
    }
    EXPECT_FALSE(finder.Push(image)) << t;
  }
}

TEST(CutFinder, BlackFramesAreNoSceneOfTheirOwn) {
  SmallImage black{.width_px = 320, .height_px = 180};
  black.grey.resize(320 * 180);
  CutFinder finder;
  std::vector<int> cuts;
  for (int t = 0; t < 30; ++t) {
    const bool is_black = t % 10 < 3;
    if (finder.Push(is_black ? black : Look(0.5 * t, t / 20))) cuts.push_back(t);
  }
  EXPECT_EQ(cuts, std::vector{23}) << "the same place after 10, another one after 20";
}

}  // namespace videopose::internal::cut_finder_test
