// SPDX-License-Identifier: Apache-2.0

// The frames in Detectron's and Detectron2's .npz files: object arrays of [[], people] each.

#ifndef VIDEOPOSE_IMPORT_DETECTRON_FRAMES_H_
#define VIDEOPOSE_IMPORT_DETECTRON_FRAMES_H_

#include <cstdint>
#include <string>

#include "videopose/arrays/npy.h"

namespace videopose::internal {

// Detectron's detections of its second class, people, in frame t: null where there are none. Throws
// Error, with `what`, for an array of another kind.
const NpyArray* PeopleOfFrame(const NpyArray& frames, int64_t t, const std::string& what);

// Which of `boxes` (M, 5: the score last), M >= 1, has the best score.
int64_t BestBox(const Tensor& boxes);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_IMPORT_DETECTRON_FRAMES_H_
