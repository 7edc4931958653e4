// SPDX-License-Identifier: Apache-2.0

// data_3d_<dataset>.npz: motion capture, in the world.

#ifndef VIDEOPOSE_DATA_POSITION_FILE_H_
#define VIDEOPOSE_DATA_POSITION_FILE_H_

#include <filesystem>

#include "videopose/arrays/npy_array.h"
#include "videopose/data/named.h"

namespace videopose::internal {

struct PositionFile {
  std::filesystem::path path;
  // subject -> action -> (T, J, 3) metres, world frame, z up
  NamedList<NamedList<NpyArray>> subjects;

  // Throws Error for a file that is missing, holds something else, or has not `joint_count` joints.
  static PositionFile Read(const std::filesystem::path& path, int joint_count);
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DATA_POSITION_FILE_H_
