// SPDX-License-Identifier: Apache-2.0

// A place that is quickly drawn: noise painted on a sphere around the camera, and a body before it.

#ifndef VIDEOPOSE_CAMERA_MOTION_TEST_PLACES_H_
#define VIDEOPOSE_CAMERA_MOTION_TEST_PLACES_H_

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "videopose/camera_motion/small_image.h"
#include "videopose/geometry.h"
#include "videopose/synthetic/figure_room.h"

namespace videopose::internal {

// `place` tells one from another.
inline SmallImage DrawPlace(const Quaternion& world_from_cam, const Lens& lens, int place = 0) {
  SmallImage image{.width_px = lens.width_px, .height_px = lens.height_px};
  image.grey.reserve(static_cast<size_t>(lens.width_px) * lens.height_px);
  for (int y = 0; y < lens.height_px; ++y) {
    for (int x = 0; x < lens.width_px; ++x) {
      const Vec2d ray = Undistorted(lens, {x + 0.5, y + 0.5});
      const Vec3f d = Rotate(world_from_cam, Normalized(Vec3d{ray.x, ray.y, 1})).Cast<float>();
      const Vec3f at = d + Vec3f{100.0F * static_cast<float>(place), 0, 0};
      // Broad light and shade tell places apart; corners are where spots of two sizes meet.
      const float broad = ValueNoise(2 * at), spots = ValueNoise(30 * at) > 0.5F ? 1 : 0,
                  dots = ValueNoise(60 * at);
      const float light = 0.3F * broad + 0.15F * static_cast<float>(place % 3);
      image.grey.push_back(
          static_cast<uint8_t>(255 * std::clamp(light + 0.35F * spots + 0.2F * dots, 0.0F, 1.0F)));
    }
  }
  return image;
}

// Something with a pattern of its own, in the box.
inline void DrawBody(const PeopleBox& box, SmallImage& image) {
  for (int y = std::max(0, static_cast<int>(box.low_px.y));
       y < std::min<double>(image.height_px, box.high_px.y); ++y) {
    for (int x = std::max(0, static_cast<int>(box.low_px.x));
         x < std::min<double>(image.width_px, box.high_px.x); ++x) {
      const Vec3f at{static_cast<float>(x - box.low_px.x), static_cast<float>(y - box.low_px.y), 7};
      image.grey[static_cast<size_t>(y) * image.width_px + x] =
          static_cast<uint8_t>(255 * ValueNoise(0.2F * at));
    }
  }
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CAMERA_MOTION_TEST_PLACES_H_
