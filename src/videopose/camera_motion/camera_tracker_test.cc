// SPDX-License-Identifier: Apache-2.0

#include "videopose/camera_motion/camera_tracker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

#include "videopose/camera_motion/camera_decision.h"
#include "videopose/camera_motion/test_places.h"
#include "videopose/geometry/angle.h"

namespace videopose::internal::camera_tracker_test {

const Lens kLens = PlainLens(260, 320, 180);
// In the middle of the image, which it fills by a quarter.
const PeopleBox kBody{{110, 30}, {200, 175}};

// By frame: the camera's true view.
using Course = std::function<CameraView(int)>;

CameraView Turn(double yaw_deg, double pitch_deg = 0, double roll_deg = 0, double zoom = 1) {
  return {FromAxisAngle({0, 1, 0}, RadiansFromDegrees(yaw_deg)) *
              FromAxisAngle({1, 0, 0}, RadiansFromDegrees(pitch_deg)) *
              FromAxisAngle({0, 0, 1}, RadiansFromDegrees(roll_deg)),
          zoom};
}

struct Followed {
  std::vector<CameraView> truth, views;
  int keyframes = 0;
  double worst_deg() const {
    double worst = 0;
    for (size_t t = 0; t < views.size(); ++t) {
      worst = std::max(worst, DegreesBetween(views[t], truth[t]));
    }
    return worst;
  }
};

Followed Follow(int frames, const Course& course, bool knows_body = true) {
  CameraTracker tracker(kLens);
  Followed followed;
  for (int t = 0; t < frames; ++t) {
    CameraView truth = course(t);
    Lens lens = kLens;
    lens.focal_px = truth.zoom * lens.focal_px;
    SmallImage image = DrawPlace(truth.first_from_cam, lens);
    PeopleBox body = kBody;
    body.low_px.x += 40 * std::sin(0.3 * t);
    body.high_px.x += 40 * std::sin(0.3 * t);
    DrawBody(body, image);
    followed.truth.push_back(truth);
    followed.views.push_back(
        tracker.Push(image, knows_body ? std::span(&body, 1) : std::span<PeopleBox>()));
  }
  followed.keyframes = tracker.keyframe_count();
  return followed;
}

TEST(CameraTracker, StandsStillBeforeABodyThatMoves) {
  for (const bool knows_body : {true, false}) {
    const Followed followed = Follow(
        30, [](int) { return CameraView{}; }, knows_body);
    EXPECT_LT(followed.worst_deg(), 0.05);
    EXPECT_TRUE(std::ranges::all_of(
        followed.views, [](const CameraView& view) { return std::abs(view.zoom - 1) < 0.002; }));
    EXPECT_TRUE(StandsStill(followed.views));
    EXPECT_EQ(followed.keyframes, 1);
  }
}

TEST(CameraTracker, FollowsAPan) {
  Followed followed = Follow(121, [](int t) { return Turn(t, 0.05 * t); });
  EXPECT_LT(followed.worst_deg(), 0.6);
  EXPECT_FALSE(StandsStill(followed.views));
  EXPECT_GT(followed.keyframes, 3) << "the first one cannot have been seen all the time";
  EXPECT_LT(followed.keyframes, 20);
  for (const CameraView& view : followed.views) {
    const Quaternion& q = view.first_from_cam;
    EXPECT_NEAR(q.w * q.w + q.x * q.x + q.y * q.y + q.z * q.z, 1, 1e-12);
  }
  DropSmallZoom(followed.views);
  for (const CameraView& view : followed.views) EXPECT_EQ(view.zoom, 1);
}

TEST(CameraTracker, TellsZoomFromRotation) {
  Followed followed = Follow(40, [](int t) { return Turn(0.1 * t, 0, 0, std::exp2(t / 39.0)); });
  DropSmallZoom(followed.views);
  EXPECT_LT(followed.worst_deg(), 0.2);
  for (size_t t = 0; t < followed.views.size(); ++t) {
    EXPECT_NEAR(followed.views[t].zoom / followed.truth[t].zoom, 1, 0.01) << t;
  }
  EXPECT_FALSE(StandsStill(followed.views));
}

// The camera comes back again and again: no error adds up.
TEST(CameraTracker, FollowsAHand) {
  const Followed followed = Follow(120, [](int t) {
    const double s = std::sin(0.15 * t);
    return Turn(12 * s, 4 * std::cos(0.2 * t) - 4, 3 * s);
  });
  EXPECT_LT(followed.worst_deg(), 0.15);
  EXPECT_FALSE(StandsStill(followed.views));
  EXPECT_LT(followed.keyframes, 10);
  EXPECT_LT(std::ranges::max(followed.views, {}, &CameraView::sigma_deg).sigma_deg, 0.3);
}

TEST(CameraTracker, FollowsASuddenTurn) {
  for (const double turn_deg : {5.0, 10.0}) {
    const Followed followed = Follow(20, [&](int t) { return Turn(t < 10 ? 0 : turn_deg); });
    EXPECT_LT(followed.worst_deg(), 0.2) << turn_deg;
  }
}

TEST(CameraTracker, IsUncertainWhereNothingIsSeen) {
  CameraTracker tracker(kLens);
  SmallImage dark{.width_px = 320, .height_px = 180};
  dark.grey.resize(320 * 180);
  CameraView view;
  for (int t = 0; t < 5; ++t) view = tracker.Push(dark, {});
  EXPECT_GT(view.sigma_deg, 1.5 * kLost_deg);
  EXPECT_EQ(view.first_from_cam, Quaternion{}) << "it stays as it was";
  EXPECT_TRUE(StandsStill(std::vector{CameraView{}, view}))
      << "what is not known is no evidence of motion";
}

TEST(CameraTracker, GoesOnAfterItWasBlinded) {
  CameraTracker tracker(kLens);
  SmallImage dark{.width_px = 320, .height_px = 180};
  dark.grey.resize(320 * 180);
  std::vector<CameraView> views;
  for (int t = 0; t < 30; ++t) {
    views.push_back(
        tracker.Push(t == 10 ? dark : DrawPlace(Turn(t < 10 ? t : 10).first_from_cam, kLens), {}));
  }
  EXPECT_GE(views[10].sigma_deg, kLost_deg);
  EXPECT_LT(DegreesBetween(views.back(), Turn(10)), 0.1) << "an older keyframe is in view";
  EXPECT_LT(views.back().sigma_deg, 0.3);
}

TEST(StandsStill, AFewFramesAndDoubtDoNotCount) {
  std::vector<CameraView> views(100);
  EXPECT_TRUE(StandsStill(views));
  EXPECT_TRUE(StandsStill({}));
  for (size_t t = 40; t < 48; ++t) views[t] = Turn(3);  // a push against the tripod
  EXPECT_TRUE(StandsStill(views));
  for (size_t t = 0; t < 100; ++t) views[t] = Turn(t < 50 ? 0 : 1);
  EXPECT_FALSE(StandsStill(views));
  for (CameraView& view : views) view.sigma_deg = 0.5;
  EXPECT_TRUE(StandsStill(views)) << "that may be the measurement";
  for (size_t t = 50; t < 100; ++t) views[t] = Turn(20);
  for (CameraView& view : views) view.sigma_deg = 10;
  EXPECT_FALSE(StandsStill(views)) << "it was lost because it turned";
}

TEST(SmallImage, IsShrunkByAWholeNumber) {
  Image image(1001, 563);
  std::ranges::fill(image.bgrx, uint8_t{200});
  const SmallImage small = MakeSmall(image);
  EXPECT_EQ(small.width_px, 333);
  EXPECT_EQ(small.height_px, 187);
  EXPECT_DOUBLE_EQ(small.scale, 1.0 / 3);
  EXPECT_TRUE(std::ranges::all_of(small.grey, [](uint8_t value) { return value == 200; }));
}

}  // namespace videopose::internal::camera_tracker_test
