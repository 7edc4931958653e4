// SPDX-License-Identifier: Apache-2.0

// Keypoints of the user's videos as a data set: what `videopose prepare custom` does.

#ifndef VIDEOPOSE_DATA_PREPARE_CUSTOM_H_
#define VIDEOPOSE_DATA_PREPARE_CUSTOM_H_

#include <filesystem>
#include <string>
#include <vector>

#include "videopose/base.h"
#include "videopose/data.h"
#include "videopose/data/keypoint_file.h"

namespace videopose::internal {

// One person in one video, no frame without keypoints.
struct CustomTrack {
  std::string name;  // the video's; with "#2", "#3" for further people in it
  Tensor keypoints;  // (T, 17, 2) pixels, COCO's order
  ImageSize size;
  double fps = 0;  // 0: the file does not say
};

// Reads what Import reads (videopose/files.h): all people, longest seen first. Of
// Detectron's and Detectron2's .npz files, which have no IDs, in each frame the best box,
// as VideoPose3D's script does.
// Frames in between without keypoints are interpolated linearly, those at the ends repeat the
// nearest; so do single joints. Throws Error for other files, and if no person is seen at all.
std::vector<CustomTrack> ReadCustomTracks(const std::filesystem::path& path,
                                          const ImportOptions& options = {});

// The tracks as a data set, each a subject with the action "custom"; of a folder of frames too.
KeypointFile CustomKeypointFile(const std::filesystem::path& path,
                                const ImportOptions& options = {});

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DATA_PREPARE_CUSTOM_H_
