// SPDX-License-Identifier: Apache-2.0

#include "videopose/ground/placement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "videopose/ground.h"
#include "videopose/synthetic/synthetic.h"

namespace videopose::internal::placement_test {

// A person who walks through an image taken with the lens that is assumed.
TEST(RootsFromImage, FindsAWalkerWithinATenthOfTheirDistance) {
  const SyntheticMotion walk(Choreography(SyntheticKind::kWalkInCircle));
  const Camera camera =
      LookAt({0, -6, 1}, {0, 0, 1}, 1280, 720, 2 * std::atan(360 / DefaultFocalPx(1280, 720)));
  const SyntheticClip clip = MakeSyntheticClip(walk, camera, {.duration_s = 5});
  const PersonMotion& truth = clip.motion.people[0];
  const std::vector<Vec3f> places =
      RootsFromImage(truth, clip.motion, clip.keypoints, clip.keypoints.people[0]);
  ASSERT_EQ(places.size(), truth.root_in_cam.size());
  for (size_t t = 0; t < places.size(); ++t) {
    // Scaled orthography takes a body as flat; its own depth of some 0.3 m in 6 m is the error.
    EXPECT_LT(Norm(places[t] - truth.root_in_cam[t]), 0.1F * Norm(truth.root_in_cam[t])) << t;
  }
}

// Through another lens, which the keypoints know, all is as far away as that lens makes it look.
TEST(RootsFromImage, SeesThroughTheLensOfTheKeypoints) {
  const SyntheticMotion walk(Choreography(SyntheticKind::kWalkInCircle));
  const Camera camera = LookAt({0, -12, 1}, {0, 0, 1}, 1280, 720, 0.3);
  SyntheticClip clip = MakeSyntheticClip(walk, camera, {.duration_s = 2});
  clip.keypoints.focal_px = camera.lens.focal_px.x;
  ASSERT_GT(clip.keypoints.focal_px, 2 * DefaultFocalPx(1280, 720));
  const PersonMotion& truth = clip.motion.people[0];
  const std::vector<Vec3f> places =
      RootsFromImage(truth, clip.motion, clip.keypoints, clip.keypoints.people[0]);
  for (size_t t = 0; t < places.size(); ++t) {
    EXPECT_LT(Norm(places[t] - truth.root_in_cam[t]), 0.1F * Norm(truth.root_in_cam[t])) << t;
  }
}

TEST(RootsFromImage, SaysNothingWhereNothingIsSeen) {
  const SyntheticMotion walk(Choreography(SyntheticKind::kWaving));
  const Camera camera = LookAt({0, -6, 1}, {0, 0, 1}, 1280, 720, 0.6);
  SyntheticClip clip = MakeSyntheticClip(walk, camera, {.duration_s = 0.2});
  PersonKeypoints& seen = clip.keypoints.people[0];
  for (Keypoint& point : seen.frame(1)) point = {};
  for (Keypoint& point : seen.frame(2)) point = {100, 100, 1};  // all in one place
  const std::vector<Vec3f> places =
      RootsFromImage(clip.motion.people[0], clip.motion, clip.keypoints, seen);
  EXPECT_TRUE(IsFinite(places[0]));
  EXPECT_FALSE(IsFinite(places[1]));
  EXPECT_FALSE(IsFinite(places[2]));
}

}  // namespace videopose::internal::placement_test
