// SPDX-License-Identifier: Apache-2.0

// Where a clip is cut: frames that have nothing to do with the frame before.

#ifndef VIDEOPOSE_CAMERA_MOTION_CUT_FINDER_H_
#define VIDEOPOSE_CAMERA_MOTION_CUT_FINDER_H_

#include <vector>

#include "videopose/camera_motion/small_image.h"

namespace videopose::internal {

// The next frame begins a new scene if, compared with the last one that was not blank,
//   its brightness is distributed otherwise: over the cells of a grid, half the mean difference of
//     both histograms is above kChange and far above what it has been in the last frames, and
//   its corners are not found in the frame before.
// Blank frames belong to the scene before them. Whip pans, flashes and people who pass close to the
// lens fulfil one of the two, not both.
class CutFinder {
 public:
  // Whether a new scene begins with this frame. Causal; looks at one frame at a time.
  bool Push(const SmallImage& frame);

 private:
  SmallImage before_;
  std::vector<float> histograms_before_;
  std::vector<double> changes_;  // of the last frames
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CAMERA_MOTION_CUT_FINDER_H_
