// What `videopose info` says of files with 3D motion.

#ifndef VIDEOPOSE_CLI_MOTION_INFO_H_
#define VIDEOPOSE_CLI_MOTION_INFO_H_

#include <filesystem>
#include <string>
#include <string_view>

namespace videopose {

// Poses as `lift`, `video` and --export write them (.npz, .json, .csv): people, frames, joints, and
// whether it is known where they stand; nothing where the file holds something else.
std::string DescribeIfPoses(const std::filesystem::path& path);

// .bvh, .trc, .c3d and .glb of any program: joints or markers, frames, rate; nothing where a
// file does not begin with these `bytes` as one of them does. Throws Error for a corrupt one.
std::string DescribeIfMotionCapture(const std::filesystem::path& path, std::string_view bytes);

}  // namespace videopose

#endif  // VIDEOPOSE_CLI_MOTION_INFO_H_
