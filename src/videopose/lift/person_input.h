// SPDX-License-Identifier: Apache-2.0

// A lifter's input for a frame, about the person and not the image: keypoints relative to the
// person's place and size, and these two beside them.
//
// Of the keypoints that are seen, in screen coordinates (geometry/screen.h):
//   centre = mean of shoulders and hips (of all that is seen, where none of those is)
//   size   = sqrt(mean |point - centre|^2), at least 1e-3
//   row    = 17 x ((point - centre) / size, score), then (centre, log(size) + 1.5)
// A keypoint that is not seen is (0, 0, 0). So a person looks the same to the network at any place
// and distance, and perspective can still be inferred.

#ifndef VIDEOPOSE_LIFT_PERSON_INPUT_H_
#define VIDEOPOSE_LIFT_PERSON_INPUT_H_

#include <array>
#include <span>

#include "videopose/lift.h"
#include "videopose/pose.h"

namespace videopose {

// 18 points of 3 values: the last is the person's place and size.
constexpr int kPersonInputPoints = 18, kPersonInputValues = 3 * kPersonInputPoints;

// COCO's 17 keypoints in pixels -> kPersonInputValues values. All zero where nothing is seen.
void PersonInputRow(std::span<const Keypoint> frame, float width_px, float height_px,
                    std::span<float> row);

// The point on the other side, for each of the 18: mirroring swaps them and negates x.
std::array<int, kPersonInputPoints> PersonInputMirror();

}  // namespace videopose

#endif  // VIDEOPOSE_LIFT_PERSON_INPUT_H_
