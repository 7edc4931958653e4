#include "videopose/pose/clip_collector.h"

#include <gtest/gtest.h>

namespace videopose {
namespace {

Person SomebodyAt(int id, float x) {
  return {.id = id,
          .keypoints = std::vector<Keypoint>(17, {x, 2, 0.5F}),
          .joints_in_cam = std::vector<Vec3f>(17, {x, 0, 0})};
}

TEST(ClipCollector, FramesLeftOutAreEmpty) {
  ClipCollector clip(640, 480, 25);
  clip.Add({.index = 10, .time_s = 0.4, .people = {SomebodyAt(3, 1)}});
  clip.Add({.index = 12, .time_s = 0.48, .people = {SomebodyAt(5, 2), SomebodyAt(3, 4)}});
  const Motion& motion = clip.motion();
  EXPECT_EQ(motion.frame_count, 3);
  EXPECT_EQ(clip.keypoints().frame_count, 3);
  EXPECT_DOUBLE_EQ(clip.keypoints().start_s, 0.4);
  ASSERT_EQ(motion.people.size(), 2U);
  EXPECT_EQ(motion.people[0].id, 3);
  EXPECT_EQ(clip.keypoints().people[1].id, 5);
  EXPECT_TRUE(motion.people[0].has_pose(0));
  EXPECT_FALSE(motion.people[0].has_pose(1));
  EXPECT_EQ(motion.people[0].at(2, 0).x, 4);
  EXPECT_FALSE(motion.people[1].has_pose(0));
  EXPECT_TRUE(motion.people[1].has_pose(2));
  EXPECT_FALSE(IsSeen(clip.keypoints().people[1].frame(0)));
}

TEST(ClipCollector, RootsAreThereFromTheFirstThatIsKnown) {
  ClipCollector clip(640, 480, 25);
  clip.Add({.index = 0, .people = {SomebodyAt(1, 1)}});
  EXPECT_TRUE(clip.motion().people[0].root_in_cam.empty());
  Person person = SomebodyAt(1, 1);
  person.root_in_cam = Vec3f{0, 0, 4};
  clip.Add({.index = 1, .people = {person}});
  clip.Add({.index = 2});
  const std::vector<Vec3f>& roots = clip.motion().people[0].root_in_cam;
  ASSERT_EQ(roots.size(), 3U);
  EXPECT_FALSE(IsFinite(roots[0]));
  EXPECT_EQ(roots[1].z, 4);
  EXPECT_FALSE(IsFinite(roots[2]));
}

}  // namespace
}  // namespace videopose
