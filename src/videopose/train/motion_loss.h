// What makes predicted motion look right beyond where each joint is. Poses come in pairs one frame
// apart, as MocapSource makes them.
//
//   velocity = mean |(x1 - x0) - (y1 - y0)|      over pairs and joints
//   bones    = mean | |x_j - x_p| - |y_j - y_p| |   over poses and bones (j, p)
//
// x predicted, y true, metres.

#ifndef VIDEOPOSE_TRAIN_MOTION_LOSS_H_
#define VIDEOPOSE_TRAIN_MOTION_LOSS_H_

#include <span>
#include <vector>

namespace videopose {

struct MotionLossWeights {
  double velocity = 0, bones = 0;
  bool any() const { return velocity > 0 || bones > 0; }
};

class MotionLoss {
 public:
  MotionLoss(const MotionLossWeights& weights, std::vector<int> parents)
      : weights_(weights), parents_(std::move(parents)) {}

  // x, y: (poses, J, 3), poses even. Adds the weighted terms' gradient and gives their value.
  double Add(std::span<const float> x, std::span<const float> y, std::span<float> gradient) const;

 private:
  double AddVelocity(std::span<const float> x, std::span<const float> y,
                     std::span<float> gradient) const;
  double AddBones(std::span<const float> x, std::span<const float> y,
                  std::span<float> gradient) const;

  MotionLossWeights weights_;
  std::vector<int> parents_;
};

}  // namespace videopose

#endif  // VIDEOPOSE_TRAIN_MOTION_LOSS_H_
