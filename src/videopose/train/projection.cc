// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/projection.h"

#include <algorithm>

#include "videopose/base/check.h"

namespace videopose::internal {
namespace {

template <typename T>
struct Intrinsics {
  T fx, fy, cx, cy, k1, k2, k3, p1, p2;
};

template <typename T>
Intrinsics<T> IntrinsicsAt(std::span<const T> all, size_t camera) {
  const T* v = all.data() + camera * static_cast<size_t>(kIntrinsicsSize);
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

template <typename T>
T Clamped(T ratio) {
  return std::clamp(ratio, T{-1}, T{1});
}

template <typename T>
T Radial(const Intrinsics<T>& k, T u, T v) {
  const T r2 = u * u + v * v;
  return 1 + r2 * (k.k1 + r2 * (k.k2 + r2 * k.k3)) + k.p1 * u + k.p2 * v;
}

}  // namespace

template <typename T>
void Project(std::span<const T> points_in_cam, std::span<const T> intrinsics,
             int64_t points_per_camera, const ProjectionOptions& options, std::span<T> screen) {
  const size_t count = CheckSizes(points_in_cam, intrinsics, points_per_camera, screen.size());
  for (size_t i = 0; i < count; ++i) {
    const auto k = IntrinsicsAt(intrinsics, i / static_cast<size_t>(points_per_camera));
    const T* p = points_in_cam.data() + i * 3;
    T u = Clamped(p[0] / p[2]), v = Clamped(p[1] / p[2]);
    if (!options.linear) {
      const T factor = Radial(k, u, v), r2 = u * u + v * v;
      u = u * factor + k.p1 * r2;
      v = v * factor + k.p2 * r2;
    }
    screen[i * 2] = k.fx * u + k.cx;
    screen[i * 2 + 1] = k.fy * v + k.cy;
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
    const auto k = IntrinsicsAt(intrinsics, i / static_cast<size_t>(points_per_camera));
    const T* p = points_in_cam.data() + i * 3;
    const T ratio_x = p[0] / p[2], ratio_y = p[1] / p[2];
    const T u = Clamped(ratio_x), v = Clamped(ratio_y);
    // dL/d(distorted), then dL/d(u, v).
    const T gx = screen_gradient[i * 2] * k.fx, gy = screen_gradient[i * 2 + 1] * k.fy;
    T du = gx, dv = gy;
    if (!options.linear) {
      const T r2 = u * u + v * v, factor = Radial(k, u, v);
      const T factor_per_r2 = k.k1 + r2 * (2 * k.k2 + r2 * 3 * k.k3);
      const T along = gx * u + gy * v;         // dL/dfactor
      const T across = gx * k.p1 + gy * k.p2;  // dL/dr2 of the last term
      du = gx * factor + along * (factor_per_r2 * 2 * u + k.p1) + across * 2 * u;
      dv = gy * factor + along * (factor_per_r2 * 2 * v + k.p2) + across * 2 * v;
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
