// SPDX-License-Identifier: Apache-2.0

#include "videopose/geometry/align.h"

#include <Eigen/Eigenvalues>
#include <cstddef>

#include "videopose/base/check.h"

namespace videopose::internal {
namespace {

Vec3d Point(std::span<const float> points, size_t i) {
  return {points[3 * i], points[3 * i + 1], points[3 * i + 2]};
}

Vec3d Centroid(std::span<const float> points) {
  const size_t count = points.size() / 3;
  Vec3d sum;
  for (size_t i = 0; i < count; ++i) sum = sum + Point(points, i);
  return 1.0 / static_cast<double>(count) * sum;
}

}  // namespace

Similarity AlignSimilarity(std::span<const float> points_in_a, std::span<const float> points_in_b) {
  VP_CHECK(points_in_a.size() == points_in_b.size() && !points_in_a.empty() &&
               points_in_a.size() % 3 == 0,
           "{} and {} coordinates", points_in_a.size(), points_in_b.size());
  const Vec3d centre_in_a = Centroid(points_in_a), centre_in_b = Centroid(points_in_b);
  Eigen::Matrix3d s = Eigen::Matrix3d::Zero();  // s(i, j) = sum of a_i * b_j, centred
  double spread_of_a = 0;
  for (size_t i = 0; i < points_in_a.size() / 3; ++i) {
    const Vec3d a = Point(points_in_a, i) - centre_in_a;
    const Vec3d b = Point(points_in_b, i) - centre_in_b;
    spread_of_a += Dot(a, a);
    s += Eigen::Vector3d(a.x, a.y, a.z) * Eigen::RowVector3d(b.x, b.y, b.z);
  }
  // q^T N q = sum of b . R(q) a for a unit quaternion q (Horn, equation 45); largest for the
  // eigenvector of the largest eigenvalue, which is then the trace of Kabsch's singular values.
  const Eigen::Vector3d skew(s(1, 2) - s(2, 1), s(2, 0) - s(0, 2), s(0, 1) - s(1, 0));
  Eigen::Matrix4d n;
  n << s.trace(), skew.transpose(), skew,
      s + s.transpose() - s.trace() * Eigen::Matrix3d::Identity();
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix4d> eigen(n);  // eigenvalues in rising order
  const Eigen::Vector4d q = eigen.eigenvectors().col(3);

  Similarity b_from_a;
  b_from_a.b_from_a = {q(0), q(1), q(2), q(3)};
  b_from_a.scale = spread_of_a == 0 ? 0 : eigen.eigenvalues()(3) / spread_of_a;
  b_from_a.translation_in_b = centre_in_b - b_from_a.scale * Rotate(b_from_a.b_from_a, centre_in_a);
  return b_from_a;
}

}  // namespace videopose::internal
