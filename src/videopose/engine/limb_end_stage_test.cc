// SPDX-License-Identifier: Apache-2.0

#include "videopose/engine/limb_end_stage.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "videopose/synthetic/synthetic.h"

namespace videopose::internal::limb_end_stage_test {

class LimbEndStageTest : public testing::Test {
 protected:
  // The person of frame t, in a world that is turned, scaled and moved.
  PeopleInFrame FrameOf(int64_t t) const {
    Person person{.id = 3, .root_in_cam = clip_.motion.people[0].root_in_cam[size_t(t)]};
    const auto joints = clip_.motion.people[0].frame(t);
    person.joints_in_cam.assign(joints.begin(), joints.end());
    for (const Vec3f& joint : joints) {
      person.joints_in_world.push_back(InWorld(joint));
    }
    return {.index = t, .people = {person}};
  }
  static Vec3f InWorld(const Vec3f& in_cam) {
    const Quaternion turn = FromAxisAngle({0.6, 0, 0.8}, 1.1);
    return (1.2 * Rotate(turn, in_cam.Cast<double>()) + Vec3d{1, 2, 3}).Cast<float>();
  }

  const Camera camera_ = LookAt({5, 0, 1.4}, {0, 0, 0.9}, 640, 480, 0.8);
  const SyntheticClip clip_ = MakeSyntheticClip(
      SyntheticMotion(Choreography(SyntheticKind::kWalkInCircle)), camera_, {.duration_s = 2});
};

TEST_F(LimbEndStageTest, PutsHandsAndFeetIntoTheSameWorld) {
  LimbEndStage stage(camera_.lens, clip_.fps);
  std::vector<PeopleInFrame> out;
  for (int64_t t = 0; t < clip_.frame_count; ++t) stage.Push(FrameOf(t), out);
  stage.Flush(out);
  ASSERT_EQ(std::ssize(out), clip_.frame_count);
  for (int64_t t = 0; t < clip_.frame_count; ++t) {
    const Person& person = out[size_t(t)].people[0];
    ASSERT_EQ(person.joints_in_cam.size(), 25U);
    ASSERT_EQ(person.joints_in_world.size(), 25U);
    EXPECT_TRUE(std::ranges::equal(clip_.motion.people[0].frame(t),
                                   std::span(person.joints_in_cam).first(17)));
    for (size_t j = 17; j < 25; ++j) {
      EXPECT_LT(Norm(InWorld(person.joints_in_cam[j]) - person.joints_in_world[j]), 1e-4) << j;
    }
  }
}

TEST_F(LimbEndStageTest, LeavesPeopleWithoutPoseAndWorldWithout) {
  LimbEndStage stage(camera_.lens, clip_.fps);
  PeopleInFrame frame = FrameOf(0);
  frame.people[0].joints_in_world.clear();
  frame.people.push_back({.id = 4});
  std::vector<PeopleInFrame> out;
  stage.Push(frame, out);
  EXPECT_EQ(out[0].people[0].joints_in_cam.size(), 25U);
  EXPECT_TRUE(out[0].people[0].joints_in_world.empty());
  EXPECT_TRUE(out[0].people[1].joints_in_cam.empty());
}

}  // namespace videopose::internal::limb_end_stage_test
