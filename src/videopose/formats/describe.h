// SPDX-License-Identifier: Apache-2.0

// The output of `videopose info` for files with motion.

#ifndef VIDEOPOSE_FORMATS_DESCRIBE_H_
#define VIDEOPOSE_FORMATS_DESCRIBE_H_

#include <filesystem>
#include <string>
#include <string_view>

#include "videopose/motion_files/bvh.h"
#include "videopose/motion_files/marker_trial.h"
#include "videopose/pose.h"

namespace videopose::internal {

// "no person", "1 person", "3 people": those who are seen in some frame.
std::string DescribePeople(const Motion& motion);
std::string DescribePeople(const KeypointSequence& keypoints);
// People, frames, joints, and whether it is known where people stand.
std::string DescribePoses(const std::filesystem::path& path, const Motion& motion);
// How the camera turned, zoomed and walked, and where the video is cut; nothing where neither is
// so. Lines for people, each after `indent`. How far it walked stands in the motion.
std::string DescribeCamera(const CameraTrack& camera, double fps, double start_s,
                           std::string_view indent, const Motion* motion = nullptr);
// Joints or markers, frames, rate.
std::string DescribeBvh(const std::filesystem::path& path, const BvhClip& clip);
std::string DescribeMarkers(const std::filesystem::path& path, std::string_view format,
                            const MarkerTrial& trial);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_FORMATS_DESCRIBE_H_
