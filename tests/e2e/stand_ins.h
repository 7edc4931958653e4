// SPDX-License-Identifier: Apache-2.0

// Small data sets in the formats of the real ones: the project's synthetic figure at the places
// and in front of the cameras of Human3.6M and HumanEva.

#ifndef VIDEOPOSE_TESTS_E2E_STAND_INS_H_
#define VIDEOPOSE_TESTS_E2E_STAND_INS_H_

#include <cstdint>
#include <filesystem>

namespace videopose::internal {

// data_3d_h36m.npz and data_2d_h36m_cpn_ft_h36m_dbb.npz (COCO's keypoints): S11, "Walking".
void WriteHuman36mStandIn(const std::filesystem::path& data_dir, int64_t frames);

// data_3d_humaneva15.npz and data_2d_humaneva15_detectron_pt_coco.npz: Train/S1, Validate/S2
// "Walking 1 chunk0", and without ground truth Unlabeled/S4 "Box 2".
void WriteHumanEvaStandIn(const std::filesystem::path& data_dir, int64_t frames);

// Motion capture: a person of DeepMimic's proportions who swings arms and legs, two seconds; enough
// of a skeleton to learn from.
void WriteSwingingBvh(const std::filesystem::path& path, double pace);

// A grey video: frame t has the level 20 + 5 t, again from 20 on after 40 frames. Always an
// MP4, independent of the extension.
void WriteVideoStandIn(const std::filesystem::path& path, int width_px, int height_px, double fps,
                       int64_t frames);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TESTS_E2E_STAND_INS_H_
