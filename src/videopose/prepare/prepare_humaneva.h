// SPDX-License-Identifier: Apache-2.0

// HumanEva's recordings as data_3d_humaneva15.npz (or 20) and data_2d_humaneva15_gt.npz, and what a
// detector found in its videos: what `videopose prepare humaneva` does.

#ifndef VIDEOPOSE_PREPARE_PREPARE_HUMANEVA_H_
#define VIDEOPOSE_PREPARE_PREPARE_HUMANEVA_H_

#include <filesystem>
#include <string>

#include "videopose/data/prepared_set.h"

namespace videopose::internal {

struct HumanEvaDetections {
  std::filesystem::path folder;  // with S1/<Action>_(C1).avi.npz; empty: none
  std::string name;              // data_2d_humaneva15_<name>.npz; tells the joints' layout
};

// options.input: a folder with Train/S1/<Action>.mat and Validate/..., each with `poses_3d`
// (N, J, 3) millimetres and `poses_2d` (3, N, J, 2) pixels, J = 15 or 20, NaN where the capture
// failed. What lies between failures becomes "<Action> chunk<i>", i counting the failures too.
//
// Detections are cut in the same way, each video from its sync frame on; what was found during
// failures goes to "Unlabeled/Train/S1", and S4, without motion capture, entirely to
// "Unlabeled/S4".
//
// There are 30 recordings: five actions of three subjects, each in both parts. Throws Error for
// those that are missing, without detections (where there are any) or not known, unless `partial`;
// and for those that are not as long as HumanEva's partition says.
PreparedSet PrepareHumanEva(const PrepareOptions& options, const HumanEvaDetections& detections);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_PREPARE_PREPARE_HUMANEVA_H_
