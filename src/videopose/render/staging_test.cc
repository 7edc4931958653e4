#include "videopose/render/staging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "videopose/ground/world.h"
#include "videopose/render/over_time.h"
#include "videopose/render/test_people.h"

namespace videopose {
namespace {

constexpr double kFps = 50;

std::vector<Body> BodiesFor(const Motion& motion) {
  return std::vector<Body>(motion.people.size(), Body(motion.skeleton));
}

// How far the lowest surface of the person is above the floor.
float Clearance(const Motion& motion, const Staging& staging, int64_t t, size_t person = 0) {
  const Body body(motion.skeleton);
  float lowest = 1e9F;
  const auto joints = staging.JointsInWorld(motion, person, t);
  for (size_t j = 0; j < joints.size(); ++j) {
    lowest = std::min(lowest, joints[j].z - body.radius_m(static_cast<int>(j)));
  }
  return lowest;
}

TEST(Staging, StandingAndLyingPeopleTouchTheFloor) {
  for (const auto& pose : {StandingPose(), LyingPose(), SquatPose(0.4F)}) {
    const Motion motion = MotionOf({pose, pose, pose});
    const Staging staging = StageMotion(motion, nullptr, BodiesFor(motion));
    for (int64_t t = 0; t < 3; ++t) EXPECT_NEAR(Clearance(motion, staging, t), 0, 1e-5);
  }
}

TEST(Staging, SquattingFeetNeitherSinkNorLeaveTheFloor) {
  std::vector<std::vector<Vec3f>> poses;
  for (int t = 0; t < 200; ++t) {
    poses.push_back(SquatPose(0.2F - 0.2F * std::cos(static_cast<float>(t) * 0.06F)));
  }
  const Motion motion = MotionOf(poses, kFps);
  const Staging staging = StageMotion(motion, nullptr, BodiesFor(motion));
  // The smoothing of 0.04 s moves the height by at most sigma^2 / 2 * acceleration = 1.4 mm here.
  for (int64_t t = 0; t < 200; ++t) EXPECT_NEAR(Clearance(motion, staging, t), 0, 0.005);
}

TEST(HeightsOverFloor, PushOffAtTwoMetresASecondFliesAParabola) {
  // Legs that stretch at 2 m/s and then stay stretched, as before and during a jump.
  std::vector<float> reach;
  for (int t = 0; t <= 10; ++t) reach.push_back(0.5F + 0.04F * static_cast<float>(t));
  while (reach.size() < 80) reach.push_back(0.9F);
  const std::vector<float> heights = HeightsOverFloor(reach, kFps);
  const float top = *std::max_element(heights.begin(), heights.end());
  EXPECT_NEAR(top - 0.9F, 2.0 * 2.0 / (2 * 9.81), 0.01);  // v^2 / 2g
  EXPECT_FLOAT_EQ(heights.back(), 0.9F) << "comes down again";
  for (size_t t = 0; t < reach.size(); ++t) EXPECT_GE(heights[t], reach[t]) << "never sinks";
}

TEST(HeightsOverFloor, SlowStretchingStaysOnTheFloor) {
  std::vector<float> reach;
  for (int t = 0; t <= 20; ++t) reach.push_back(0.5F + 0.016F * static_cast<float>(t));  // 0.8 m/s
  while (reach.size() < 40) reach.push_back(0.82F);
  EXPECT_EQ(HeightsOverFloor(reach, kFps), reach);
}

TEST(HeightsOverFloor, AnOutlierDoesNotThrowTheBodyIntoTheSky) {
  std::vector<float> reach(100, 0.9F);
  reach[50] = 1.4F;  // 25 m/s
  const std::vector<float> heights = HeightsOverFloor(reach, kFps);
  EXPECT_LT(*std::max_element(heights.begin(), heights.end()), 1.4F + 0.82F);
  EXPECT_FLOAT_EQ(heights.back(), 0.9F);
}

TEST(Staging, FramesWithoutPoseAreBridged) {
  const Motion motion = MotionOf({NoPose(), StandingPose(), NoPose(), StandingPose(), NoPose()});
  const Staging staging = StageMotion(motion, nullptr, BodiesFor(motion));
  for (const Vec3f& root : staging.root_in_world[0]) {
    EXPECT_TRUE(IsFinite(root));
    EXPECT_NEAR(root.z, 0.92F, 1e-4);
  }
  for (const Vec3f& focus : staging.focus_in_world) EXPECT_TRUE(IsFinite(focus));
}

TEST(Staging, NobodyAtAllIsFine) {
  const Motion motion = MotionOf({NoPose(), NoPose()});
  const Staging staging = StageMotion(motion, nullptr, BodiesFor(motion));
  EXPECT_TRUE(IsFinite(staging.focus_in_world[1]));
  EXPECT_FALSE(staging.focus_moves);
}

TEST(Staging, FollowsAWalkerWithoutLagOrJerk) {
  Motion motion = MotionOf(std::vector<std::vector<Vec3f>>(300, StandingPose()), kFps);
  for (int t = 0; t < 300; ++t) {
    motion.people[0].root_in_cam.push_back({0.02F * static_cast<float>(t), 0.3F, 5});  // 1 m/s
  }
  const Staging staging = StageMotion(motion, nullptr, BodiesFor(motion));
  ASSERT_TRUE(staging.focus_moves);
  for (size_t t = 100; t < 200; ++t) {
    EXPECT_NEAR(staging.focus_in_world[t].x, staging.root_in_world[0][t].x, 1e-3);
  }
  for (size_t t = 1; t < 299; ++t) {
    const float before = staging.focus_in_world[t].x - staging.focus_in_world[t - 1].x;
    const float after = staging.focus_in_world[t + 1].x - staging.focus_in_world[t].x;
    EXPECT_LT(std::abs(after - before) * kFps * kFps, 2.0) << "m/s^2 at " << t;
  }
}

TEST(Staging, TheViewerStandsStillForSomebodyOnTheSpot) {
  Motion motion = MotionOf(std::vector<std::vector<Vec3f>>(100, StandingPose()), kFps);
  for (int t = 0; t < 100; ++t) {
    motion.people[0].root_in_cam.push_back({0.1F * std::sin(static_cast<float>(t) * 0.2F), 0, 4});
  }
  const Staging staging = StageMotion(motion, nullptr, BodiesFor(motion));
  EXPECT_FALSE(staging.focus_moves);
  EXPECT_EQ(staging.focus_in_world[0], staging.focus_in_world[99]);
}

// Two people as tall as 200 px of the picture, 1.62 m in 3D, standing 400 px apart: 3.24 m.
TEST(Staging, SeveralPeopleStandAsInThePicture) {
  Motion motion = MotionOf({StandingPose()});
  motion.people.push_back(motion.people[0]);
  motion.people[1].id = 2;
  KeypointSequence keypoints{.layout = Human36m17Keypoints(),
                             .fps = 25,
                             .width_px = 1000,
                             .height_px = 500,
                             .frame_count = 1,
                             .people = {{}, {}}};
  const float px_per_m = 200 / 1.62F;
  for (size_t p = 0; p < 2; ++p) {
    const float middle_px = p == 0 ? 700 : 300;
    std::vector<Keypoint> points;
    for (const Vec3f& joint : StandingPose()) {
      points.push_back({middle_px + px_per_m * joint.x, 250 + px_per_m * joint.y, 1});
    }
    keypoints.people[p].keypoints.Append(points);
  }
  const Staging staging = StageMotion(motion, &keypoints, BodiesFor(motion));
  EXPECT_NEAR(staging.root_in_world[0][0].x, 1.62, 0.01);
  EXPECT_NEAR(staging.root_in_world[1][0].x, -1.62, 0.01);
}

// A room seen by a camera that is turned and looks down by 20 degrees: the panel shows the room as
// it is, turned so that the camera looks along +y.
TEST(Staging, ARoomIsShownAsItIs) {
  const Quaternion level = WorldFromLevelCamera();
  const Quaternion tilt = FromAxisAngle({1, 0, 0}, -20 * std::numbers::pi / 180);
  const Quaternion yaw = FromAxisAngle({0, 0, 1}, 1.1);
  Motion motion = MotionOf({StandingPose(), StandingPose()});
  motion.camera = CameraPlacement{.world_from_cam = yaw * tilt * level,
                                  .position_in_world = {2, -1, 1.9},
                                  .focal_px = 600,
                                  .centre_px = {320, 240}};
  // Upright in the room, 0.92 m over the floor, 4 m ahead of the camera, then 0.5 m to its right.
  const auto in_cam = [&](Vec3d scene) {
    const Vec3d world = Rotate(yaw, scene) - Vec3d{2, -1, 1.9};
    const Vec3d cam = Rotate(Inverse(motion.camera->world_from_cam), world);
    return Vec3f{static_cast<float>(cam.x), static_cast<float>(cam.y), static_cast<float>(cam.z)};
  };
  const Vec3d eye = Rotate(Inverse(yaw), {2, -1, 0});
  for (const double right : {0.0, 0.5}) {
    motion.people[0].root_in_cam.push_back(in_cam(eye + Vec3d{right, 4, 0.92}));
  }
  for (Vec3f& joint : motion.people[0].joints_in_cam) {
    const Vec3d upright = Rotate(level, {joint.x, joint.y, joint.z});
    const Vec3d cam = Rotate(Inverse(tilt * level), upright);
    joint = {static_cast<float>(cam.x), static_cast<float>(cam.y), static_cast<float>(cam.z)};
  }
  const Staging staging = StageMotion(motion, nullptr, BodiesFor(motion));
  EXPECT_FALSE(staging.focus_moves) << "half a metre is no reason to move";
  for (int64_t t = 0; t < 2; ++t) {
    const auto joints = staging.JointsInWorld(motion, 0, t);
    const double right = t == 0 ? 0 : 0.5;
    EXPECT_NEAR(joints[0].x, eye.x + right, 1e-4);
    EXPECT_NEAR(joints[0].y, eye.y + 4, 1e-4);
    EXPECT_NEAR(joints[0].z, 0.92, 1e-4);
    EXPECT_NEAR(joints[3].z, 0.04, 1e-4) << "the ankle";
    EXPECT_NEAR(joints[10].z, 0.92 + 0.74, 1e-4) << "the head";
  }
}

// The skeleton's ankle is 8 cm over the floor, its drawn limb 4 cm thick.
TEST(Staging, StandingFeetAreDrawnOnTheFloorOfARoom) {
  Motion motion = MotionOf(std::vector<std::vector<Vec3f>>(3, StandingPose()));
  motion.camera = CameraPlacement{.world_from_cam = WorldFromLevelCamera(), .focal_px = 600};
  motion.people[0].root_in_cam.assign(3, {0, -0.96F, 5});
  EXPECT_NEAR(Clearance(motion, StageMotion(motion, nullptr, BodiesFor(motion)), 1), 0.04, 1e-4)
      << "nothing is known of the feet";
  motion.people[0].feet_down = {kLeftFootDown, kRightFootDown, 0};
  for (int64_t t = 0; t < 3; ++t) {
    EXPECT_NEAR(Clearance(motion, StageMotion(motion, nullptr, BodiesFor(motion)), t), 0, 1e-4);
  }
  motion.people[0].root_in_cam.assign(3, {0, -1.5F, 5});
  EXPECT_NEAR(Clearance(motion, StageMotion(motion, nullptr, BodiesFor(motion)), 1), 0.58, 1e-4)
      << "on a table";
}

TEST(Staging, WalkersInARoomAreWatchedFromOnePlaceUntilTheyGoFar) {
  for (const bool far : {false, true}) {
    Motion motion = MotionOf(std::vector<std::vector<Vec3f>>(100, StandingPose()));
    motion.camera = CameraPlacement{.world_from_cam = WorldFromLevelCamera(), .focal_px = 600};
    for (int t = 0; t < 100; ++t) {
      const float way = (far ? 0.1F : 0.03F) * static_cast<float>(t);
      motion.people[0].root_in_cam.push_back({way, -0.92F, 5});
    }
    const Staging staging = StageMotion(motion, nullptr, BodiesFor(motion));
    EXPECT_EQ(staging.focus_moves, far);
    if (!far) {
      EXPECT_NEAR(staging.focus_in_world[0].x, 1.485, 1e-3) << "the middle of the way";
    }
  }
}

TEST(Staging, AMomentOfNonsenseDoesNotMakeEverybodySmall) {
  Motion motion = MotionOf(std::vector<std::vector<Vec3f>>(100, StandingPose()));
  motion.camera = CameraPlacement{.world_from_cam = WorldFromLevelCamera(), .focal_px = 600};
  motion.people[0].root_in_cam.assign(100, {0, -0.92F, 5});
  const Staging calm = StageMotion(motion, nullptr, BodiesFor(motion));
  for (size_t t = 50; t < 53; ++t) motion.people[0].root_in_cam[t].y = -4;
  const Staging staging = StageMotion(motion, nullptr, BodiesFor(motion));
  EXPECT_EQ(staging.focus_in_world[0].z, calm.focus_in_world[0].z);
}

// Who is not there yet does not draw the viewer's eye.
TEST(Staging, OnlyThoseWhoAreThereAreLookedAt) {
  Motion motion = MotionOf(std::vector<std::vector<Vec3f>>(400, StandingPose()));
  motion.people.push_back(motion.people[0]);
  motion.people[1].id = 2;
  motion.people[0].root_in_cam.assign(400, {-5, 0, 6});
  motion.people[1].root_in_cam.assign(400, {5, 0, 6});
  std::fill_n(motion.people[1].joints_in_cam.begin(), 200 * 17, kNoJoint);
  const Staging staging = StageMotion(motion, nullptr, BodiesFor(motion));
  ASSERT_TRUE(staging.focus_moves);
  EXPECT_NEAR(staging.focus_in_world[20].x, -5, 0.01);
  EXPECT_NEAR(staging.focus_in_world[380].x, 0, 0.01);
}

TEST(Staging, PeopleNeverOverlapWhereNothingIsKnown) {
  Motion motion = MotionOf({StandingPose()});
  motion.people.resize(3, motion.people[0]);
  for (int p = 0; p < 3; ++p) motion.people[static_cast<size_t>(p)].id = p + 1;
  const Staging staging = StageMotion(motion, nullptr, BodiesFor(motion));
  EXPECT_GE(staging.root_in_world[1][0].x - staging.root_in_world[0][0].x, 0.9F);
  EXPECT_GE(staging.root_in_world[2][0].x - staging.root_in_world[1][0].x, 0.9F);
  EXPECT_NEAR(staging.focus_in_world[0].x, 0, 1e-5);
}

}  // namespace
}  // namespace videopose
