// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/motion_loss.h"

#include <cmath>
#include <cstddef>

#include "videopose/base/check.h"
#include "videopose/geometry.h"

namespace videopose::internal {
namespace {

Vec3d At(std::span<const float> x, size_t point) {
  return {x[3 * point], x[3 * point + 1], x[3 * point + 2]};
}

void AddTo(std::span<float> gradient, size_t point, const Vec3d& value) {
  gradient[3 * point] += static_cast<float>(value.x);
  gradient[3 * point + 1] += static_cast<float>(value.y);
  gradient[3 * point + 2] += static_cast<float>(value.z);
}

}  // namespace

double MotionLoss::Add(std::span<const float> x, std::span<const float> y,
                       std::span<float> gradient, int64_t of_poses) const {
  VP_CHECK(
      x.size() == y.size() && x.size() == gradient.size() && x.size() % (6 * parents_.size()) == 0,
      "{} values for {} are no pairs of poses", x.size(), y.size());
  const size_t poses =
      of_poses > 0 ? static_cast<size_t>(of_poses) : x.size() / (3 * parents_.size());
  double loss = 0;
  if (weights_.velocity > 0) loss += AddVelocity(x, y, poses, gradient);
  if (weights_.bones > 0) loss += AddBones(x, y, poses, gradient);
  if (weights_.symmetry > 0) loss += AddSymmetry(x, poses, gradient);
  return loss;
}

double MotionLoss::AddVelocity(std::span<const float> x, std::span<const float> y, size_t poses,
                               std::span<float> gradient) const {
  const size_t joints = parents_.size(), pairs = x.size() / (6 * joints);
  const double factor = weights_.velocity / static_cast<double>(poses / 2 * joints);
  double loss = 0;
  for (size_t pair = 0; pair < pairs; ++pair) {
    for (size_t j = 0; j < joints; ++j) {
      const size_t first = 2 * pair * joints + j, second = first + joints;
      const Vec3d error = (At(x, second) - At(x, first)) - (At(y, second) - At(y, first));
      const double size = Norm(error);
      loss += factor * size;
      if (size == 0) continue;
      AddTo(gradient, second, (factor / size) * error);
      AddTo(gradient, first, (-factor / size) * error);
    }
  }
  return loss;
}

double MotionLoss::AddBones(std::span<const float> x, std::span<const float> y, size_t poses,
                            std::span<float> gradient) const {
  const size_t joints = parents_.size();
  size_t bones = 0;
  for (const int parent : parents_) bones += parent >= 0 ? 1 : 0;
  const double factor = weights_.bones / static_cast<double>(poses * bones);
  double loss = 0;
  for (size_t pose = 0; pose < x.size() / (3 * joints); ++pose) {
    for (size_t j = 0; j < joints; ++j) {
      if (parents_[j] < 0) continue;
      const size_t child = pose * joints + j;
      const size_t parent = pose * joints + static_cast<size_t>(parents_[j]);
      const Vec3d bone = At(x, child) - At(x, parent);
      const double length = Norm(bone);
      const double difference = length - Norm(At(y, child) - At(y, parent));
      loss += factor * std::abs(difference);
      if (length == 0 || difference == 0) continue;
      const Vec3d slope = ((difference > 0 ? factor : -factor) / length) * bone;
      AddTo(gradient, child, slope);
      AddTo(gradient, parent, -slope);
    }
  }
  return loss;
}

double MotionLoss::AddSymmetry(std::span<const float> x, size_t poses,
                               std::span<float> gradient) const {
  const size_t joints = parents_.size();
  size_t pairs = 0;
  for (size_t j = 0; j < joints; ++j) pairs += mirrored_[j] > static_cast<int>(j) ? 1 : 0;
  const double factor = weights_.symmetry / static_cast<double>(poses * pairs);
  double loss = 0;
  for (size_t first = 0; first < x.size() / 3; first += joints) {
    const auto bone = [&](size_t j) {
      return At(x, first + j) - At(x, first + static_cast<size_t>(parents_[j]));
    };
    const auto stretch = [&](size_t j, double slope) {
      const double length = Norm(bone(j));
      if (length == 0) return;
      AddTo(gradient, first + j, (slope / length) * bone(j));
      AddTo(gradient, first + static_cast<size_t>(parents_[j]), (-slope / length) * bone(j));
    };
    for (size_t j = 0; j < joints; ++j) {
      const auto other = static_cast<size_t>(mirrored_[j]);
      if (other <= j) continue;
      const double difference = Norm(bone(j)) - Norm(bone(other));
      loss += factor * std::abs(difference);
      if (difference == 0) continue;
      stretch(j, difference > 0 ? factor : -factor);
      stretch(other, difference > 0 ? -factor : factor);
    }
  }
  return loss;
}

}  // namespace videopose::internal
