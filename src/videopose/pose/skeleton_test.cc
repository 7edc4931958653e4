// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include "videopose/pose.h"

namespace videopose::internal::skeleton_test {

TEST(SkeletonTest, LayoutsHaveTheirNumberOfJoints) {
  EXPECT_EQ(Coco17().joint_count(), 17);
  EXPECT_EQ(BlazePose33().joint_count(), 33);
  EXPECT_EQ(Human36m17().joint_count(), 17);
  EXPECT_EQ(Human36m17().parents.size(), 17U);
}

TEST(SkeletonTest, MirroringIsItsOwnInverseAndChangesSides) {
  for (const KeypointLayout* layout : {&Coco17(), &BlazePose33(), &Human36m17Keypoints()}) {
    for (int joint = 0; joint < layout->joint_count(); ++joint) {
      const int other = layout->mirrored(joint);
      EXPECT_EQ(layout->mirrored(other), joint);
      EXPECT_EQ(layout->side(joint) == Side::kCentre, other == joint)
          << layout->joint_names[static_cast<size_t>(joint)];
    }
  }
}

// VideoPose3D's, in golden/constants.json: right leg 1-3, left leg 4-6, left arm 11-13, right
// arm 14-16.
TEST(SkeletonTest, Human36mSidesAreTheReferences) {
  for (const int joint : {1, 2, 3, 14, 15, 16}) EXPECT_EQ(Human36m17().side(joint), Side::kRight);
  for (const int joint : {4, 5, 6, 11, 12, 13}) EXPECT_EQ(Human36m17().side(joint), Side::kLeft);
  for (const int joint : {0, 7, 8, 9, 10}) EXPECT_EQ(Human36m17().side(joint), Side::kCentre);
}

TEST(SkeletonTest, TheTreeHangsFromTheHip) {
  const Skeleton& skeleton = Human36m17();
  for (int joint = 0; joint < skeleton.joint_count(); ++joint) {
    int ancestor = joint, steps = 0;
    while (skeleton.parents[static_cast<size_t>(ancestor)] >= 0 && steps < 17) {
      ancestor = skeleton.parents[static_cast<size_t>(ancestor)];
      ++steps;
    }
    EXPECT_EQ(ancestor, 0);
  }
}

TEST(SkeletonTest, UnknownNamesHaveNoIndex) {
  EXPECT_EQ(Coco17().IndexOf("left_wrist"), 9);
  EXPECT_EQ(Coco17().IndexOf("tail"), -1);
}

}  // namespace videopose::internal::skeleton_test
