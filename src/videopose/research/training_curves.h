// SPDX-License-Identifier: Apache-2.0

// Plots of a training's errors over its epochs.

#ifndef VIDEOPOSE_RESEARCH_TRAINING_CURVES_H_
#define VIDEOPOSE_RESEARCH_TRAINING_CURVES_H_

#include <filesystem>
#include <span>

#include "videopose/train/epoch_record.h"

namespace videopose::internal {

// In `folder`, each as .png and .svg: loss_3d, and when semi-supervised loss_traj (where the root
// stands) and loss_2d (against the keypoints, in percent of the image's width). As with the
// reference from epoch 4 on, since the first epochs' errors would squeeze the rest flat; before
// that nothing is written. The epoch that is best on the test subjects is marked. Throws Error
// where it cannot write.
void ExportTrainingCurves(const std::filesystem::path& folder,
                          std::span<const EpochRecord> records);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RESEARCH_TRAINING_CURVES_H_
