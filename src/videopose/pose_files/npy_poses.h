// SPDX-License-Identifier: Apache-2.0

// .npy: the poses of one person, (T, J, 3) float32 metres in camera space, NaN where there is no
// pose.

#ifndef VIDEOPOSE_POSE_FILES_NPY_POSES_H_
#define VIDEOPOSE_POSE_FILES_NPY_POSES_H_

#include <filesystem>

#include "videopose/pose.h"

namespace videopose::internal {

// The root's position is added where it is known.
void WriteNpyPoses(const std::filesystem::path& path, const Motion& motion,
                   const PersonMotion& person);

// One person of Human36m17() or Body25(), at `fps`, which the file does not say; images are taken
// as 1000 x 1000 pixels. The root is joint 0, and not known where that is 0 throughout. Throws
// Error.
Motion ReadNpyPoses(const std::filesystem::path& path, double fps);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_POSE_FILES_NPY_POSES_H_
