// SPDX-License-Identifier: Apache-2.0

// Points in space, and the tracks that a camera on its way sees of them.

#ifndef VIDEOPOSE_CAMERA_MOTION_TEST_WALKS_H_
#define VIDEOPOSE_CAMERA_MOTION_TEST_WALKS_H_

#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include "videopose/base/fast_random.h"
#include "videopose/camera_motion/corner_track.h"
#include "videopose/geometry.h"
#include "videopose/pose.h"

namespace videopose::internal {

inline constexpr double kTestPixel = 1 / 260.0;  // of an image of 320 x 180
inline constexpr double kTestWidth = 160 * kTestPixel, kTestHeight = 90 * kTestPixel;

// By frame: where the camera is, in metres.
using WalkCourse = std::function<Rigid3d(int64_t)>;

struct TestWalk {
  std::vector<CornerTrack> tracks;
  std::vector<Rigid3d> truth;  // first_from_cam
};

// A track for each unbroken time in which a point is in the image.
inline TestWalk SeeWalk(const std::vector<Vec3d>& points, int64_t frames, const WalkCourse& course,
                        double noise_px = 0, double strays = 0) {
  TestWalk walk;
  FastRandom random(1);
  const Rigid3d start = course(0);
  for (int64_t t = 0; t < frames; ++t) walk.truth.push_back(Inverse(start) * course(t));
  for (const Vec3d& point : points) {
    CornerTrack track;
    const bool strays_off = random.Chance(strays);
    const Vec2d stray{random.Gauss(0, 2 * kTestPixel), random.Gauss(0, 2 * kTestPixel)};
    for (int64_t t = 0; t <= frames; ++t) {
      Vec2d seen{NAN, NAN};
      if (t < frames) {
        const Vec3d in_cam = ApplyInverse(course(t), point);
        if (in_cam.z > 0.3) seen = (1 / in_cam.z) * Vec2d{in_cam.x, in_cam.y};
      }
      if (strays_off) seen = seen + static_cast<double>(t) * stray;
      if (std::abs(seen.x) < kTestWidth && std::abs(seen.y) < kTestHeight) {
        if (track.seen.empty()) track.begin = t;
        seen = seen + noise_px * kTestPixel * Vec2d{random.Gauss(), random.Gauss()};
        track.seen.push_back(seen.Cast<float>());
      } else if (!track.seen.empty()) {
        walk.tracks.push_back(track);
        track = {};
      }
    }
  }
  return walk;
}

// A room of 12 x 6 x 14 m around the origin, y down: points on its walls, floor and ceiling.
inline std::vector<Vec3d> RoomPoints(int count = 1500) {
  FastRandom random(2);
  std::vector<Vec3d> points;
  for (int i = 0; i < count; ++i) {
    Vec3d p{random.Uniform(-10, 10), random.Uniform(-1.4, 1.5), random.Uniform(-4, 7)};
    switch (random.Below(4)) {
      case 0:
        p.y = 1.5;
        break;
      case 1:
        p.z = 7;
        break;
      case 2:
        p.x = p.x > 0 ? 10 : -10;
        break;
      default:  // things in the room
        p.z = random.Uniform(2, 6);
        break;
    }
    points.push_back(p);
  }
  return points;
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CAMERA_MOTION_TEST_WALKS_H_
