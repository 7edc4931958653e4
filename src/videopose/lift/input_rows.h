// SPDX-License-Identifier: Apache-2.0

// The rows that a lifter's networks read, made from keypoints; see lift/person_input.h for the two
// kinds.

#ifndef VIDEOPOSE_LIFT_INPUT_ROWS_H_
#define VIDEOPOSE_LIFT_INPUT_ROWS_H_

#include <span>
#include <vector>

#include "videopose/lift/person_input.h"
#include "videopose/pose.h"
#include "videopose/tensor.h"

namespace videopose {

// How many values a row of keypoints has.
int InputRowValues(LifterInput input, int joint_count);

// Keypoints of one frame without holes (lift/gap_filler.h) -> InputRowValues() values. The only
// place where pixels become the networks' input.
void InputRow(LifterInput input, std::span<const Keypoint> frame, const ClipInfo& clip,
              std::span<float> row);

// The rows of all frames: (T, values).
Tensor InputRows(LifterInput input, const JointTrack<Keypoint>& keypoints, const ClipInfo& clip);

// For each point of a row the one on the other side.
std::vector<int> InputMirror(LifterInput input, const KeypointLayout& layout);

// The row that a mirrored video would give; x negated, sides exchanged.
void MirrorRow(std::span<const float> row, std::span<const int> mirror, float* mirrored);
Tensor MirroredRows(LifterInput input, const KeypointLayout& layout, const Tensor& rows);

}  // namespace videopose

#endif  // VIDEOPOSE_LIFT_INPUT_ROWS_H_
