// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/projection.h"

#include "videopose/base/check.h"
#include "videopose/geometry/screen_lens.h"

namespace videopose::internal {
namespace {

template <typename T>
ScreenLens<T> LensAt(std::span<const T> intrinsics, size_t camera) {
  const T* v = intrinsics.data() + camera * static_cast<size_t>(kIntrinsicsSize);
  return {v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]};
}

template <typename T>
size_t CheckSizes(std::span<const T> points, std::span<const T> intrinsics,
                  int64_t points_per_camera, size_t screen_size) {
  const size_t count = points.size() / 3;
  VP_CHECK(points.size() == 3 * count && screen_size == 2 * count && points_per_camera > 0 &&
               intrinsics.size() * static_cast<size_t>(points_per_camera) ==
                   count * static_cast<size_t>(kIntrinsicsSize),
           "{} coordinates, {} intrinsics, {} screen coordinates", points.size(), intrinsics.size(),
           screen_size);
  return count;
}

}  // namespace

template <typename T>
void Project(std::span<const T> points_in_cam, std::span<const T> intrinsics,
             int64_t points_per_camera, const ProjectionOptions& options, std::span<T> screen) {
  const size_t count = CheckSizes(points_in_cam, intrinsics, points_per_camera, screen.size());
  for (size_t i = 0; i < count; ++i) {
    const auto lens = LensAt(intrinsics, i / static_cast<size_t>(points_per_camera));
    const T* p = points_in_cam.data() + i * 3;
    const BasicVec2<T> ray = ClampedRay(p[0], p[1], p[2]);
    const BasicVec2<T> at = OnScreen(lens, options.linear ? ray : Bent(lens, ray));
    screen[i * 2] = at.x;
    screen[i * 2 + 1] = at.y;
  }
}

template <typename T>
void ProjectBackward(std::span<const T> points_in_cam, std::span<const T> intrinsics,
                     int64_t points_per_camera, const ProjectionOptions& options,
                     std::span<const T> screen_gradient, std::span<T> points_gradient) {
  const size_t count =
      CheckSizes(points_in_cam, intrinsics, points_per_camera, screen_gradient.size());
  VP_CHECK(points_gradient.size() == points_in_cam.size(), "{} gradients for {}",
           points_gradient.size(), points_in_cam.size());
  for (size_t i = 0; i < count; ++i) {
    const auto lens = LensAt(intrinsics, i / static_cast<size_t>(points_per_camera));
    const T* p = points_in_cam.data() + i * 3;
    const T ratio_x = p[0] / p[2], ratio_y = p[1] / p[2];
    const BasicVec2<T> ray = ClampedRay(p[0], p[1], p[2]);
    const auto [u, v] = ray;
    // dL/d(distorted), then dL/d(u, v).
    const T gx = screen_gradient[i * 2] * lens.fx, gy = screen_gradient[i * 2 + 1] * lens.fy;
    T du = gx, dv = gy;
    if (!options.linear) {
      const T r2 = Dot(ray, ray), factor = BendingFactor(lens, ray);
      const T factor_per_r2 = lens.k1 + r2 * (2 * lens.k2 + r2 * 3 * lens.k3);
      const T along = gx * u + gy * v;               // dL/dfactor
      const T across = gx * lens.p1 + gy * lens.p2;  // dL/dr2 of the last term
      du = gx * factor + along * (factor_per_r2 * 2 * u + lens.p1) + across * 2 * u;
      dv = gy * factor + along * (factor_per_r2 * 2 * v + lens.p2) + across * 2 * v;
    }
    // A ratio at its limit lets the gradient through, one beyond it does not.
    if (ratio_x != u) du = 0;
    if (ratio_y != v) dv = 0;
    T* gradient = points_gradient.data() + i * 3;
    gradient[0] = du / p[2];
    gradient[1] = dv / p[2];
    gradient[2] = -(du * ratio_x + dv * ratio_y) / p[2];
  }
}

template void Project<float>(std::span<const float>, std::span<const float>, int64_t,
                             const ProjectionOptions&, std::span<float>);
template void Project<double>(std::span<const double>, std::span<const double>, int64_t,
                              const ProjectionOptions&, std::span<double>);
template void ProjectBackward<float>(std::span<const float>, std::span<const float>, int64_t,
                                     const ProjectionOptions&, std::span<const float>,
                                     std::span<float>);
template void ProjectBackward<double>(std::span<const double>, std::span<const double>, int64_t,
                                      const ProjectionOptions&, std::span<const double>,
                                      std::span<double>);

}  // namespace videopose::internal
