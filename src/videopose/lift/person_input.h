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
//
// Or, with a lens (LifterInput::kRays), as a virtual camera sees the person that stands in the
// camera's place and is turned until the same centre is on its axis:
//   ray  = (((x, y) - image centre) / focal_px, 1)
//   p    = (view_from_cam ray).xy / .z
//   size = sqrt(mean |p|^2), at least 1e-3
//   row  = 17 x (p / size, score), then (0, 0, log(size) + 2.05)
// So where in the image the person is and how much the image shows beside them does not matter, and
// the network's poses, which are in the view's frame, are turned back exactly.

#ifndef VIDEOPOSE_LIFT_PERSON_INPUT_H_
#define VIDEOPOSE_LIFT_PERSON_INPUT_H_

#include <array>
#include <span>

#include "videopose/lift.h"
#include "videopose/pose.h"

namespace videopose::internal {

// 18 points of 3 values: the last is the person's place and size.
constexpr int kPersonInputPoints = 18, kPersonInputValues = 3 * kPersonInputPoints;

// COCO's 17 keypoints in pixels -> kPersonInputValues values. All zero where nothing is seen.
void PersonInputRow(std::span<const Keypoint> frame, float width_px, float height_px,
                    std::span<float> row);

// An image and its lens; the optical axis is in the middle.
struct InputImage {
  int width_px = 0, height_px = 0;
  double focal_px = 0;
};

// Likewise with rays. Gives view_from_cam, the smallest rotation that takes the centre to the axis.
Quaternion RayInputRow(std::span<const Keypoint> frame, const InputImage& image,
                       std::span<float> row);

// The point on the other side, for each of the 18: mirroring swaps them and negates x.
std::array<int, kPersonInputPoints> PersonInputMirror();

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIFT_PERSON_INPUT_H_
