// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/motion_loss.h"

#include <algorithm>
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

// The angle by which the second bone turns from the first, and its slopes.
struct Bend {
  double angle_rad = 0;
  Vec3d by_first, by_second;  // 0 where the angle has no slope: straight, or folded up
};

Bend BendBetween(const Vec3d& first, const Vec3d& second) {
  constexpr double kShortest_m = 1e-4, kLeastSine = 1e-4;
  const double length1 = Norm(first), length2 = Norm(second);
  if (std::min(length1, length2) < kShortest_m) return {};
  const Vec3d a = (1 / length1) * first, b = (1 / length2) * second;
  const double sine = Norm(Cross(a, b)), cosine = Dot(a, b);
  Bend bend{.angle_rad = std::atan2(sine, cosine)};
  if (sine < kLeastSine) return bend;
  bend.by_first = (-1 / (sine * length1)) * (b - cosine * a);
  bend.by_second = (-1 / (sine * length2)) * (a - cosine * b);
  return bend;
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
  if (weights_.flexion > 0) loss += AddFlexion(x, y, poses, gradient);
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

double MotionLoss::AddFlexion(std::span<const float> x, std::span<const float> y, size_t poses,
                              std::span<float> gradient) const {
  struct Hinge {
    size_t above, joint, below;
  };
  const auto is_sided = [&](size_t j) { return mirrored_[j] != static_cast<int>(j); };
  std::vector<Hinge> hinges;
  for (size_t below = 0; below < parents_.size(); ++below) {
    if (parents_[below] < 0) continue;
    const auto joint = static_cast<size_t>(parents_[below]);
    if (parents_[joint] < 0) continue;
    const auto above = static_cast<size_t>(parents_[joint]);
    if (is_sided(above) && is_sided(joint)) hinges.push_back({above, joint, below});
  }
  if (hinges.empty()) return 0;
  const double factor = weights_.flexion / static_cast<double>(poses * hinges.size());
  double loss = 0;
  for (size_t first = 0; first < x.size() / 3; first += parents_.size()) {
    for (const auto& [above, joint, below] : hinges) {
      const auto bend_of = [&, a = above, j = joint, b = below](std::span<const float> pose) {
        return BendBetween(At(pose, first + j) - At(pose, first + a),
                           At(pose, first + b) - At(pose, first + j));
      };
      const Bend bend = bend_of(x);
      const double difference = bend.angle_rad - bend_of(y).angle_rad;
      loss += factor * std::abs(difference);
      if (difference == 0) continue;
      const double slope = difference > 0 ? factor : -factor;
      AddTo(gradient, first + above, -slope * bend.by_first);
      AddTo(gradient, first + joint, slope * (bend.by_first - bend.by_second));
      AddTo(gradient, first + below, slope * bend.by_second);
    }
  }
  return loss;
}

}  // namespace videopose::internal
