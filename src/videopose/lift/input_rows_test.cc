// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/input_rows.h"

#include <gtest/gtest.h>

#include "videopose/synthetic/synthetic.h"

namespace videopose::internal::input_rows_test {

KeypointSequence Walk() {
  const SyntheticMotion walk(Choreography(SyntheticKind::kWalkToAndFro));
  const Camera camera = LookAt({0, -5, 1.5}, {0, 0, 1}, 1280, 720, 0.8);
  return MakeSyntheticClip(walk, camera, {.fps = 25, .duration_s = 1}).keypoints;
}

// The sequence that a mirrored video gives.
KeypointSequence InAMirror(KeypointSequence keypoints) {
  const KeypointSequence original = keypoints;
  for (int64_t t = 0; t < keypoints.frame_count; ++t) {
    const auto from = original.people[0].frame(t);
    const auto to = keypoints.people[0].frame(t);
    for (int k = 0; k < 17; ++k) {
      Keypoint& point = to[static_cast<size_t>(k)];
      point = from[static_cast<size_t>(original.layout.mirrored(k))];
      point.x_px = static_cast<float>(original.width_px) - point.x_px;
    }
  }
  return keypoints;
}

InputImage ImageOf(const KeypointSequence& clip) {
  return {clip.width_px, clip.height_px, DefaultFocalPx(clip.width_px, clip.height_px)};
}

class InputRowsTest : public testing::TestWithParam<LifterInput> {};

TEST_P(InputRowsTest, HaveTheShapeOfTheNetworksInput) {
  const KeypointSequence walk = Walk();
  const Tensor rows = InputRows(GetParam(), walk.people[0].keypoints, ImageOf(walk)).rows;
  EXPECT_EQ(rows.dim(0), walk.frame_count);
  EXPECT_EQ(rows.dim(1), InputRowValues(GetParam(), walk.joint_count()));
}

TEST_P(InputRowsTest, MirrorAsTheVideoDoes) {
  const KeypointSequence walk = Walk(), other = InAMirror(walk);
  const auto rows_of = [](const KeypointSequence& clip) {
    return InputRows(GetParam(), clip.people[0].keypoints, ImageOf(clip)).rows;
  };
  const Tensor mirrored = MirroredRows(GetParam(), walk.layout, rows_of(walk));
  const Tensor expected = rows_of(other);
  ASSERT_EQ(mirrored.shape, expected.shape);
  for (size_t i = 0; i < expected.values.size(); ++i) {
    ASSERT_NEAR(mirrored.values[i], expected.values[i], 1e-5) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Inputs, InputRowsTest,
                         testing::Values(LifterInput::kScreen, LifterInput::kPerson,
                                         LifterInput::kRays));

}  // namespace videopose::internal::input_rows_test
