// SPDX-License-Identifier: Apache-2.0

// Mirroring and input preparation of a sequence's joints and keypoints for a model.

#ifndef VIDEOPOSE_DATA_SEQUENCE_H_
#define VIDEOPOSE_DATA_SEQUENCE_H_

#include <span>

#include "videopose/data.h"
#include "videopose/lift/input_rows.h"

namespace videopose::internal {

// Mirrors (T, J, F) joints: x changes its sign, left and right swap.
// mirrored[j] is joint j's counterpart.
Tensor MirrorJoints(const Tensor& joints, std::span<const int> mirrored);

// Keypoints as lift/person_input.h has them: (T, 17, F) of COCO's, in screen coordinates, become
// (T, 18, 3). Without a confidence (F = 2) all are seen. `focal`: of the lens, in half widths of
// the image, for kRays.
InputTrack RelativeToPerson(LifterInput input, const Tensor& keypoints, double focal);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DATA_SEQUENCE_H_
