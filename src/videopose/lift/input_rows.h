// SPDX-License-Identifier: Apache-2.0

// The rows that a lifter's networks read, made from keypoints; see lift/person_input.h for the two
// kinds.

#ifndef VIDEOPOSE_LIFT_INPUT_ROWS_H_
#define VIDEOPOSE_LIFT_INPUT_ROWS_H_

#include <span>
#include <vector>

#include "videopose/base.h"
#include "videopose/lift/person_input.h"
#include "videopose/pose.h"

namespace videopose::internal {

// How many values a row of keypoints has.
int InputRowValues(LifterInput input, int joint_count);

// Keypoints of one frame without holes (lift/gap_filler.h) -> InputRowValues() values. The only
// place where pixels become the networks' input. Gives view_from_cam: the networks' poses are in
// the frame `view`, which is the camera's but for kRays.
Quaternion InputRow(LifterInput input, std::span<const Keypoint> frame, const InputImage& image,
                    std::span<float> row);

// Of all frames: rows (T, values), and T rotations, or none where they are all the identity.
struct InputTrack {
  Tensor rows;
  std::vector<Quaternion> view_from_cam;
};
InputTrack InputRows(LifterInput input, const JointTrack<Keypoint>& keypoints,
                     const InputImage& image);

// Points in the network's frame into the camera's.
void TurnBack(const Quaternion& view_from_cam, std::span<Vec3f> points);

// For each point of a row the one on the other side.
std::vector<int> InputMirror(LifterInput input, const KeypointLayout& layout);

// The row that a mirrored video would give; x negated, sides exchanged.
void MirrorRow(std::span<const float> row, std::span<const int> mirror, float* mirrored);
Tensor MirroredRows(LifterInput input, const KeypointLayout& layout, const Tensor& rows);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIFT_INPUT_ROWS_H_
