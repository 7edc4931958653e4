// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include "videopose/pose.h"

namespace videopose::internal::grounding_test {

TEST(Grounding, NamesLeadBack) {
  for (int i = 1; i <= static_cast<int>(Grounding::kFloorOnly); ++i) {
    const auto grounding = static_cast<Grounding>(i);
    EXPECT_EQ(GroundingNamed(NameOf(grounding)), grounding) << i;
    EXPECT_FALSE(Describe(grounding).empty());
  }
  EXPECT_EQ(NameOf(Grounding::kNone), "");
  EXPECT_FALSE(GroundingNamed(""));
  EXPECT_FALSE(GroundingNamed("on the moon"));
}

TEST(Grounding, ACameraIsKnownOnTheUpperRungsOnly) {
  EXPECT_TRUE(HasCamera(Grounding::kGivenCamera));
  EXPECT_TRUE(HasCamera(Grounding::kAssumedLens));
  EXPECT_FALSE(HasCamera(Grounding::kNone));
  EXPECT_FALSE(HasCamera(Grounding::kCameraMoving));
  EXPECT_FALSE(HasCamera(Grounding::kFloorOnly));
}

}  // namespace videopose::internal::grounding_test
