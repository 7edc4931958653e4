// SPDX-License-Identifier: Apache-2.0

// data_2d_<dataset>_<keypoints>.npz: what a detector found in the videos of a data set.

#ifndef VIDEOPOSE_DATA_KEYPOINT_FILE_H_
#define VIDEOPOSE_DATA_KEYPOINT_FILE_H_

#include <filesystem>
#include <string>
#include <vector>

#include "videopose/arrays/npy_array.h"
#include "videopose/data/named.h"

namespace videopose::internal {

struct ImageSize {
  int width_px = 0, height_px = 0;
  bool operator==(const ImageSize&) const = default;
};

struct KeypointFile {
  std::filesystem::path path;
  std::string layout_name;    // "coco"; empty in older files
  int joint_count = 0;        // J2
  int feature_count = 2;      // values per joint: x and y in pixels, and 3 with a confidence
  std::vector<int> mirrored;  // J2: the joint that takes a joint's place in a mirrored image
  // subject -> action -> one array (T, J2, features) of numbers per camera
  NamedList<NamedList<std::vector<NpyArray>>> subjects;
  NamedList<ImageSize> video_sizes;  // custom data: one for each video
  double fps = 0;                    // of an imported file; 0: each video's own

  // Throws Error for a file that is missing or holds something else, naming the place in it.
  static KeypointFile Read(const std::filesystem::path& path);
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DATA_KEYPOINT_FILE_H_
