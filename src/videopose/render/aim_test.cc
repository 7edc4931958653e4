// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/aim.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <numbers>

#include "videopose/ground/test_people.h"
#include "videopose/ground/world.h"

namespace videopose::internal::aim_test {

std::vector<DrawnTrack> TracksOf(Motion motion) {
  CompleteGrounding(nullptr, motion);
  std::vector<DrawnTrack> tracks;
  for (const PersonMotion& person : motion.people) {
    tracks.push_back({.id = person.id,
                      .joints_in_world = JointsInWorld(motion, person),
                      .body = std::make_shared<Body>(motion.skeleton)});
  }
  return tracks;
}

ClipView ViewOf(const Motion& motion, const RenderOptions& options = {}) {
  return AimAtPeople(motion, TracksOf(motion), options, 512);
}

ViewAngles AnglesFor(const std::vector<Vec3f>& roots_in_cam) {
  Motion motion = MotionOf({StandingPose()});
  motion.people.resize(roots_in_cam.size(), motion.people[0]);
  for (size_t p = 0; p < roots_in_cam.size(); ++p) {
    motion.people[p].id = static_cast<int>(p) + 1;
    motion.people[p].root_in_cam = {roots_in_cam[p]};
  }
  return GoodAngles(motion, TracksOf(motion));
}

TEST(GoodAngles, ASinglePersonIsSeenFromTheUsualView) {
  EXPECT_EQ(AnglesFor({{1, 0, 4}}).azimuth_deg, 20);
  EXPECT_EQ(AnglesFor({{1, 0, 4}}).elevation_deg, 15);
}

TEST(GoodAngles, SeveralAreSeenFromHigherUp) {
  const ViewAngles angles = AnglesFor({{-2, 0, 4}, {2, 0, 4}});
  EXPECT_EQ(angles.azimuth_deg, 20) << "no person hides another";
  EXPECT_GT(angles.elevation_deg, 20);
}

// One 2 m behind the other, to the left by tan(20 degrees): in line from the usual view.
TEST(GoodAngles, NoPersonStandsBehindAnother) {
  EXPECT_LT(AnglesFor({{0, 0, 4}, {-0.73F, 0, 6}}).azimuth_deg, 0);
  EXPECT_EQ(AnglesFor({{0, 0, 4}, {0.73F, 0, 6}}).azimuth_deg, 20);
}

constexpr double kFps = 50;

TEST(AimAtPeople, FollowsAWalkerWithoutLagOrJerk) {
  Motion motion = MotionOf(std::vector<std::vector<Vec3f>>(300, StandingPose()), kFps);
  for (int t = 0; t < 300; ++t) {
    motion.people[0].root_in_cam.push_back({0.02F * static_cast<float>(t), 0.3F, 5});  // 1 m/s
  }
  const ClipView view = ViewOf(motion);
  ASSERT_TRUE(view.moves);
  for (size_t t = 100; t < 200; ++t) {
    EXPECT_NEAR(view.focus_in_world[t].x, 0.02 * static_cast<double>(t), 1e-3);
  }
  for (size_t t = 1; t < 299; ++t) {
    const float before = view.focus_in_world[t].x - view.focus_in_world[t - 1].x;
    const float after = view.focus_in_world[t + 1].x - view.focus_in_world[t].x;
    EXPECT_LT(std::abs(after - before) * kFps * kFps, 2.0) << "m/s^2 at " << t;
  }
}

TEST(AimAtPeople, TheViewerStandsStillForAPersonOnTheSpot) {
  Motion motion = MotionOf(std::vector<std::vector<Vec3f>>(100, StandingPose()), kFps);
  for (int t = 0; t < 100; ++t) {
    motion.people[0].root_in_cam.push_back({0.1F * std::sin(static_cast<float>(t) * 0.2F), 0, 4});
  }
  const ClipView view = ViewOf(motion);
  EXPECT_FALSE(view.moves);
  EXPECT_EQ(view.focus_in_world[0], view.focus_in_world[99]);
}

TEST(AimAtPeople, FramesWithoutPoseAreBridged) {
  const ClipView view =
      ViewOf(MotionOf({NoPose(), StandingPose(), NoPose(), StandingPose(), NoPose()}));
  for (const Vec3f& focus : view.focus_in_world) EXPECT_TRUE(IsFinite(focus));
  const ClipView empty = ViewOf(MotionOf({NoPose(), NoPose()}));
  EXPECT_TRUE(IsFinite(empty.focus_in_world[1]));
  EXPECT_FALSE(empty.moves);
}

Motion BeforeAKnownCamera(int64_t frames) {
  Motion motion =
      MotionOf(std::vector<std::vector<Vec3f>>(static_cast<size_t>(frames), StandingPose()));
  motion.camera =
      Camera{PlainLens(600, motion.width_px, motion.height_px), {WorldFromLevelCamera(), {}}};
  return motion;
}

TEST(AimAtPeople, WalkersInAKnownWorldAreWatchedFromOnePlaceUntilTheyGoFar) {
  for (const bool far : {false, true}) {
    Motion motion = BeforeAKnownCamera(100);
    for (int t = 0; t < 100; ++t) {
      const float way = (far ? 0.1F : 0.03F) * static_cast<float>(t);
      motion.people[0].root_in_cam.push_back({way, -0.92F, 5});
    }
    const ClipView view = ViewOf(motion);
    EXPECT_EQ(view.moves, far);
    EXPECT_TRUE(far || std::abs(view.focus_in_world[0].x - 1.485F) < 1e-3F) << "mid-way";
  }
}

TEST(AimAtPeople, AMomentOfNonsenseDoesNotMakeAllPeopleSmall) {
  Motion motion = BeforeAKnownCamera(100);
  motion.people[0].root_in_cam.assign(100, {0, -0.92F, 5});
  const ClipView calm = ViewOf(motion);
  for (size_t t = 50; t < 53; ++t) motion.people[0].root_in_cam[t].y = -4;
  EXPECT_EQ(ViewOf(motion).focus_in_world[0].z, calm.focus_in_world[0].z);
}

// A person who is not there yet does not influence the view.
TEST(AimAtPeople, OnlyPeoplePresentAreLookedAt) {
  Motion motion = MotionOf(std::vector<std::vector<Vec3f>>(400, StandingPose()));
  motion.people.push_back(motion.people[0]);
  motion.people[1].id = 2;
  motion.people[0].root_in_cam.assign(400, {-5, 0, 6});
  motion.people[1].root_in_cam.assign(400, {5, 0, 6});
  std::fill_n(motion.people[1].joints_in_cam.begin(), 200 * 17, kNoJoint);
  const ClipView view = ViewOf(motion);
  ASSERT_TRUE(view.moves);
  EXPECT_NEAR(view.focus_in_world[20].x, -5, 0.01);
  EXPECT_NEAR(view.focus_in_world[380].x, 0, 0.01);
}

// A camera that looks along the world's +x: azimuth 0 looks there, too.
TEST(AimAtPeople, AzimuthsCountFromWhereTheCameraLooks) {
  Motion motion = BeforeAKnownCamera(1);
  motion.camera->world_from_cam.rotation =
      FromAxisAngle({0, 0, 1}, -std::numbers::pi / 2) * WorldFromLevelCamera();
  motion.people[0].root_in_cam = {{0, -0.92F, 5}};
  EXPECT_NEAR(Rotate(motion.camera->world_from_cam.rotation, {0, 0, 1}).x, 1, 1e-9);
  RenderOptions options;
  options.azimuth_deg = options.elevation_deg = 0;
  const View view(ViewOf(motion, options).At(0));
  EXPECT_NEAR(view.RotateToView({1, 0, 0}).z, 1, 1e-6);
}

std::vector<DrawnPerson> Standing(float x, float y) {
  DrawnPerson person{.body = std::make_shared<Body>(Human36m17())};
  for (const Vec3f& joint : StandingPose()) {
    person.joints_in_world.push_back({x + joint.x, y + joint.z, 0.96F - joint.y});
  }
  return {person};
}

TEST(FollowingView, AFirstLookAndThenNoMoreThanIsNeeded) {
  FollowingView following(RenderOptions(), false, 512, 25);
  const ViewOptions first = following.Follow(0, Standing(3, 1));
  EXPECT_NEAR(first.focus_in_world.x, 3, 1e-6);
  const ViewOptions near = following.Follow(1, Standing(3.2F, 1));
  EXPECT_EQ(near.focus_in_world, first.focus_in_world) << "a step aside";
  EXPECT_EQ(following.Follow(2, {}).focus_in_world, near.focus_in_world) << "no people";
  ViewOptions view;
  for (int64_t t = 3; t < 150; ++t) {
    const auto people = Standing(3 + 0.02F * static_cast<float>(t), 1);
    view = following.Follow(t, people);
    for (const Vec3f& joint : people[0].joints_in_world) {
      const View::Seen seen = View(view).Project(joint);
      EXPECT_TRUE(seen.x_px > 0 && seen.x_px < 512 && seen.y_px > 0 && seen.y_px < 512) << t;
    }
  }
  EXPECT_GT(view.focus_in_world.x, 5);
  EXPECT_NEAR(following.Follow(150, Standing(-20, 0)).focus_in_world.x, -20, 1e-6)
      << "somewhere else";
}

}  // namespace videopose::internal::aim_test
