// SPDX-License-Identifier: Apache-2.0

// What detectors found in Human3.6M's videos as data_2d_h36m_<name>.npz: what
// `videopose prepare h36m-detections` and `prepare stacked-hourglass` do.

#ifndef VIDEOPOSE_PREPARE_PREPARE_DETECTIONS_H_
#define VIDEOPOSE_PREPARE_PREPARE_DETECTIONS_H_

#include <filesystem>
#include <string>

#include "videopose/base.h"
#include "videopose/data/prepared_set.h"

namespace videopose::internal {

// (T, 17, 2) pixels of <video>.npz, either
//   Detectron's: `boxes` and `keypoints`, object arrays with [[], (M, 5)] and [[], (M, R, 17)] for
//   each frame: the best box; x and y are the last two rows of 6, the first two of 4. Without a
//   detection, the pose of the frame before (at the beginning: of the first that has one); or
//   CPN's: `keypoints`, numbers (T, 17, >= 2).
// Throws Error for other files, and for NaN and Inf, naming the frame.
Tensor ReadDetections(const std::filesystem::path& path);

// options.input: a folder with S1/<Action>.<camera>.mp4.npz; files with _ALL in their names are
// skipped. The name must contain that of the joints' layout. Throws Error for a video that lacks
// one of its cameras (unless `partial`, which leaves the video out).
PreparedSet PrepareH36mDetections(const PrepareOptions& options, const std::string& name);

// options.input: an archive with .../S1/StackedHourglass/<Action>.<camera>.h5, or with the folder
// StackedHourglassFineTuned240: HDF5, `poses` (T, 16, 2) pixels, MPII's joints. Becomes
// data_2d_h36m_sh_pt_mpii.npz or data_2d_h36m_sh_ft_h36m.npz. S11's first Directions is left out.
PreparedSet PrepareStackedHourglass(const PrepareOptions& options);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_PREPARE_PREPARE_DETECTIONS_H_
