// SPDX-License-Identifier: Apache-2.0

// Losses on velocity, bone lengths, symmetry and flexion. Poses come in pairs one frame apart, as
// MocapSource makes them.
//
//   velocity = mean |(x1 - x0) - (y1 - y0)|      over pairs and joints
//   bones    = mean | |x_j - x_p| - |y_j - y_p| |   over poses and bones (j, p)
//   symmetry = mean | |x_j - x_p| - |x_j' - x_p'| | over poses and bones whose mirror image
//                                                   (j', p') is another bone, each pair once
//   flexion  = mean | angle(x) - angle(y) |         over poses, knees and elbows; radians
//
// x predicted, y true, metres. Knees and elbows are the joints between two bones of one side.

#ifndef VIDEOPOSE_TRAIN_MOTION_LOSS_H_
#define VIDEOPOSE_TRAIN_MOTION_LOSS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace videopose::internal {

struct MotionLossWeights {
  double velocity = 0, bones = 0, symmetry = 0, flexion = 0;
  bool any() const { return velocity > 0 || bones > 0 || symmetry > 0 || flexion > 0; }
};

class MotionLoss {
 public:
  // mirrored[j]: the joint on the other side, or j.
  MotionLoss(const MotionLossWeights& weights, std::vector<int> parents, std::vector<int> mirrored)
      : weights_(weights), parents_(std::move(parents)), mirrored_(std::move(mirrored)) {}

  // x, y: (poses, J, 3), poses even. Adds the weighted terms' gradient and gives their value.
  // `of_poses`: as of_points of MeanDistance.
  double Add(std::span<const float> x, std::span<const float> y, std::span<float> gradient,
             int64_t of_poses = 0) const;

 private:
  // `poses`: which the means are of.
  double AddVelocity(std::span<const float> x, std::span<const float> y, size_t poses,
                     std::span<float> gradient) const;
  double AddBones(std::span<const float> x, std::span<const float> y, size_t poses,
                  std::span<float> gradient) const;
  double AddSymmetry(std::span<const float> x, size_t poses, std::span<float> gradient) const;
  double AddFlexion(std::span<const float> x, std::span<const float> y, size_t poses,
                    std::span<float> gradient) const;

  MotionLossWeights weights_;
  std::vector<int> parents_, mirrored_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_MOTION_LOSS_H_
