// SPDX-License-Identifier: Apache-2.0

// Errors of predicted poses, by the protocols of the literature (Pavllo et al.,
// CVPR 2019, section 4; Ionescu et al., PAMI 2014).
//
// Poses are (T, J, 3), in any unit, which is also the result's. Sums are in double.

#ifndef VIDEOPOSE_METRICS_H_
#define VIDEOPOSE_METRICS_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "videopose/base.h"
#include "videopose/geometry.h"
#include "videopose/pose.h"

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

// Errors of bodies of Human36m17(), of which joints may be missing, and of their limbs: where hips,
// knees, ankles, shoulders, elbows and wrists are all definitions of joints agree.

// Those twelve.
std::span<const int> LimbJoints();

// Flexions of the truth in degrees: from 0 to 20, from 20 to 60, ...
inline constexpr std::array<double, 6> kFlexionBands_deg = {0, 20, 60, 90, 110, 180};

// Predicted less true flexion in a band, both sides; 0 where nothing was measured.
struct FlexionBias {
  int64_t count = 0;
  double mean_deg = 0;
  bool operator==(const FlexionBias&) const = default;
};
using FlexionBiases = std::array<FlexionBias, kFlexionBands_deg.size() - 1>;

// Means over frames; NaN where there was nothing to measure. Distances in the poses' unit.
struct BodyErrors {
  PoseErrors joints;  // over the joints that both have
  // The same, over LimbJoints().
  double limb_mpjpe = 0, limb_p_mpjpe = 0;
  // Mean absolute errors, both sides, of the flexions that JointAnglesOf() gives for the twelve
  // joints: without a spine, and with hip and thorax in the middle of the hips and shoulders.
  double hip_deg = 0, knee_deg = 0, shoulder_deg = 0, elbow_deg = 0;
  // Mean angle between the directions of thighs, shanks, upper arms, forearms and of the trunk,
  // from the middle of the hips to that of the shoulders.
  double bones_deg = 0;
  std::vector<double> joint_mpjpe;  // of each of Human36m17()'s joints
  FlexionBiases knee_bias, elbow_bias;
  int64_t frames = 0;  // in which both have a joint
  bool operator==(const BodyErrors&) const = default;
};

class BodyErrorMean {
 public:
  // One person over time, relative to their roots; a joint that is not finite is missing.
  void Add(const JointTrack<Vec3f>& predicted, const JointTrack<Vec3f>& target);
  BodyErrors Mean() const;

 private:
  struct Average {
    double sum = 0;
    int64_t count = 0;
    void Add(double value) {
      sum += value;
      ++count;
    }
    double Value() const;
  };
  void AddAngles(const JointTrack<Vec3f>& predicted, const JointTrack<Vec3f>& target);

  Average mpjpe_, p_mpjpe_, n_mpjpe_, mpjve_, limb_mpjpe_, limb_p_mpjpe_;
  Average hip_, knee_, shoulder_, elbow_, bones_;
  using AveragesInBands = std::array<Average, kFlexionBands_deg.size() - 1>;
  static void AddBias(double predicted_deg, double target_deg, AveragesInBands& to);
  static FlexionBiases BiasesOf(const AveragesInBands& averages);
  std::vector<Average> joints_;
  AveragesInBands knee_bias_, elbow_bias_;
  int64_t frames_ = 0;
};

// Of one frame, (J, 3) each.
double JointError(std::span<const float> predicted, std::span<const float> target);
double AlignedJointError(std::span<const float> predicted, std::span<const float> target);
double ScaledJointError(std::span<const float> predicted, std::span<const float> target);

}  // namespace videopose

#endif  // VIDEOPOSE_METRICS_H_
