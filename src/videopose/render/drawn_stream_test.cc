// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/drawn_stream.h"

#include <gtest/gtest.h>

#include "videopose/ground/test_people.h"
#include "videopose/ground/world.h"

namespace videopose::internal::drawn_stream_test {

DrawnSubject Subject(bool are_several = false) {
  return {.skeleton = Human36m17(),
          .layout = Coco17(),
          .width_px = 640,
          .height_px = 480,
          .fps = 25,
          .has_many = are_several,
          .are_several = are_several};
}

PeopleInFrame FrameOf(int64_t index, const std::vector<int>& ids) {
  Motion motion = MotionOf({StandingPose()});
  CompleteGrounding(nullptr, motion);
  const JointTrack<Vec3f> joints = JointsInWorld(motion, motion.people[0]);
  PeopleInFrame frame{.index = index, .time_s = static_cast<double>(index) / 25};
  for (const int id : ids) {
    frame.people.push_back({.id = id,
                            .keypoints = std::vector<Keypoint>(17, {1, 2, 0.5F}),
                            .joints_in_world = {joints.begin(), joints.end()}});
  }
  return frame;
}

TEST(DrawnStream, DrawsWhereGroundHasPeople) {
  DrawnStream stream(Subject(), {});
  const PeopleInFrame frame = FrameOf(7, {3});
  const DrawnFrame drawn = stream.Push(frame);
  EXPECT_EQ(drawn.index, 7);
  ASSERT_EQ(drawn.people.size(), 1U);
  EXPECT_EQ(drawn.people[0].joints_in_world, frame.people[0].joints_in_world);
  EXPECT_NEAR(drawn.people[0].joints_in_world[3].z - drawn.people[0].sole_gap_m -
                  drawn.people[0].body->radius_m(3),
              0, 0.01)
      << "a foot on the floor";
  ASSERT_EQ(drawn.seen.size(), 1U);
}

// A frame costs what is in it: bodies are made once, not for every frame.
TEST(DrawnStream, NothingIsBuiltAnewForAFrame) {
  DrawnStream stream(Subject(), {});
  const std::shared_ptr<const Body> body = stream.Push(FrameOf(0, {1})).people[0].body;
  for (int64_t t = 1; t < 50; ++t) {
    EXPECT_EQ(stream.Push(FrameOf(t, {1})).people.at(0).body, body);
  }
}

TEST(DrawnStream, PeopleKeepTheirColours) {
  DrawnStream stream(Subject(true), {});
  const Rgb first = stream.Push(FrameOf(0, {1})).people[0].colours.centre;
  const DrawnFrame both = stream.Push(FrameOf(1, {2, 1}));
  EXPECT_EQ(both.people[1].colours.centre, first);
  EXPECT_FALSE(both.people[0].colours.centre == first);
  EXPECT_EQ(stream.Push(FrameOf(90, {1})).people[0].colours.centre, first);
}

TEST(DrawnStream, APersonWithoutAPositionIsNotDrawn) {
  DrawnStream stream(Subject(), {});
  PeopleInFrame frame = FrameOf(0, {1});
  frame.people[0].joints_in_world.clear();
  EXPECT_TRUE(stream.Push(frame).people.empty());
  EXPECT_TRUE(stream.Push({.index = 1}).seen.empty());
}

}  // namespace videopose::internal::drawn_stream_test
