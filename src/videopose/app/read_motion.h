// Poses from files of every kind that we can read back.

#ifndef VIDEOPOSE_APP_READ_MOTION_H_
#define VIDEOPOSE_APP_READ_MOTION_H_

#include <filesystem>

#include "videopose/pose_files/pose_file.h"

namespace videopose {

// Told apart by content: pose files (pose_files/pose_file.h), .npy of (T, 17, 3) metres in camera
// space, and .bvh, .c3d, .trc and .csv with the joints that --export writes. `fps` is
// the frame rate of an .npy, which does not say; others ignore it. Throws Error.
PoseClip ReadMotion(const std::filesystem::path& path, double fps);

}  // namespace videopose

#endif  // VIDEOPOSE_APP_READ_MOTION_H_
