// SPDX-License-Identifier: Apache-2.0

#include "videopose/engine/live_camera.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "videopose/camera_motion/camera_decision.h"
#include "videopose/camera_motion/test_places.h"
#include "videopose/geometry/angle.h"

namespace videopose::internal::live_camera_test {

constexpr double kFps = 25;
const Lens kLens = PlainLens(260, 320, 180);

CameraView Yaw(double yaw_deg, double zoom = 1) {
  return {FromAxisAngle({0, 1, 0}, RadiansFromDegrees(yaw_deg)), zoom};
}

// By frame: the camera's true view.
using Course = std::function<CameraView(int)>;

struct Followed {
  std::vector<CameraView> truth;
  std::vector<LiveCamera::Sight> sights;

  CameraView shown(size_t t) const { return sights[t].view.value_or(CameraView()); }
  int64_t views() const {
    return std::ranges::count_if(sights, [](const auto& s) { return s.view.has_value(); });
  }
};

// Frames in which `is_dark` show nothing; `place` is where a frame is.
Followed Follow(
    int frames, const Course& course, CameraMotion motion = CameraMotion::kAuto,
    const std::function<bool(int)>& is_dark = [](int) { return false; },
    const std::function<int(int)>& place = [](int) { return 0; }) {
  LiveCamera camera(kLens, motion);
  Followed followed;
  for (int t = 0; t < frames; ++t) {
    const CameraView truth = course(t);
    Lens lens = kLens;
    lens.focal_px = truth.zoom * lens.focal_px;
    SmallImage image = DrawPlace(truth.first_from_cam, lens, place(t));
    if (is_dark(t)) std::ranges::fill(image.grey, uint8_t{20});
    followed.truth.push_back(truth);
    followed.sights.push_back(camera.Push(image, {}, t / kFps, t > 0 && place(t) != place(t - 1)));
  }
  return followed;
}

// How far a frame's step is from the true one, at most.
double WorstStep_deg(const Followed& followed, size_t begin) {
  double worst = 0;
  for (size_t t = begin; t < followed.sights.size(); ++t) {
    const auto step = [](const CameraView& a, const CameraView& b) {
      return CameraView{Inverse(a.first_from_cam) * b.first_from_cam};
    };
    worst = std::max(worst, DegreesBetween(step(followed.shown(t - 1), followed.shown(t)),
                                           step(followed.truth[t - 1], followed.truth[t])));
  }
  return worst;
}

TEST(LiveCamera, ThatStandsStillLeavesNoTrace) {
  // One frame is shaken.
  const Course course = [](int t) { return Yaw(t == 12 ? 3 : 0.1 * std::sin(t)); };
  EXPECT_EQ(Follow(30, course).views(), 0);
  EXPECT_EQ(Follow(
                10, [](int t) { return Yaw(t); }, CameraMotion::kStatic)
                .views(),
            0);
}

TEST(LiveCamera, APanIsTakenUpWithoutAJump) {
  // From rest to 30 degrees a second in one.
  const Course course = [](int t) {
    const double s = std::max(0.0, t / kFps - 0.4);
    return Yaw(s < 1 ? 15 * s * s : 15 + 30 * (s - 1));
  };
  const Followed followed = Follow(75, course);
  EXPECT_FALSE(followed.sights[10].view);
  EXPECT_TRUE(followed.sights[22].view);
  // What the frames before lack is made up for in a second: no more than 0.6 degrees there.
  EXPECT_LT(WorstStep_deg(followed, 1), 0.35);
  EXPECT_LT(DegreesBetween(followed.shown(74), followed.truth[74]), 0.3);
}

TEST(LiveCamera, AZoomIsTakenUpWithoutAJump) {
  const Followed followed =
      Follow(75, [](int t) { return Yaw(0, std::exp(0.4 * std::max(0.0, t / kFps - 0.4))); });
  double worst = 0;
  for (size_t t = 1; t < 75; ++t) {
    worst =
        std::max(worst, std::abs(std::log(followed.shown(t).zoom / followed.shown(t - 1).zoom) -
                                 std::log(followed.truth[t].zoom / followed.truth[t - 1].zoom)));
  }
  EXPECT_LT(worst, 0.02) << "a frame; the zoom is one of 0.016";
  EXPECT_NEAR(followed.shown(74).zoom, followed.truth[74].zoom, 0.01);
}

TEST(LiveCamera, ThatIsSaidToMoveHasAViewAtOnce) {
  const Followed followed = Follow(
      10, [](int t) { return Yaw(t); }, CameraMotion::kMoving);
  EXPECT_EQ(followed.views(), 10);
  EXPECT_LT(DegreesBetween(followed.shown(9), followed.truth[9]), 0.3);
}

TEST(LiveCamera, ACutBeginsAnew) {
  const Followed followed = Follow(
      50, [](int t) { return Yaw(t < 25 ? t : 3); }, CameraMotion::kAuto, [](int) { return false; },
      [](int t) { return t < 25 ? 0 : 1; });
  EXPECT_TRUE(followed.sights[24].view);
  for (size_t t = 0; t < 50; ++t) {
    EXPECT_EQ(followed.sights[t].begins_scene, t == 25) << t;
    EXPECT_FALSE(t >= 25 && followed.sights[t].view) << t;
  }
}

TEST(LiveCamera, ThatIsLostIsFollowedAgainInAnotherScene) {
  const auto course = [](int t) { return Yaw(t < 25 ? t : t < 50 ? 120 : 95 + 0.5 * t); };
  const auto is_dark = [](int t) { return t >= 25 && t < 50; };
  const Followed followed = Follow(80, course, CameraMotion::kAuto, is_dark);
  EXPECT_FALSE(followed.sights[30].is_lost) << "for a moment the last view counts";
  EXPECT_TRUE(followed.sights[45].is_lost);
  const auto begins = std::ranges::find_if(followed.sights, &LiveCamera::Sight::begins_scene);
  ASSERT_NE(begins, followed.sights.end());
  const auto again = begins - followed.sights.begin();
  EXPECT_GE(again, 50);
  EXPECT_LE(again, 60);
  EXPECT_FALSE(followed.sights[79].is_lost);
  EXPECT_TRUE(followed.sights[79].view) << "it goes on turning";
  EXPECT_EQ(std::ranges::count_if(followed.sights, &LiveCamera::Sight::begins_scene), 1);

  // One that was not seen to move is taken to stand where it stood.
  const Followed still = Follow(
      80, [](int) { return Yaw(0); }, CameraMotion::kAuto, is_dark, [](int) { return 0; });
  for (const LiveCamera::Sight& sight : still.sights) {
    EXPECT_FALSE(sight.view || sight.is_lost || sight.begins_scene);
  }
}

}  // namespace videopose::internal::live_camera_test
