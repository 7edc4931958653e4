// SPDX-License-Identifier: Apache-2.0

// The loss functions with gradients. Points lie one after another, D coordinates each.
// Losses are sums in double, so their value does not depend on the order of a batch.
// All are instantiated for float and double.

#ifndef VIDEOPOSE_TRAIN_LOSS_H_
#define VIDEOPOSE_TRAIN_LOSS_H_

#include <cstdint>
#include <span>

#include "videopose/nn/communicator.h"

namespace videopose::internal {

// mean over all points of |x - target|, D = 2 or 3. With 3 coordinates it is the MPJPE.
// `gradient`: of the loss with respect to x, or empty; where x = target, it is 0. `of_points`: of
// how many the mean is, where these are a part of them and their share of it comes back; 0: these.
template <typename T, int D>
double MeanDistance(std::span<const T> x, std::span<const T> target, std::span<T> gradient,
                    int64_t of_points = 0);

// mean over all points of weight * |x - target|, one weight for each `points_per_weight` points.
template <typename T, int D>
double WeightedMeanDistance(std::span<const T> x, std::span<const T> target,
                            std::span<const T> weights, int64_t points_per_weight,
                            std::span<T> gradient, int64_t of_points = 0);

// The poses of which these are a part, and the processes that have the other parts.
struct PoseShare {
  int64_t labeled = 0, unlabeled = 0;  // 0: these
  Communicator* processes = &OneProcess();
};

// mean over the bones of | mean length in `labeled` - mean length in `unlabeled` |, means over all
// poses. Both are (poses, J, 3) with J = parents.size(); joint j and parents[j] are a bone, joints
// with parent -1 are roots. Neither may be empty. The gradients are both given or both empty. Each
// process gets the whole loss, and the gradients of its poses.
template <typename T>
double BoneLengthLoss(std::span<const T> labeled, std::span<const T> unlabeled,
                      std::span<const int> parents, std::span<T> labeled_gradient,
                      std::span<T> unlabeled_gradient, const PoseShare& share = {});

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_LOSS_H_
