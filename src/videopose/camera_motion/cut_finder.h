// SPDX-License-Identifier: Apache-2.0

// Where a clip is cut: hard, or by a dissolve.

#ifndef VIDEOPOSE_CAMERA_MOTION_CUT_FINDER_H_
#define VIDEOPOSE_CAMERA_MOTION_CUT_FINDER_H_

#include <optional>
#include <vector>

#include "videopose/camera_motion/dissolve_finder.h"
#include "videopose/camera_motion/small_image.h"

namespace videopose::internal {

// A new scene begins.
struct SceneCut {
  int mixed_frames = 0;  // before it, which show both scenes, or neither
};

// The next frame begins a new scene if, compared with the last one that was not blank,
//   its brightness is distributed otherwise: over the cells of a grid, half the mean difference of
//     both histograms is above kChange and far above what it has been in the last frames, and
//   that is not other light on the same place, and
//   its corners are not found in the frame before,
// or if a dissolve or fade has ended with the frame before it (dissolve_finder.h). Blank frames
// belong to the scene before them. Bars at the image's edges do not count. Whip pans, flashes and
// people who pass close to the lens fulfil some of the three, not all.
class CutFinder {
 public:
  // Causal; looks at one frame at a time.
  std::optional<SceneCut> Push(const SmallImage& frame);

 private:
  bool IsHardCut(const SmallImage& frame, double contrast);

  SmallImage before_;
  std::vector<double> changes_;  // of the last frames
  DissolveFinder dissolves_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CAMERA_MOTION_CUT_FINDER_H_
