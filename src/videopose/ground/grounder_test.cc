// SPDX-License-Identifier: Apache-2.0

#include "videopose/ground/grounder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "videopose/base/error.h"
#include "videopose/base/statistics.h"
#include "videopose/ground/test_scenes.h"

namespace videopose::internal::grounder_test {

PeopleInFrame FrameOf(const TestScene& scene, int64_t t) {
  PeopleInFrame frame{.index = t, .time_s = static_cast<double>(t) / scene.clip.fps};
  Person& person = frame.people.emplace_back();
  const auto points = scene.clip.keypoints.people[0].frame(t);
  person.keypoints.assign(points.begin(), points.end());
  const auto joints = scene.lifted.people[0].frame(t);
  person.joints_in_cam.assign(joints.begin(), joints.end());
  return frame;
}

GrounderOptions OptionsFor(const TestScene& scene) {
  return {.ground = {.focal_px = scene.clip.camera.lens.focal_px.x},
          .clip = InfoOf(scene.clip.keypoints),
          .in_background = false};
}

PeopleInFrame Pushed(Grounder& grounder, PeopleInFrame frame) {
  std::vector<PeopleInFrame> finished;
  grounder.Push(std::move(frame), finished);
  EXPECT_EQ(finished.size(), 1U);
  return std::move(finished.front());
}

const TestScene& Circle() {
  static const TestScene scene = MakeTestScene({.name = "circle"}, 5);
  return scene;
}

// Roots from the first frame on, the camera after some seconds: feet on the floor, and the true
// length of the path walked.
TEST(Grounder, FindsWherePeopleAreWhileTheyMove) {
  const TestScene scene = MakeTestScene({.name = "circle", .pitch_deg = 15}, 5);
  Grounder grounder(OptionsFor(scene));
  std::vector<double> root_shares, feet_m, heads_m, tilts_deg;
  int64_t first = -1;
  const int64_t frames = std::min<int64_t>(scene.clip.frame_count, 360);
  for (int64_t t = 0; t < frames; ++t) {
    const bool is_known = grounder.camera().has_value();
    const PeopleInFrame frame = Pushed(grounder, FrameOf(scene, t));
    const Person& person = frame.people[0];
    ASSERT_TRUE(person.root_in_cam) << t;
    const Vec3f truth = scene.clip.motion.people[0].root_in_cam[static_cast<size_t>(t)];
    root_shares.push_back(Norm(*person.root_in_cam - truth) / Norm(truth));
    EXPECT_EQ(frame.grounding, is_known ? Grounding::kGivenLens : Grounding::kLevelCamera);
    ASSERT_EQ(person.joints_in_world.size(), 17U);
    if (!is_known) continue;
    if (first < 0) first = t;
    feet_m.push_back(std::min(person.joints_in_world[3].z, person.joints_in_world[6].z));
    heads_m.push_back(person.joints_in_world[10].z);
    const Vec3d up = Rotate(Inverse(grounder.camera()->world_from_cam.rotation), {0, 0, 1});
    const Vec3d true_up = Rotate(Inverse(scene.clip.camera.world_from_cam.rotation), {0, 0, 1});
    tilts_deg.push_back(std::acos(std::min(1.0, Dot(up, true_up))) * 57.3);
  }
  EXPECT_NEAR(static_cast<double>(first), 3 * scene.clip.fps, 2);
  // The bounds of grounding_test for whole clips, with tolerance for the missing look-ahead.
  EXPECT_LT(Median(root_shares), 0.08);
  EXPECT_LT(Median(tilts_deg), 6);
  EXPECT_NEAR(Median(feet_m), 0.08, 0.08) << "an ankle is 8 cm over the floor";
  EXPECT_NEAR(Median(heads_m), 1.65, 0.3);
}

// Before the camera is solved people stand upright on the floor, the first above the origin.
TEST(Grounder, ALevelCameraUntilItIsSolved) {
  Grounder grounder(OptionsFor(Circle()));
  for (int64_t t = 0; t < 60; ++t) {
    const PeopleInFrame frame = Pushed(grounder, FrameOf(Circle(), t));
    ASSERT_EQ(frame.grounding, Grounding::kLevelCamera);
    const std::vector<Vec3f>& joints = frame.people[0].joints_in_world;
    EXPECT_LT(std::hypot(joints[0].x, joints[0].y), t == 0 ? 1e-6F : 3.0F);
    // The sole is on the floor, the ankle over it as in the body that is drawn.
    EXPECT_NEAR(std::min(joints[3].z, joints[6].z), 0.1, 0.02);
    EXPECT_GT(joints[10].z, 1.3);
  }
}

// Push and Flush over the whole clip are GroundMotion.
TEST(Grounder, WithTheWholeLookAheadItIsTheClips) {
  for (const bool camera_moving : {false, true}) {
    GrounderOptions options = OptionsFor(Circle());
    options.look_ahead = GroundLookAhead::kWholeClip;
    options.ground.camera = camera_moving ? CameraMotion::kMoving : CameraMotion::kAuto;
    Grounder grounder(options);
    std::vector<PeopleInFrame> frames;
    for (int64_t t = 0; t < Circle().clip.frame_count; ++t) {
      grounder.Push(FrameOf(Circle(), t), frames);
    }
    EXPECT_TRUE(frames.empty());
    Motion motion = Circle().lifted;
    GroundMotion(Circle().clip.keypoints, options.ground, motion);
    grounder.Flush(frames);
    const std::vector<PeopleInFrame> expected = FramesOf(Circle().clip.keypoints, motion);
    ASSERT_EQ(frames.size(), expected.size());
    EXPECT_EQ(grounder.camera(), motion.camera);
    for (size_t t = 0; t < frames.size(); ++t) {
      const Person &a = frames[t].people.at(0), &b = expected[t].people.at(0);
      EXPECT_EQ(frames[t].grounding,
                camera_moving ? Grounding::kCameraMoving : Grounding::kGivenLens);
      ASSERT_EQ(a.joints_in_cam, b.joints_in_cam) << t;
      EXPECT_EQ(a.joints_in_world, b.joints_in_world) << t;
      EXPECT_EQ(a.root_in_cam, b.root_in_cam) << t;
      EXPECT_EQ(a.feet_down, b.feet_down) << t;
    }
    grounder.Flush(frames);
    EXPECT_EQ(frames.size(), expected.size()) << "nothing is left";
  }
}

TEST(Grounder, InTheBackgroundItComesTo) {
  GrounderOptions options = OptionsFor(Circle());
  options.in_background = true;
  Grounder grounder(options);
  int64_t t = 0;
  for (; t < 100; ++t) Pushed(grounder, FrameOf(Circle(), t));
  for (int64_t last = t; !grounder.camera(); ++last) {  // until the other thread is done
    PeopleInFrame frame = FrameOf(Circle(), t);
    frame.index = last;
    Pushed(grounder, std::move(frame));
  }
}

TEST(Grounder, GapsAndPeopleWhoComeAndGo) {
  Grounder grounder(OptionsFor(Circle()));
  ASSERT_GE(Circle().clip.frame_count, 300);
  for (int64_t t = 0; t < 300; ++t) {
    PeopleInFrame frame = FrameOf(Circle(), t);
    if (t % 11 == 3) continue;                               // dropped
    if (t % 40 > 30) frame.people.clear();                   // no person
    if (t % 40 == 7) frame.people[0].joints_in_cam.clear();  // not lifted: too many people
    if (t % 40 == 9) frame.people[0].keypoints.clear();      // a pose without keypoints
    if (t >= 120) frame.index += 1'000'000'000;              // the camera was disconnected
    if (t >= 160) frame.people.resize(frame.people.empty() ? 0 : 2, Person{.id = 2});
    for (const Person& person : Pushed(grounder, frame).people) {
      EXPECT_EQ(person.root_in_cam.has_value(), !person.joints_in_cam.empty());
      EXPECT_EQ(person.joints_in_world.empty(), person.joints_in_cam.empty());
      EXPECT_TRUE(IsFinite(person.root_in_cam.value_or(Vec3f()))) << t;
    }
  }
  EXPECT_TRUE(grounder.camera());
}

// A camera that is twice as fast as the detector: roots are as steady as with all frames.
TEST(Grounder, DroppedFramesLeaveRootsSteady) {
  Grounder all(OptionsFor(Circle())), half(OptionsFor(Circle()));
  std::vector<double> apart_m;
  for (int64_t t = 0; t < 200; ++t) {
    const PeopleInFrame expected = Pushed(all, FrameOf(Circle(), t));
    if (t % 2 == 1) continue;
    const PeopleInFrame found = Pushed(half, FrameOf(Circle(), t));
    apart_m.push_back(Norm(*found.people[0].root_in_cam - *expected.people[0].root_in_cam));
  }
  EXPECT_LT(Median(apart_m), 0.03) << "0.05 where each frame is fitted alone";
}

// The camera is solved after some seconds, however few frames the detector manages.
TEST(Grounder, FewFramesASecondAreEnoughForTheCamera) {
  Grounder grounder(OptionsFor(Circle()));
  for (int64_t t = 0; t < Circle().clip.frame_count; t += 8) {
    Pushed(grounder, FrameOf(Circle(), t));
  }
  EXPECT_TRUE(grounder.camera());
}

TEST(Grounder, WhatTheOptionsAskFor) {
  GrounderOptions moving_options = OptionsFor(Circle()), keep_options = moving_options;
  moving_options.ground.camera = CameraMotion::kMoving;
  keep_options.ground.keep_roots = true;
  Grounder moving(moving_options), keeps(keep_options);
  for (int64_t t = 0; t < 120; ++t) {
    PeopleInFrame known = FrameOf(Circle(), t);
    const PeopleInFrame frame = Pushed(moving, known);
    EXPECT_EQ(frame.grounding, Grounding::kCameraMoving);
    EXPECT_FALSE(frame.people[0].root_in_cam);
    const Vec3f root = frame.people[0].joints_in_world[0];
    EXPECT_EQ(std::hypot(root.x, root.y), 0) << "alone: above the origin";
    known.people[0].root_in_cam = Vec3f{0.5F, 0.2F, 6};
    EXPECT_EQ(*Pushed(keeps, known).people[0].root_in_cam, (Vec3f{0.5F, 0.2F, 6}));
  }
  EXPECT_FALSE(moving.camera());
  GrounderOptions nonsense = OptionsFor(Circle());
  nonsense.ground.focal_px = -1;
  EXPECT_THROW(Grounder{nonsense}, Error);
}

TEST(Grounder, RefusesAHeightInCentimetresBeforeTheFirstFrame) {
  GrounderOptions options{.ground = {.height_m = 180},
                          .clip = {.fps = 30, .width_px = 640, .height_px = 480}};
  for (const GroundLookAhead look_ahead : {GroundLookAhead::kNone, GroundLookAhead::kWholeClip}) {
    options.look_ahead = look_ahead;
    EXPECT_THROW(Grounder{options}, Error);
  }
}

}  // namespace videopose::internal::grounder_test
