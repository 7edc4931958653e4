// .npy: the poses of one person, (T, J, 3) float32 metres in camera space, NaN where there is no
// pose.

#ifndef VIDEOPOSE_POSE_FILES_NPY_POSES_H_
#define VIDEOPOSE_POSE_FILES_NPY_POSES_H_

#include <filesystem>

#include "videopose/pose.h"

namespace videopose {

// The root's position is added where it is known.
void WriteNpyPoses(const std::filesystem::path& path, const Motion& motion,
                   const PersonMotion& person);

}  // namespace videopose

#endif  // VIDEOPOSE_POSE_FILES_NPY_POSES_H_
