// SPDX-License-Identifier: Apache-2.0

// Human3.6M's motion capture as data_3d_h36m.npz, and seen by its cameras as data_2d_h36m_gt.npz:
// what `videopose prepare h36m` does.

#ifndef VIDEOPOSE_PREPARE_PREPARE_H36M_H_
#define VIDEOPOSE_PREPARE_PREPARE_H36M_H_

#include "videopose/base.h"
#include "videopose/data/prepared_set.h"

namespace videopose::internal {

// options.input is one of
//   a folder with S1/MyPoseFeatures/D3_Positions/<Action>.cdf (NASA CDF, `Pose`, 1 x N x 96) or
//     <Action>.cdf.mat (MATLAB, `data{1}`, N x 96);
//   an archive with .../S1/MyPoses/3D_positions/<Action>.h5 (HDF5, `3D_positions`, 96 x N), or the
//     folder that was unpacked from it.
// S11's first Directions is left out, as its recording is corrupt. Actions come sorted by name.
// Throws Error for what is missing or surplus (unless `partial`), for files that hold something
// else, for frames that are not a person in millimetres, and for existing outputs.
PreparedSet PrepareH36m(const PrepareOptions& options);

// Joints (T, 32, 3) of the data set, metres, as the subject's four cameras see 17 of them: one
// (T, 17, 2) in pixels for each, lens distortion included.
std::vector<NpyArray> ProjectH36m(const Tensor& joints_in_world, std::string_view subject);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_PREPARE_PREPARE_H36M_H_
