// SPDX-License-Identifier: Apache-2.0

#include "videopose/camera_motion/view_fit.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>

#include "videopose/base/check.h"
#include "videopose/base/fast_random.h"
#include "videopose/base/statistics.h"
#include "videopose/geometry/angle.h"
#include "videopose/geometry/rotation_vector.h"

namespace videopose::internal {
namespace {

constexpr int kSamples = 80, kSampleSteps = 3, kSteps = 8;
constexpr double kInlier_px = 1.5;
// A still camera is a start that may be this much worse: moving things in front of a tripod are
// more common than a background with holes that moves on its own.
constexpr double kStillShare = 0.8;
// Cauchy's scale in standard deviations; the deviation itself within these limits.
constexpr double kOutlier = 2, kLeastSigma_px = 0.08, kMostSigma_px = 1;
// Errors of neighbouring points are alike: as if there were fewer of them.
constexpr double kIndependent = 0.25;

using Normal = Eigen::Matrix4d;
using Step = Eigen::Vector4d;

// Weighted Gauss-Newton in (rotation vector in the camera's frame, log zoom).
struct Equations {
  Normal a = Normal::Zero();
  Step b = Step::Zero();

  // d = cam_from_first * in_first; turning the camera by w changes it by d x w.
  void Add(const CameraView& view, const PointPair& pair, double weight) {
    const Vec3d d = Rotate(Inverse(view.first_from_cam), pair.in_first);
    if (!(d.z > 1e-3)) return;
    const double x = d.x / d.z, y = d.y / d.z, zoom = view.zoom;
    Eigen::Matrix<double, 2, 4> j;
    j << zoom * x * y, -zoom * (1 + x * x), zoom * y, zoom * x,  //
        zoom * (1 + y * y), -zoom * x * y, -zoom * x, zoom * y;
    const Eigen::Vector2d error(pair.seen.x - zoom * x, pair.seen.y - zoom * y);
    a.noalias() += weight * j.transpose() * j;
    b.noalias() += weight * j.transpose() * error;
  }
};

// Rounding would add up: each frame's view is made of those before.
Quaternion OfUnitLength(const Quaternion& q) {
  const double share = 1 / std::sqrt(q.w * q.w + q.x * q.x + q.y * q.y + q.z * q.z);
  return {share * q.w, share * q.x, share * q.y, share * q.z};
}

CameraView Moved(const CameraView& view, const Step& step) {
  CameraView moved = view;
  moved.first_from_cam =
      OfUnitLength(view.first_from_cam * FromRotationVector({step[0], step[1], step[2]}));
  moved.zoom = std::clamp(view.zoom * std::exp(std::clamp(step[3], -0.5, 0.5)), 0.02, 50.0);
  return moved;
}

double DistanceOf(const CameraView& view, const PointPair& pair) {
  const Vec2d error = pair.seen - SeenThrough(view, pair.in_first);
  const double distance = Norm(error);
  return std::isfinite(distance) ? distance : std::numeric_limits<double>::max();
}

// Truncated squares: the smaller, the more pairs agree.
double ScoreOf(const CameraView& view, std::span<const PointPair> pairs, double pixel) {
  const double most = kInlier_px * pixel;
  double sum = 0;
  for (const PointPair& pair : pairs) {
    const double distance = std::min(DistanceOf(view, pair), most);
    sum += distance * distance;
  }
  return sum;
}

// Through two points exactly.
CameraView FromSample(const PointPair& a, const PointPair& b, const CameraView& start) {
  CameraView view = start;
  for (int i = 0; i < kSampleSteps; ++i) {
    Equations equations;
    equations.Add(view, a, 1);
    equations.Add(view, b, 1);
    equations.a.diagonal().array() += 1e-9;
    view = Moved(view, equations.a.ldlt().solve(equations.b));
  }
  return view;
}

CameraView BestStart(std::span<const PointPair> pairs, const CameraView& still,
                     const CameraView& guess, double pixel) {
  CameraView best = still;
  double best_score = kStillShare * ScoreOf(still, pairs, pixel);
  const auto try_it = [&](const CameraView& view) {
    const double score = ScoreOf(view, pairs, pixel);
    if (score >= best_score) return;
    best = view;
    best_score = score;
  };
  try_it(guess);
  FastRandom random(pairs.size());
  for (int i = 0; i < kSamples; ++i) {
    const auto a = random.Below(std::ssize(pairs)), b = random.Below(std::ssize(pairs));
    if (a != b) try_it(FromSample(pairs[a], pairs[b], guess));
  }
  return best;
}

double RobustSigma(const CameraView& view, std::span<const PointPair> pairs, double pixel) {
  std::vector<double> distances;
  for (const PointPair& pair : pairs) distances.push_back(DistanceOf(view, pair));
  // Of a two-dimensional normal distribution the median distance is 1.18 sigma.
  return std::clamp(Median(std::move(distances)) / 1.18, kLeastSigma_px * pixel,
                    kMostSigma_px * pixel);
}

double WeightOf(double distance, double sigma) {
  const double ratio = distance / (kOutlier * sigma);
  return 1 / (sigma * sigma * (1 + ratio * ratio));
}

}  // namespace

Vec2d SeenThrough(const CameraView& view, const Vec3d& in_first) {
  const Vec3d d = Rotate(Inverse(view.first_from_cam), in_first);
  if (!(d.z > 1e-3)) return {NAN, NAN};
  return view.zoom / d.z * Vec2d{d.x, d.y};
}

ViewFit FitView(std::span<const PointPair> pairs, const CameraView& still, const CameraView& guess,
                double pixel) {
  VP_CHECK(std::ssize(pairs) >= kFewestPairs, "{} pairs of points", pairs.size());
  ViewFit fit{.view = BestStart(pairs, still, guess, pixel)};
  Equations equations;
  for (int i = 0; i < kSteps; ++i) {
    const double sigma = RobustSigma(fit.view, pairs, pixel);
    equations = {};
    for (const PointPair& pair : pairs) {
      equations.Add(fit.view, pair, WeightOf(DistanceOf(fit.view, pair), sigma));
    }
    equations.a.diagonal().array() += 1e-3;
    const Step step = equations.a.ldlt().solve(equations.b);
    fit.view = Moved(fit.view, step);
    if (step.lpNorm<Eigen::Infinity>() < 1e-8) break;
  }
  std::vector<double> inliers;
  for (const PointPair& pair : pairs) {
    const double distance = DistanceOf(fit.view, pair);
    if (distance < kInlier_px * pixel) inliers.push_back(distance);
  }
  fit.inliers = static_cast<int>(inliers.size());
  fit.residual = Median(std::move(inliers));
  const Normal covariance = equations.a.inverse() / kIndependent;
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> axes(covariance.topLeftCorner<3, 3>(),
                                                            Eigen::EigenvaluesOnly);
  fit.view.sigma_deg = DegreesFromRadians(std::sqrt(std::max(0.0, axes.eigenvalues().maxCoeff())));
  return fit;
}

}  // namespace videopose::internal
