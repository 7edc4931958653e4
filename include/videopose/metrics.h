// SPDX-License-Identifier: Apache-2.0

// Errors of predicted poses, by the protocols of the literature (Pavllo et al.,
// CVPR 2019, section 4; Ionescu et al., PAMI 2014).
//
// Poses are (T, J, 3), in any unit, which is also the result's. Sums are in double.

#ifndef VIDEOPOSE_METRICS_H_
#define VIDEOPOSE_METRICS_H_

#include <cstdint>
#include <span>

#include "videopose/tensor.h"

namespace videopose {

struct PoseErrors {
  double mpjpe = 0;    // MPJPE (protocol 1): mean distance of the joints
  double p_mpjpe = 0;  // PA-MPJPE (protocol 2): each frame aligned by rotation, scale, translation
  double n_mpjpe = 0;  // N-MPJPE (protocol 3): each frame scaled
  double mpjve = 0;    // MPJVE: mean distance of the joints' differences from frame to frame
  bool operator==(const PoseErrors&) const = default;
};

// All four over one sequence of at least one frame; mpjve is 0 for a single frame. A pose of zeros
// scales to zeros; a NaN in a pose makes the results NaN. In parallel; the result does not depend
// on the number of threads.
PoseErrors MeasurePoseErrors(const Tensor& predicted, const Tensor& target);

// Mean over frames weighted by their number: add each sequence, then take the mean.
class PoseErrorMean {
 public:
  void Add(const PoseErrors& errors, int64_t frames);
  int64_t frames() const { return frames_; }
  // At least one frame must have been added.
  PoseErrors Mean() const;

 private:
  PoseErrors sum_;
  int64_t frames_ = 0;
};

// Of one frame, (J, 3) each.
double JointError(std::span<const float> predicted, std::span<const float> target);
double AlignedJointError(std::span<const float> predicted, std::span<const float> target);
double ScaledJointError(std::span<const float> predicted, std::span<const float> target);

}  // namespace videopose

#endif  // VIDEOPOSE_METRICS_H_
