#include "videopose/ground/live_room.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "videopose/base/error.h"
#include "videopose/ground/test_scenes.h"

namespace videopose {
namespace {

PeopleInFrame FrameOf(const TestScene& scene, int64_t t) {
  PeopleInFrame frame = PeopleAt(scene.clip.keypoints, t);
  const auto joints = scene.lifted.people[0].frame(t);
  frame.people[0].joints_in_cam.assign(joints.begin(), joints.end());
  return frame;
}

LiveRoom Room(const TestScene& scene, bool in_background) {
  return LiveRoom({.room = {.focal_px = scene.clip.camera.focal_px},
                   .width_px = scene.clip.camera.width_px,
                   .height_px = scene.clip.camera.height_px,
                   .fps = scene.clip.fps,
                   .in_background = in_background});
}

// Roots from the first frame on, the room after some seconds: feet on the floor, and the way walked
// as long as it is.
TEST(LiveRoom, FindsWherePeopleAreWhileTheyMove) {
  const TestScene scene = MakeTestScene({.name = "circle", .pitch_deg = 15}, 5);
  LiveRoom room = Room(scene, false);
  std::vector<double> root_shares, feet_m, heads_m, tilts_deg;
  int64_t first = -1;
  const int64_t frames = std::min<int64_t>(scene.clip.frame_count, 360);
  for (int64_t t = 0; t < frames; ++t) {
    PeopleInFrame result = FrameOf(scene, t);
    const bool is_known = room.camera().has_value();
    room.Place(result);
    const Person& person = result.people[0];
    ASSERT_TRUE(person.root_in_cam) << t;
    const Vec3f truth = scene.clip.motion.people[0].root_in_cam[static_cast<size_t>(t)];
    root_shares.push_back(Norm(*person.root_in_cam - truth) / Norm(truth));
    ASSERT_EQ(!person.joints_in_world.empty(), is_known);
    if (person.joints_in_world.empty()) continue;
    if (first < 0) first = t;
    const auto& world = person.joints_in_world;
    feet_m.push_back(std::min(world[3].z, world[6].z));
    heads_m.push_back(world[10].z);
    const Vec3d up = Rotate(Inverse(room.camera()->world_from_cam), {0, 0, 1});
    const Vec3d true_up = Rotate(scene.clip.camera.cam_from_world, {0, 0, 1});
    tilts_deg.push_back(std::acos(std::min(1.0, Dot(up, true_up))) * 57.3);
  }
  EXPECT_NEAR(static_cast<double>(first), 3 * scene.clip.fps, 2);
  // As room_test asks of whole clips, with room for what the future would have told.
  EXPECT_LT(Median(root_shares), 0.08);
  EXPECT_LT(Median(tilts_deg), 6);
  EXPECT_NEAR(Median(feet_m), 0.08, 0.08) << "an ankle is 8 cm over the floor";
  EXPECT_NEAR(Median(heads_m), 1.65, 0.3);
}

TEST(LiveRoom, InTheBackgroundItComesTo) {
  const TestScene scene = MakeTestScene({.name = "circle"}, 5);
  LiveRoom room = Room(scene, true);
  int64_t t = 0;
  for (; t < 100; ++t) {
    PeopleInFrame result = FrameOf(scene, t);
    room.Place(result);
  }
  for (int64_t last = t; !room.camera(); ++last) {  // until the other thread is done
    PeopleInFrame result = FrameOf(scene, t);
    result.index = last;
    room.Place(result);
  }
}

TEST(LiveRoom, GapsAndPeopleWhoComeAndGo) {
  const TestScene scene = MakeTestScene({.name = "circle"}, 5);
  LiveRoom room = Room(scene, false);
  ASSERT_GE(scene.clip.frame_count, 300);
  for (int64_t t = 0; t < 300; ++t) {
    PeopleInFrame result = FrameOf(scene, t);
    if (t % 11 == 3) continue;                                // dropped
    if (t % 40 > 30) result.people.clear();                   // nobody
    if (t % 40 == 7) result.people[0].joints_in_cam.clear();  // no place among those lifted
    if (t >= 120) result.index += 1'000'000'000;        // the camera was away
    if (t >= 160) result.people.resize(result.people.empty() ? 0 : 2, Person{.id = 2});
    room.Place(result);
    for (const Person& person : result.people) {
      EXPECT_EQ(person.root_in_cam.has_value(), !person.joints_in_cam.empty());
      EXPECT_TRUE(IsFinite(person.root_in_cam.value_or(Vec3f()))) << t;
    }
  }
  EXPECT_TRUE(room.camera());
}

TEST(LiveRoom, WhatTheOptionsAskFor) {
  const TestScene scene = MakeTestScene({.name = "circle"}, 5);
  const auto options = [&](const RoomOptions& room) {
    return LiveRoomOptions{
        .room = room, .width_px = 1280, .height_px = 720, .fps = 30, .in_background = false};
  };
  LiveRoom moving(options({.camera_moving = true}));
  LiveRoom keeps(options({.keep_roots = true}));
  for (int64_t t = 0; t < 120; ++t) {
    PeopleInFrame result = FrameOf(scene, t), known = result;
    moving.Place(result);
    EXPECT_FALSE(result.people[0].root_in_cam || !result.people[0].joints_in_world.empty());
    known.people[0].root_in_cam = Vec3f{0.5F, 0.2F, 6};
    keeps.Place(known);
    EXPECT_EQ(*known.people[0].root_in_cam, (Vec3f{0.5F, 0.2F, 6}));
  }
  EXPECT_THROW(LiveRoom(options({.focal_px = -1})), Error);
}

}  // namespace
}  // namespace videopose
