// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/loss.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "videopose/base/check.h"

namespace videopose::internal {
namespace {

// d|a - b| / da = (a - b) / |a - b|
template <typename T, int D>
T Distance(const T* a, const T* b) {
  T sum = 0;
  for (int d = 0; d < D; ++d) sum += (a[d] - b[d]) * (a[d] - b[d]);
  return std::sqrt(sum);
}

// Adds factor * d|a - b| / da to the gradient at a.
template <typename T, int D>
void AddDistanceGradient(const T* a, const T* b, T distance, T factor, T* a_gradient) {
  if (distance == 0) return;
  for (int d = 0; d < D; ++d) a_gradient[d] += factor * (a[d] - b[d]) / distance;
}

template <typename T, int D, typename WeightOf>
double MeanOfDistances(std::span<const T> x, std::span<const T> target, std::span<T> gradient,
                       int64_t of_points, const WeightOf& weight_of) {
  VP_CHECK(x.size() == target.size() && x.size() % D == 0 && !x.empty() &&
               (gradient.empty() || gradient.size() == x.size()),
           "{} coordinates for {}, {} gradients", x.size(), target.size(), gradient.size());
  const size_t points = x.size() / D;
  const auto all = of_points > 0 ? static_cast<size_t>(of_points) : points;
  std::fill(gradient.begin(), gradient.end(), T{0});
  double sum = 0;
  for (size_t p = 0; p < points; ++p) {
    const T *a = x.data() + p * D, *b = target.data() + p * D;
    const T distance = Distance<T, D>(a, b), weight = weight_of(p);
    sum += static_cast<double>(weight) * static_cast<double>(distance);
    if (gradient.empty()) continue;
    AddDistanceGradient<T, D>(a, b, distance, weight / static_cast<T>(all),
                              gradient.data() + p * D);
  }
  return sum / static_cast<double>(all);
}

// How many poses there are, or of how many they are a part.
template <typename T>
size_t PoseCount(std::span<const T> poses, size_t joints, int64_t of_poses) {
  return of_poses > 0 ? static_cast<size_t>(of_poses) : poses.size() / (3 * joints);
}

// For each joint the mean over `of_poses` of the length of its bone, or these poses' share of it; 0
// for roots.
template <typename T>
std::vector<double> MeanBoneLengths(std::span<const T> poses, std::span<const int> parents,
                                    int64_t of_poses) {
  const size_t joints = parents.size(), count = PoseCount(poses, joints, of_poses);
  std::vector<double> means(joints);
  for (size_t p = 0; p < poses.size() / (3 * joints); ++p) {
    const T* pose = poses.data() + p * joints * 3;
    for (size_t j = 0; j < joints; ++j) {
      if (parents[j] < 0) continue;
      means[j] += Distance<T, 3>(pose + j * 3, pose + parents[j] * 3) / static_cast<double>(count);
    }
  }
  return means;
}

// Adds to the gradient of all poses that of sum over j of slope[j] * mean length of bone j.
template <typename T>
void AddBoneGradients(std::span<const T> poses, std::span<const int> parents,
                      const std::vector<double>& slopes, int64_t of_poses, std::span<T> gradient) {
  const size_t joints = parents.size(), count = PoseCount(poses, joints, of_poses);
  std::fill(gradient.begin(), gradient.end(), T{0});
  for (size_t p = 0; p < poses.size() / (3 * joints); ++p) {
    const T* pose = poses.data() + p * joints * 3;
    T* pose_gradient = gradient.data() + p * joints * 3;
    for (size_t j = 0; j < joints; ++j) {
      if (parents[j] < 0) continue;
      const T *joint = pose + j * 3, *parent = pose + parents[j] * 3;
      const T length = Distance<T, 3>(joint, parent);
      const T factor = static_cast<T>(slopes[j] / static_cast<double>(count));
      AddDistanceGradient<T, 3>(joint, parent, length, factor, pose_gradient + j * 3);
      AddDistanceGradient<T, 3>(parent, joint, length, factor, pose_gradient + parents[j] * 3);
    }
  }
}

}  // namespace

template <typename T, int D>
double MeanDistance(std::span<const T> x, std::span<const T> target, std::span<T> gradient,
                    int64_t of_points) {
  return MeanOfDistances<T, D>(x, target, gradient, of_points, [](size_t) { return T{1}; });
}

template <typename T, int D>
double WeightedMeanDistance(std::span<const T> x, std::span<const T> target,
                            std::span<const T> weights, int64_t points_per_weight,
                            std::span<T> gradient, int64_t of_points) {
  const auto per_weight = static_cast<size_t>(points_per_weight);
  VP_CHECK(weights.size() * per_weight * D == x.size(), "{} weights for {} coordinates",
           weights.size(), x.size());
  return MeanOfDistances<T, D>(x, target, gradient, of_points,
                               [&](size_t p) { return weights[p / per_weight]; });
}

template <typename T>
double BoneLengthLoss(std::span<const T> labeled, std::span<const T> unlabeled,
                      std::span<const int> parents, std::span<T> labeled_gradient,
                      std::span<T> unlabeled_gradient, const PoseShare& share) {
  const size_t pose_size = parents.size() * 3;
  const auto bones = static_cast<double>(
      std::count_if(parents.begin(), parents.end(), [](int parent) { return parent >= 0; }));
  VP_CHECK(bones > 0 && !labeled.empty() && !unlabeled.empty() && labeled.size() % pose_size == 0 &&
               unlabeled.size() % pose_size == 0,
           "{} and {} coordinates of {} joints", labeled.size(), unlabeled.size(), parents.size());
  std::vector<double> a = MeanBoneLengths(labeled, parents, share.labeled);
  std::vector<double> b = MeanBoneLengths(unlabeled, parents, share.unlabeled);
  share.processes->Sum(a);
  share.processes->Sum(b);
  double sum = 0;
  std::vector<double> slopes(parents.size()), opposite(parents.size());
  for (size_t j = 0; j < parents.size(); ++j) {
    sum += std::abs(a[j] - b[j]);
    slopes[j] = ((a[j] > b[j]) - (a[j] < b[j])) / bones;
    opposite[j] = -slopes[j];
  }
  if (!labeled_gradient.empty()) {
    VP_CHECK(
        labeled_gradient.size() == labeled.size() && unlabeled_gradient.size() == unlabeled.size(),
        "{} and {} gradients", labeled_gradient.size(), unlabeled_gradient.size());
    AddBoneGradients(labeled, parents, slopes, share.labeled, labeled_gradient);
    AddBoneGradients(unlabeled, parents, opposite, share.unlabeled, unlabeled_gradient);
  }
  return sum / bones;
}

#define VIDEOPOSE_INSTANTIATE(T, D)                                                        \
  template double MeanDistance<T, D>(std::span<const T>, std::span<const T>, std::span<T>, \
                                     int64_t);                                             \
  template double WeightedMeanDistance<T, D>(std::span<const T>, std::span<const T>,       \
                                             std::span<const T>, int64_t, std::span<T>, int64_t)
VIDEOPOSE_INSTANTIATE(float, 2);
VIDEOPOSE_INSTANTIATE(float, 3);
VIDEOPOSE_INSTANTIATE(double, 2);
VIDEOPOSE_INSTANTIATE(double, 3);
#undef VIDEOPOSE_INSTANTIATE
template double BoneLengthLoss<float>(std::span<const float>, std::span<const float>,
                                      std::span<const int>, std::span<float>, std::span<float>,
                                      const PoseShare&);
template double BoneLengthLoss<double>(std::span<const double>, std::span<const double>,
                                       std::span<const int>, std::span<double>, std::span<double>,
                                       const PoseShare&);

}  // namespace videopose::internal
