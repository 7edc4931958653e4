// SPDX-License-Identifier: Apache-2.0

// The lens of ScreenIntrinsics in any precision, in the steps of which training needs the gradient:
//
//   ray    = (x, y) / z clamped to [-1, 1], r2 = |ray|^2
//   factor = 1 + k1 r2 + k2 r2^2 + k3 r2^3 + p1 ray.x + p2 ray.y
//   bent   = factor ray + r2 (p1, p2)
//   screen = f bent + c                              without distortion: f ray + c
//
// Pavllo et al., CVPR 2019, section 4; the tangential part is that of the data set's own tools.

#ifndef VIDEOPOSE_GEOMETRY_SCREEN_LENS_H_
#define VIDEOPOSE_GEOMETRY_SCREEN_LENS_H_

#include <algorithm>

#include "videopose/geometry.h"

namespace videopose::internal {

template <typename T>
struct ScreenLens {
  T fx, fy, cx, cy, k1, k2, k3, p1, p2;
};

template <typename T>
BasicVec2<T> ClampedRay(T x, T y, T z) {
  return {std::clamp(x / z, T{-1}, T{1}), std::clamp(y / z, T{-1}, T{1})};
}

template <typename T>
T BendingFactor(const ScreenLens<T>& lens, BasicVec2<T> ray) {
  const T r2 = Dot(ray, ray);
  return 1 + r2 * (lens.k1 + r2 * (lens.k2 + r2 * lens.k3)) + lens.p1 * ray.x + lens.p2 * ray.y;
}

template <typename T>
BasicVec2<T> Bent(const ScreenLens<T>& lens, BasicVec2<T> ray) {
  return BendingFactor(lens, ray) * ray + Dot(ray, ray) * BasicVec2<T>{lens.p1, lens.p2};
}

template <typename T>
BasicVec2<T> OnScreen(const ScreenLens<T>& lens, BasicVec2<T> bent) {
  return {lens.fx * bent.x + lens.cx, lens.fy * bent.y + lens.cy};
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GEOMETRY_SCREEN_LENS_H_
