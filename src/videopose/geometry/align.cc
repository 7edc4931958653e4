#include "videopose/geometry/align.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "videopose/base/check.h"

namespace videopose {
namespace {

using Matrix4 = std::array<std::array<double, 4>, 4>;

Vec3d Point(std::span<const float> points, size_t i) {
  return {points[3 * i], points[3 * i + 1], points[3 * i + 2]};
}

Vec3d Centroid(std::span<const float> points) {
  const size_t count = points.size() / 3;
  Vec3d sum;
  for (size_t i = 0; i < count; ++i) sum = sum + Point(points, i);
  return 1.0 / static_cast<double>(count) * sum;
}

struct Eigenpair {
  double value = 0;
  std::array<double, 4> vector{1, 0, 0, 0};
};

// The largest eigenvalue of a symmetric matrix by Jacobi's cyclic method, which is accurate for
// repeated and vanishing eigenvalues alike. Golub & Van Loan, Matrix Computations, section 8.5.
Eigenpair LargestEigenpair(Matrix4 a) {
  constexpr int kMaxSweeps = 12;  // converges quadratically: 4 or 5 reach the last bit
  Matrix4 v{};
  for (size_t i = 0; i < 4; ++i) v[i][i] = 1;
  for (int sweep = 0; sweep < kMaxSweeps; ++sweep) {
    double off_diagonal = 0, diagonal = 0;
    for (size_t p = 0; p < 4; ++p) {
      diagonal += a[p][p] * a[p][p];
      for (size_t q = p + 1; q < 4; ++q) off_diagonal += a[p][q] * a[p][q];
    }
    if (off_diagonal <= 1e-32 * diagonal) break;
    for (size_t p = 0; p < 4; ++p) {
      for (size_t q = p + 1; q < 4; ++q) {
        if (a[p][q] == 0) continue;
        // The rotation in the plane (p, q) that makes a[p][q] vanish.
        const double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        const double t = std::copysign(1.0, theta) / (std::abs(theta) + std::hypot(theta, 1.0));
        const double c = 1 / std::sqrt(t * t + 1), s = t * c;
        for (size_t k = 0; k < 4; ++k) {
          const double kp = a[k][p], kq = a[k][q];
          a[k][p] = c * kp - s * kq;
          a[k][q] = s * kp + c * kq;
        }
        for (size_t k = 0; k < 4; ++k) {
          const double pk = a[p][k], qk = a[q][k];
          a[p][k] = c * pk - s * qk;
          a[q][k] = s * pk + c * qk;
        }
        for (size_t k = 0; k < 4; ++k) {
          const double kp = v[k][p], kq = v[k][q];
          v[k][p] = c * kp - s * kq;
          v[k][q] = s * kp + c * kq;
        }
      }
    }
  }
  size_t largest = 0;
  for (size_t i = 1; i < 4; ++i) {
    if (a[i][i] > a[largest][largest]) largest = i;
  }
  return {a[largest][largest], {v[0][largest], v[1][largest], v[2][largest], v[3][largest]}};
}

}  // namespace

Similarity AlignSimilarity(std::span<const float> points_in_a, std::span<const float> points_in_b) {
  VP_CHECK(points_in_a.size() == points_in_b.size() && !points_in_a.empty() &&
               points_in_a.size() % 3 == 0,
           "{} and {} coordinates", points_in_a.size(), points_in_b.size());
  const Vec3d centre_in_a = Centroid(points_in_a), centre_in_b = Centroid(points_in_b);
  // s[i][j] = sum of a_i * b_j, centred.
  std::array<std::array<double, 3>, 3> s{};
  double spread_of_a = 0;
  for (size_t i = 0; i < points_in_a.size() / 3; ++i) {
    const Vec3d a = Point(points_in_a, i) - centre_in_a;
    const Vec3d b = Point(points_in_b, i) - centre_in_b;
    spread_of_a += Dot(a, a);
    s[0][0] += a.x * b.x, s[0][1] += a.x * b.y, s[0][2] += a.x * b.z;
    s[1][0] += a.y * b.x, s[1][1] += a.y * b.y, s[1][2] += a.y * b.z;
    s[2][0] += a.z * b.x, s[2][1] += a.z * b.y, s[2][2] += a.z * b.z;
  }
  // q^T N q = sum of b . R(q) a for a unit quaternion q (Horn, equation 45); largest for the
  // eigenvector of the largest eigenvalue, which is then the trace of Kabsch's singular values.
  Matrix4 n{};
  n[0] = {s[0][0] + s[1][1] + s[2][2], s[1][2] - s[2][1], s[2][0] - s[0][2], s[0][1] - s[1][0]};
  n[1] = {n[0][1], s[0][0] - s[1][1] - s[2][2], s[0][1] + s[1][0], s[2][0] + s[0][2]};
  n[2] = {n[0][2], n[1][2], s[1][1] - s[0][0] - s[2][2], s[1][2] + s[2][1]};
  n[3] = {n[0][3], n[1][3], n[2][3], s[2][2] - s[0][0] - s[1][1]};
  const Eigenpair best = LargestEigenpair(n);

  Similarity b_from_a;
  b_from_a.b_from_a = {best.vector[0], best.vector[1], best.vector[2], best.vector[3]};
  b_from_a.scale = spread_of_a == 0 ? 0 : best.value / spread_of_a;
  b_from_a.translation_in_b = centre_in_b - b_from_a.scale * Rotate(b_from_a.b_from_a, centre_in_a);
  return b_from_a;
}

}  // namespace videopose
