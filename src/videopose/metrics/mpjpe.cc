// SPDX-License-Identifier: Apache-2.0

#include <cmath>
#include <vector>

#include "videopose/base/check.h"
#include "videopose/base/parallel.h"
#include "videopose/geometry/align.h"
#include "videopose/metrics.h"

namespace videopose {

using namespace internal;
namespace {

constexpr int64_t kFramesPerThread = 256;

Vec3d PointOf(std::span<const float> pose, size_t j) {
  return {pose[3 * j], pose[3 * j + 1], pose[3 * j + 2]};
}

// Mean over the joints j of |target_j - of_predicted(j)|.
template <typename F>
double MeanDistance(std::span<const float> target, const F& of_predicted) {
  const size_t joints = target.size() / 3;
  double sum = 0;
  for (size_t j = 0; j < joints; ++j) sum += Norm(of_predicted(j) - PointOf(target, j));
  return sum / static_cast<double>(joints);
}

// Mean over the joints of |(p1 - p0) - (t1 - t0)|.
double VelocityError(std::span<const float> predicted0, std::span<const float> predicted1,
                     std::span<const float> target0, std::span<const float> target1) {
  return MeanDistance(target1, [&](size_t j) {
    return PointOf(predicted1, j) - PointOf(predicted0, j) + PointOf(target0, j);
  });
}

PoseErrors operator+(const PoseErrors& a, const PoseErrors& b) {
  return {a.mpjpe + b.mpjpe, a.p_mpjpe + b.p_mpjpe, a.n_mpjpe + b.n_mpjpe, a.mpjve + b.mpjve};
}

PoseErrors operator*(double s, const PoseErrors& a) {
  return {s * a.mpjpe, s * a.p_mpjpe, s * a.n_mpjpe, s * a.mpjve};
}

}  // namespace

double JointError(std::span<const float> predicted, std::span<const float> target) {
  return MeanDistance(target, [&](size_t j) { return PointOf(predicted, j); });
}

double AlignedJointError(std::span<const float> predicted, std::span<const float> target) {
  const Similarity target_from_predicted = AlignSimilarity(predicted, target);
  return MeanDistance(
      target, [&](size_t j) { return Apply(target_from_predicted, PointOf(predicted, j)); });
}

// scale = <target, prediction> / <prediction, prediction>
double ScaledJointError(std::span<const float> predicted, std::span<const float> target) {
  double dot = 0, square = 0;
  for (size_t i = 0; i < predicted.size(); ++i) {
    dot += static_cast<double>(predicted[i]) * target[i];
    square += static_cast<double>(predicted[i]) * predicted[i];
  }
  const double scale = square == 0 ? 0 : dot / square;
  return MeanDistance(target, [&](size_t j) { return scale * PointOf(predicted, j); });
}

PoseErrors MeasurePoseErrors(const Tensor& predicted, const Tensor& target) {
  VP_CHECK(predicted.shape == target.shape && target.rank() == 3 && target.dim(0) > 0 &&
               target.dim(2) == 3,
           "poses of shape ({}) and ({})", fmt::join(predicted.shape, ", "),
           fmt::join(target.shape, ", "));
  const int64_t frames = target.dim(0);
  const size_t size = target.dim(1) * 3;
  const auto frame_of = [size](const Tensor& poses, int64_t t) {
    return std::span(poses.values).subspan(t * size, size);
  };
  // Kept by frame and added in order, so that threads do not change the sum.
  std::vector<PoseErrors> errors(frames);
  ParallelFor(frames, kFramesPerThread, [&](int64_t begin, int64_t end) {
    for (int64_t t = begin; t < end; ++t) {
      const auto p = frame_of(predicted, t), q = frame_of(target, t);
      PoseErrors& at = errors[t];
      at.mpjpe = JointError(p, q);
      at.p_mpjpe = AlignedJointError(p, q);
      at.n_mpjpe = ScaledJointError(p, q);
      if (t > 0) {
        at.mpjve = VelocityError(frame_of(predicted, t - 1), p, frame_of(target, t - 1), q);
      }
    }
  });
  PoseErrors sum;
  for (const PoseErrors& error : errors) sum = sum + error;
  PoseErrors mean = 1 / static_cast<double>(frames) * sum;
  if (frames > 1) mean.mpjve = sum.mpjve / static_cast<double>(frames - 1);
  return mean;
}

void PoseErrorMean::Add(const PoseErrors& errors, int64_t frames) {
  sum_ = sum_ + static_cast<double>(frames) * errors;
  frames_ += frames;
}

PoseErrors PoseErrorMean::Mean() const {
  VP_CHECK(frames_ > 0, "the mean of nothing");
  return 1 / static_cast<double>(frames_) * sum_;
}

}  // namespace videopose
