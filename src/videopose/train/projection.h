// SPDX-License-Identifier: Apache-2.0

// From camera space to the normalised screen, with lens distortion as Human3.6M models it
// (geometry/screen_lens.h), and back for gradients. A sequence's nine intrinsics are
// [fx fy cx cy k1 k2 k3 p1 p2].

#ifndef VIDEOPOSE_TRAIN_PROJECTION_H_
#define VIDEOPOSE_TRAIN_PROJECTION_H_

#include <cstdint>
#include <span>

namespace videopose::internal {

constexpr int64_t kIntrinsicsSize = 9;

struct ProjectionOptions {
  bool linear = false;  // without distortion
};

// points (N, 3) in camera space, metres, z not 0; intrinsics (N / points_per_camera, 9); screen
// (N, 2). Instantiated for float and double.
template <typename T>
void Project(std::span<const T> points_in_cam, std::span<const T> intrinsics,
             int64_t points_per_camera, const ProjectionOptions& options, std::span<T> screen);

// From dL/dscreen (N, 2): dL/dpoints (N, 3).
template <typename T>
void ProjectBackward(std::span<const T> points_in_cam, std::span<const T> intrinsics,
                     int64_t points_per_camera, const ProjectionOptions& options,
                     std::span<const T> screen_gradient, std::span<T> points_gradient);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_PROJECTION_H_
