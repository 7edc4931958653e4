// SPDX-License-Identifier: Apache-2.0

#include "videopose/export/twist.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace videopose::internal {
namespace {

constexpr double kSmoothing_s = 0.04;
constexpr double kPullToZero = 1e-4;
// How clearly a frame must be seen to be trusted at once when turns are counted.
constexpr double kDoubt = 0.05;

std::vector<SeenTwist> Unwrapped(std::vector<SeenTwist> seen) {
  constexpr double kTurn = 2 * std::numbers::pi;
  double followed = 0;
  for (SeenTwist& twist : seen) {
    twist.angle_rad -= kTurn * std::round((twist.angle_rad - followed) / kTurn);
    followed += twist.weight / (twist.weight + kDoubt) * (twist.angle_rad - followed);
  }
  return seen;
}

}  // namespace

Quaternion Swing(const Vec3d& from, const Vec3d& to) {
  // The half angle's cosine and sine follow from adding 1 to the whole angle's cosine.
  const double w = 1 + Dot(from, to);
  if (w < 1e-9) {
    const Vec3d other = std::abs(from.x) < 0.7 ? Vec3d{1, 0, 0} : Vec3d{0, 1, 0};
    const Vec3d axis = Normalized(Cross(from, other));
    return {0, axis.x, axis.y, axis.z};
  }
  const Vec3d v = Cross(from, to);
  const double s = 1 / std::sqrt(w * w + Dot(v, v));
  return {s * w, s * v.x, s * v.y, s * v.z};
}

// The minimum's conditions are a tridiagonal system, symmetric and diagonally dominant:
//   (w_t + p + s n_t) a_t - s (a_t-1 + a_t+1) = w_t seen_t          n_t neighbours
// solved by elimination forward and substitution back.
std::vector<double> SmoothTwist(const std::vector<SeenTwist>& seen, double fps) {
  const std::vector<SeenTwist> observed = Unwrapped(seen);
  const double stiffness = std::pow(std::max(1.0, kSmoothing_s * fps), 2);
  const size_t count = observed.size();
  std::vector<double> upper(count), angles(count);
  for (size_t t = 0; t < count; ++t) {
    const double before = t > 0 ? stiffness : 0, after = t + 1 < count ? stiffness : 0;
    double pivot = observed[t].weight + kPullToZero + before + after;
    double right = observed[t].weight * observed[t].angle_rad;
    if (t > 0) {
      pivot -= before * upper[t - 1];
      right += before * angles[t - 1];
    }
    upper[t] = after / pivot;
    angles[t] = right / pivot;
  }
  for (size_t t = count; t-- > 1;) angles[t - 1] += upper[t - 1] * angles[t];
  return angles;
}

}  // namespace videopose::internal
