// SPDX-License-Identifier: Apache-2.0

#include <cmath>

#include "videopose/base/check.h"
#include "videopose/geometry.h"

namespace videopose {

Camera LookAt(const Vec3d& position_in_world, const Vec3d& target_in_world, int width_px,
              int height_px, double vertical_fov_rad) {
  constexpr Vec3d kUp{0, 0, 1};
  const Vec3d forward = Normalized(target_in_world - position_in_world);
  VP_CHECK(std::abs(forward.z) < 0.999, "a level camera cannot look straight up or down");
  const Vec3d right = Normalized(Cross(forward, kUp));
  const Vec3d down = Cross(forward, right);
  return {PlainLens(height_px / 2.0 / std::tan(vertical_fov_rad / 2), width_px, height_px),
          {FromAxes(right, down, forward), position_in_world}};
}

}  // namespace videopose
