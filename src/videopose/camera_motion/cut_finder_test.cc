// SPDX-License-Identifier: Apache-2.0

#include "videopose/camera_motion/cut_finder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
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

// So bright that most of it is white; for one frame, for two, or for good.
TEST(CutFinder, FindsNoneWhereLightClips) {
  for (const int length : {1, 2, 20}) {
    CutFinder finder;
    for (int t = 0; t < 20; ++t) {
      SmallImage image = Look(0.3 * t, 0);
      if (t >= 8 && t < 8 + length) {
        for (uint8_t& value : image.grey) value = static_cast<uint8_t>(std::min(255, value + 130));
      }
      EXPECT_FALSE(finder.Push(image)) << t << " of " << length;
    }
  }
}

// A telephone's upright clips in a wide frame, and wide ones in a square.
TEST(CutFinder, BarsHideNoCut) {
  for (const bool upright : {true, false}) {
    CutFinder finder;
    std::vector<int> cuts;
    for (int t = 0; t < 20; ++t) {
      SmallImage image = Look(t, t / 10);
      for (int y = 0; y < image.height_px; ++y) {
        for (int x = 0; x < image.width_px; ++x) {
          const bool is_bar = upright ? x < 116 || x >= 204 : y < 65 || y >= 115;
          if (is_bar)
            image.grey[static_cast<size_t>(y * image.width_px + x)] = 16 + (x + y + t) % 3;
        }
      }
      if (finder.Push(image)) cuts.push_back(t);
    }
    EXPECT_EQ(cuts, std::vector{10}) << upright;
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

// A share u of the second image, the rest of the first.
SmallImage Mixed(const SmallImage& a, const SmallImage& b, double u) {
  SmallImage mixed = a;
  for (size_t i = 0; i < mixed.grey.size(); ++i) {
    mixed.grey[i] = static_cast<uint8_t>((1 - u) * a.grey[i] + u * b.grey[i]);
  }
  return mixed;
}

struct Transition {
  int length;
  double degrees;  // by which the camera turns in each frame
  bool through_black;
};

class Transitions : public testing::TestWithParam<Transition> {};

TEST_P(Transitions, AreCutsWhereTheyEnd) {
  const auto [length, degrees, through_black] = GetParam();
  SmallImage black{.width_px = 320, .height_px = 180};
  black.grey.resize(320 * 180);
  CutFinder finder;
  std::vector<int> cuts, lengths;
  for (int t = 0; t < length + 40; ++t) {
    const double u = std::clamp((t - 20.0) / length, 0.0, 1.0);
    const SmallImage a = Look(degrees * t, 0), b = Look(-degrees * t, 1);
    const SmallImage image = !through_black ? Mixed(a, b, u)
                             : u < 0.5      ? Mixed(a, black, std::min(1.0, 2.2 * u))
                                            : Mixed(b, black, std::min(1.0, 2.2 * (1 - u)));
    const auto cut = finder.Push(image);
    if (!cut) continue;
    cuts.push_back(t);
    lengths.push_back(cut->mixed_frames);
  }
  ASSERT_EQ(cuts.size(), 1U);
  if (!through_black) {
    EXPECT_NEAR(cuts[0], 20 + length, 3 + length / 20);
    EXPECT_GE(lengths[0], length / 2);
    EXPECT_LE(lengths[0], length + 10);
  } else {
    EXPECT_GT(cuts[0], 20 + length / 2);
    EXPECT_LE(cuts[0], 20 + length + 1);
  }
}

INSTANTIATE_TEST_SUITE_P(AllKinds, Transitions,
                         testing::Values(Transition{8, 0, false}, Transition{15, 0.05, false},
                                         Transition{30, 0.05, false}, Transition{60, 0.02, false},
                                         Transition{16, 0.1, true}, Transition{40, 0.1, true}));

TEST(CutFinder, LightThatChangesIsNoDissolve) {
  CutFinder finder;
  for (int t = 0; t < 60; ++t) {
    SmallImage image = Look(0.05 * t, 0);
    const double light = 1 - 0.5 * std::clamp((t - 20) / 20.0, 0.0, 1.0);
    for (uint8_t& value : image.grey) value = static_cast<uint8_t>(value * light);
    EXPECT_FALSE(finder.Push(image)) << t;
  }
}

TEST(CutFinder, FindsNoneInSlowAndFastPans) {
  for (const double degrees : {0.3, 1.0, 3.0, 8.0}) {
    CutFinder finder;
    for (int t = 0; t < 60; ++t) EXPECT_FALSE(finder.Push(Look(degrees * t, 0))) << t;
  }
}

// Out of a dark room, say.
TEST(CutFinder, TheSamePlaceAfterAFadeIsTheSameScene) {
  SmallImage black{.width_px = 320, .height_px = 180};
  black.grey.resize(320 * 180);
  CutFinder finder;
  for (int t = 0; t < 60; ++t) {
    const double u = std::clamp(std::abs(t - 30) / 10.0 - 0.2, 0.0, 1.0);
    EXPECT_FALSE(finder.Push(Mixed(black, Look(0.05 * t, 0), u))) << t;
  }
}

}  // namespace videopose::internal::cut_finder_test
